// A connection read and written through buffers, libevent's bufferevent: for talk with administrators, where
// convenience goes before speed.
#pragma once

#include <event2/bufferevent.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "spliced/base/clock.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/event/handler.hpp"
#include "spliced/event/loop.hpp"

namespace spliced::event {

/// Why no more will be read or written.
enum class StreamEnd {
    finished,  ///< the peer's FIN: what was read before is still there, and it may still listen
    lost,      ///< the connection is gone, or was silent for the whole idle limit
};

/// A member of its owner. Owns the socket.
class BufferedStream {
  public:
    BufferedStream() = default;
    BufferedStream(const BufferedStream&) = delete;
    BufferedStream& operator=(const BufferedStream&) = delete;

    /// OnInput: something was read. OnFlushed: all that was written is with the kernel. OnEnd(StreamEnd).
    /// At most `most_input` bytes are read ahead of take_line(). False where there is no memory.
    template <auto OnInput, auto OnFlushed, auto OnEnd, typename Owner>
    bool open(Loop& loop, UniqueFd socket, Owner& owner, std::size_t most_input) {
        auto on_read = [](bufferevent*, void* self) { deliver<OnInput>(*static_cast<Owner*>(self)); };
        auto on_write = [](bufferevent*, void* self) { deliver<OnFlushed>(*static_cast<Owner*>(self)); };
        auto on_end = [](bufferevent*, short what, void* self) {
            deliver<OnEnd>(*static_cast<Owner*>(self), end_of(what));
        };
        return start(loop, std::move(socket), most_input) && (set(on_read, on_write, on_end, &owner), true);
    }

    /// The next whole line without its LF or CR LF.
    std::optional<std::string> take_line();
    /// Bytes read and not taken yet.
    std::size_t input_size() const;

    /// Takes the text as it is, without a copy of it.
    void write(std::string text);
    bool flushed() const;
    int fd() const { return bufferevent_getfd(stream_.get()); }

    /// While held, the peer's words wait in the kernel, and its silence is not measured.
    void hold_input(bool held);
    /// Longest silence while input is wanted, and longest refusal to take output; zero is infinite.
    void set_idle_limit(Duration limit);

  private:
    bool start(Loop& loop, UniqueFd socket, std::size_t most_input);
    void set(bufferevent_data_cb on_read, bufferevent_data_cb on_write, bufferevent_event_cb on_end,
             void* owner);
    static StreamEnd end_of(short what);

    struct Free {
        void operator()(bufferevent* stream) const { bufferevent_free(stream); }
    };
    std::unique_ptr<bufferevent, Free> stream_;
};

}  // namespace spliced::event
