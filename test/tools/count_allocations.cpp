// Counts what a program asks of malloc(3) and its kin, for LD_PRELOAD: the calls and the bytes, as two 64-bit
// numbers in the file that the variable COUNT_ALLOCATIONS names (16 bytes that exist already), so that a test
// can read them while the program runs. operator new comes here too. glibc only: the real functions are those
// it exports beside.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

struct Count {
    std::atomic<std::uint64_t> calls;
    std::atomic<std::uint64_t> bytes;
};
static_assert(sizeof(Count) == 16);

Count before_the_file_is_open;
Count* counted = &before_the_file_is_open;

void count(std::size_t bytes) {
    counted->calls.fetch_add(1, std::memory_order_relaxed);
    counted->bytes.fetch_add(bytes, std::memory_order_relaxed);
}

// What was allocated before belongs to the start, which is not counted.
[[gnu::constructor]] void open_file() {
    const char* path = std::getenv("COUNT_ALLOCATIONS");
    int fd = path ? ::open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void* area = ::mmap(nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (area != MAP_FAILED) counted = static_cast<Count*>(area);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
    count(size);
    return __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size) {
    count(number * size);
    return __libc_calloc(number, size);
}

void* realloc(void* old, std::size_t size) {
    count(size);
    return __libc_realloc(old, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
    count(size);
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}

}  // extern "C"
