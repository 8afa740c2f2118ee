#include "spliced/os/landlock.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "spliced/base/unique_fd.hpp"

namespace spliced::os {
namespace {

// Of version 3, which the kernel headers of Debian 12 do not know yet.
constexpr std::uint64_t truncate_file = 1 << 14;

constexpr std::uint64_t read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t write = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | truncate_file;
constexpr std::uint64_t create = write | LANDLOCK_ACCESS_FS_MAKE_REG;
constexpr std::uint64_t execute = LANDLOCK_ACCESS_FS_EXECUTE | read;
constexpr std::uint64_t bind_sockets =
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t rights_of_a_file = LANDLOCK_ACCESS_FS_EXECUTE | write;

// All rights that each version of the interface can refuse: 13 in the first, then REFER, TRUNCATE, and, two
// versions later, IOCTL_DEV. What a later version adds is not asked for, and so stays as it was.
constexpr std::array<std::uint64_t, 6> rights_of_version{0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff};

std::uint64_t all_rights(int version) {
    auto index = static_cast<std::size_t>(version);
    return rights_of_version[std::min(index, rights_of_version.size() - 1)];
}

// libc has no functions for these calls.
int create_ruleset(const landlock_ruleset_attr* attributes, std::size_t size, unsigned flags) {
    return static_cast<int>(::syscall(SYS_landlock_create_ruleset, attributes, size, flags));
}

class Ruleset {
  public:
    explicit Ruleset(int version) : handled_(all_rights(version)) {
        landlock_ruleset_attr attributes{};
        attributes.handled_access_fs = handled_;
        fd_.reset(create_ruleset(&attributes, sizeof attributes, 0));
    }
    explicit operator bool() const { return static_cast<bool>(fd_); }

    /// False where the kernel refuses the rule; a path that is not there is none.
    bool allow(const std::vector<std::string>& paths, std::uint64_t rights) const {
        for (const std::string& path : paths)
            if (!allow(path, rights)) return false;
        return true;
    }
    int enter() const { return static_cast<int>(::syscall(SYS_landlock_restrict_self, fd_.get(), 0)); }

  private:
    bool allow(const std::string& path, std::uint64_t rights) const {
        UniqueFd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
        struct stat status {};
        if (!place || ::fstat(place.get(), &status) < 0) return true;
        rights &= handled_;
        if (!S_ISDIR(status.st_mode)) rights &= rights_of_a_file;
        landlock_path_beneath_attr attributes{};
        attributes.allowed_access = rights;
        attributes.parent_fd = place.get();
        return rights == 0 ||
               ::syscall(SYS_landlock_add_rule, fd_.get(), LANDLOCK_RULE_PATH_BENEATH, &attributes, 0) == 0;
    }

    std::uint64_t handled_;
    UniqueFd fd_;
};

Error cannot_enter(int code) {
    return system_error("cannot restrict the files that the process may open", code);
}

}  // namespace

int landlock_version() {
    int version = create_ruleset(nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version < 0 ? 0 : version;
}

Result<Confinement> enter_landlock(const FileRights& rights) {
    int version = can_be_confined() ? landlock_version() : 0;
    if (version == 0) return Confinement::absent;
    Ruleset ruleset(version);
    bool is_complete = ruleset && ruleset.allow(rights.read, read) && ruleset.allow(rights.write, write) &&
                       ruleset.allow(rights.create, create) && ruleset.allow(rights.execute, execute) &&
                       ruleset.allow(rights.bind, bind_sockets);
    if (!is_complete) return cannot_enter(errno);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return cannot_enter(errno);
    if (ruleset.enter() == 0) return Confinement::entered;
    if (errno == E2BIG) return Confinement::full;
    return cannot_enter(errno);
}

}  // namespace spliced::os
