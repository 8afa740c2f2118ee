// One direction of a session as a pure state machine: what came of a read, a write or a timer goes in, the
// next step comes out. It makes no system call and holds no bytes; it counts them.
//
//   source       destination   in flight   readiness                  next()
//   any          gone          any         any                        broken
//   any          shut          0           any                        closed
//   any          open          > 0         destination writable       write
//   any          open          > 0         destination blocked        wait
//   ended        open          0           any                        pass_fin
//   reset        open          0           any                        pass_reset
//   open         open          0           readable and writable      read
//   open         open          0           otherwise                  wait
//
// Two rules follow from the table: FIN never overtakes data, and a reset is never passed on as a FIN.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "spliced/os/transfer.hpp"

namespace spliced::relay {

class Flow {
  public:
    enum class Step : std::uint8_t {
        read,        ///< take bytes from the source
        write,       ///< hand what is in flight to the destination
        pass_fin,    ///< the source has ended and nothing is in flight: send FIN
        pass_reset,  ///< the source was reset and nothing is in flight: the destination is to get RST
        wait,        ///< until the source is readable or the destination writable
        closed,      ///< FIN was passed on; this direction is over
        broken,      ///< the destination takes nothing any more
    };

    Step next() const;

    void source_ready() { readable_ = true; }
    void destination_ready() { writable_ = true; }
    /// The peer's FIN has arrived behind what can be read: an edge-triggered source gives no further event,
    /// so reading goes on until the end. A short read is that end, because it took all that came before the
    /// FIN.
    void source_hung_up() { readable_ = hung_up_ = true; }
    /// The peer's RST has arrived: what it sent before may still be read, until the error.
    void source_failed() { readable_ = read_out_ = true; }
    /// All that came from the source so far was taken by somebody else; unless its FIN came with it, that is
    /// silence.
    void source_drained() {
        if (!hung_up_ && !read_out_) readable_ = false;
    }
    /// Short reads of this source are not the last ones (urgent data, descriptors passed over a unix socket):
    /// from now on it is read until it says EAGAIN.
    void distrust_short_reads() { read_out_ = true; }

    /// Bytes that come from no source go ahead of all that it sends; only before the first write.
    void lead(std::size_t count) { in_flight_ += count; }
    /// What a read came to. `drained`: it took all there was, as a short read from a socket tells (epoll(7)).
    void on_read(const os::Transfer& transfer, bool drained);
    /// What a write came to. `filled`: the destination took less than it was offered.
    void on_write(const os::Transfer& transfer, bool filled);
    /// Whether FIN could be sent; it cannot where the destination is lost.
    void on_fin_sent(bool sent);

    /// An idle timeout ends the source as its FIN would: what is in flight still goes out.
    void end_source();
    /// The source is known to be lost, but what it sent before may still be read: its end of stream, when it
    /// comes, is that of a reset. Needed because the kernel reports ECONNRESET once, to a write as it may be,
    /// and then lets reads end as if a FIN had come.
    void distrust_end() { end_is_reset_ = true; }
    void lose_destination() { destination_ = Destination::gone; }

    /// Bytes not yet handed to the destination: those taken from the source, and those that lead.
    std::size_t in_flight() const { return in_flight_; }
    /// Bytes taken from the source since the start.
    std::uint64_t total() const { return total_; }
    /// The source's FIN, or what stands for it, was seen.
    bool source_open() const { return source_ == Source::open; }
    bool source_was_reset() const { return source_ == Source::reset; }
    /// Nothing follows what is in flight but the end: the last bytes and FIN may share a segment.
    bool end_known() const { return !source_open() || (hung_up_ && drained_); }
    bool fin_passed() const { return destination_ == Destination::shut; }
    bool destination_gone() const { return destination_ == Destination::gone; }
    /// The source is known to have sent something, or to have ended.
    bool source_is_readable() const { return readable_; }
    /// The source has sent FIN, perhaps behind bytes that are not read yet.
    bool source_has_hung_up() const { return hung_up_; }
    /// It is the source's turn: nothing is in flight that keeps us from reading.
    bool waits_for_source() const { return source_open() && in_flight_ == 0; }

  private:
    enum class Source : std::uint8_t { open, ended, reset };
    enum class Destination : std::uint8_t { open, shut, gone };

    void reach_end();

    std::uint64_t total_ = 0;
    std::size_t in_flight_ = 0;
    Source source_ = Source::open;
    Destination destination_ = Destination::open;
    bool readable_ = false;
    bool writable_ = false;
    bool read_out_ = false;
    bool hung_up_ = false;
    bool drained_ = false;
    bool end_is_reset_ = false;
};

}  // namespace spliced::relay
