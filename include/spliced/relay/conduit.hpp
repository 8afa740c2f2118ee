// Where the bytes of one direction are while they are in flight, and the system calls that move them.
//
// At any time they are in exactly one place: a pipe (bulk), the shared copy buffer (small messages, only
// until settle()), or a spill of our own (what a slow destination did not take of a copied message). An idle
// direction holds none of the three.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "spliced/os/pipe.hpp"
#include "spliced/os/transfer.hpp"
#include "spliced/relay/pipe_pool.hpp"

namespace spliced::relay {

/// What all conduits of a process share. One at a time uses the buffer, between fill() and settle().
struct Resources {
    Resources(event::Loop& loop, PipePool::Settings settings) : pipes(loop, settings) {}

    PipePool pipes;
    std::array<char, 64 * 1024> buffer{};
    std::span<const char> loan;  ///< the part of `buffer` that is not sent yet
    std::uint64_t spliced_bytes = 0;
    std::uint64_t copied_bytes = 0;
    std::uint64_t splice_unsupported = 0;  ///< directions that copy because splice(2) refused the sockets
};

class Conduit {
  public:
    explicit Conduit(Resources& resources) : shared_(resources) {}
    Conduit(const Conduit&) = delete;
    Conduit& operator=(const Conduit&) = delete;
    ~Conduit();

    /// More than is ever moved at a time.
    static constexpr std::size_t no_limit = 1 << 20;

    /// Takes bytes from a socket, no more than `limit`; only when nothing is in flight. `drained` says that
    /// the socket is empty now.
    os::Transfer fill(int source, std::size_t limit, bool& drained);

    /// Bytes of our own that go out ahead of all others; only when nothing is in flight. False where there is
    /// no memory for them.
    bool lead(std::span<const char> bytes);
    /// Right after lead(): what the socket has already goes behind those bytes, into the same segment.
    os::Transfer follow(int source, bool& drained);

    struct Cargo {
        std::size_t in_flight;  ///< bytes that fill() took and drain() has not handed over
        bool end_known;         ///< the source's FIN is known to follow: data and FIN may share a segment
    };
    /// Hands bytes to a socket. `filled` says that it took less than it was offered.
    os::Transfer drain(int destination, Cargo cargo, bool& filled);

    /// Must follow the last drain() of a turn: leaves the shared buffer to others. False where there is no
    /// memory for what the destination did not take; those bytes are lost.
    bool settle();

    /// From now on copies: splice(2) does not get past urgent data.
    void avoid_splice() { copy_always_ = true; }
    /// Throws away what is in flight: nobody will take it any more.
    void drop();

  private:
    struct Spill {
        std::unique_ptr<char[]> bytes;
        std::size_t size = 0;
        std::size_t sent = 0;
        std::span<const char> rest() const { return {bytes.get() + sent, size - sent}; }
    };

    os::Transfer fill_pipe(int source, std::size_t limit);
    os::Transfer fill_buffer(int source, std::size_t limit, bool& drained);
    os::Transfer drain_pipe(int destination, std::size_t in_flight);
    os::Transfer drain_bytes(int destination, std::span<const char> bytes, bool more, bool& filled);
    bool make_spill(std::size_t size);
    bool abandon_splice(std::size_t in_flight);
    void release_pipe();

    Resources& shared_;
    std::unique_ptr<os::Pipe> pipe_;
    std::unique_ptr<Spill> spill_;
    bool bulk_ = false;         ///< the last read filled the buffer: splice the next
    bool copy_always_ = false;  ///< splice(2) refused these sockets once
};

}  // namespace spliced::relay
