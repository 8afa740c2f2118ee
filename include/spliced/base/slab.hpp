// Room for many objects of one type, in chunks that go back to the system when their last object goes.
//
// A general allocator keeps the memory of a past peak, because a few survivors hold each of its pages; a
// proxy that had 10,000 sessions for a minute should not look as if it still had them.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace spliced {

template <typename T>
class Slab {
  public:
    Slab() = default;
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;
    /// All objects must have been destroyed.
    ~Slab() {
        while (with_room_) release(with_room_);
    }

    /// Null where the system has no memory.
    template <typename... Arguments>
    T* create(Arguments&&... arguments) {
        if (!with_room_ && !add_chunk()) return nullptr;
        Chunk* chunk = with_room_;
        Slot* slot = chunk->free;
        chunk->free = slot->next;
        if (++chunk->used == slots_per_chunk) unlink(chunk);
        return new (slot->bytes) T(std::forward<Arguments>(arguments)...);
    }

    void destroy(T* object) {
        object->~T();
        auto* slot = reinterpret_cast<Slot*>(object);
        auto* chunk = reinterpret_cast<Chunk*>(reinterpret_cast<std::uintptr_t>(slot) & ~(chunk_size - 1));
        if (chunk->used == slots_per_chunk) link(chunk);
        slot->next = chunk->free;
        chunk->free = slot;
        // One chunk with room stays, so that a count that swings around a boundary costs no system calls.
        if (--chunk->used == 0 && (chunk->next || chunk->previous)) release(chunk);
    }

  private:
    static constexpr std::uintptr_t chunk_size = 64 * 1024;

    union Slot {
        Slot* next;
        alignas(T) std::byte bytes[sizeof(T)];
    };
    struct Chunk {
        Chunk* next;  ///< among those with room
        Chunk* previous;
        Slot* free;
        std::size_t used;
    };
    static constexpr std::size_t first_slot =
        (sizeof(Chunk) + alignof(Slot) - 1) / alignof(Slot) * alignof(Slot);
    static constexpr std::size_t slots_per_chunk = (chunk_size - first_slot) / sizeof(Slot);
    static_assert(slots_per_chunk >= 8);

    // Aligned to its size, so that an object's chunk is found by masking its address: twice as much is mapped
    // and what sticks out is given back.
    bool add_chunk() {
        void* area =
            ::mmap(nullptr, 2 * chunk_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED) return false;
        auto start = reinterpret_cast<std::uintptr_t>(area);
        std::uintptr_t aligned = (start + chunk_size - 1) & ~(chunk_size - 1);
        if (aligned > start) ::munmap(area, aligned - start);
        std::uintptr_t end = start + 2 * chunk_size;
        if (end > aligned + chunk_size)
            ::munmap(reinterpret_cast<void*>(aligned + chunk_size), end - aligned - chunk_size);
        auto* chunk = new (reinterpret_cast<void*>(aligned)) Chunk{nullptr, nullptr, nullptr, 0};
        auto* slots = reinterpret_cast<Slot*>(aligned + first_slot);
        for (std::size_t i = slots_per_chunk; i-- > 0;) {
            slots[i].next = chunk->free;
            chunk->free = &slots[i];
        }
        link(chunk);
        return true;
    }

    void link(Chunk* chunk) {
        chunk->previous = nullptr;
        chunk->next = with_room_;
        if (with_room_) with_room_->previous = chunk;
        with_room_ = chunk;
    }

    void unlink(Chunk* chunk) {
        if (chunk->next) chunk->next->previous = chunk->previous;
        (chunk->previous ? chunk->previous->next : with_room_) = chunk->next;
        chunk->next = chunk->previous = nullptr;
    }

    void release(Chunk* chunk) {
        unlink(chunk);
        ::munmap(chunk, chunk_size);
    }

    Chunk* with_room_ = nullptr;
};

}  // namespace spliced
