#include "spliced/event/buffered_stream.hpp"

#include <event2/buffer.h>

#include <cstdlib>
#include <new>
#include <utility>

namespace spliced::event {

bool BufferedStream::start(Loop& loop, UniqueFd socket, std::size_t most_input) {
    stream_.reset(bufferevent_socket_new(loop.base(), socket.get(), BEV_OPT_CLOSE_ON_FREE));
    if (!stream_) return false;
    (void)socket.release();
    bufferevent_priority_set(stream_.get(), static_cast<int>(Priority::traffic));
    bufferevent_setwatermark(stream_.get(), EV_READ, 0, most_input);
    return bufferevent_enable(stream_.get(), EV_READ | EV_WRITE) == 0;
}

void BufferedStream::set(bufferevent_data_cb on_read, bufferevent_data_cb on_write,
                         bufferevent_event_cb on_end, void* owner) {
    bufferevent_setcb(stream_.get(), on_read, on_write, on_end, owner);
}

StreamEnd BufferedStream::end_of(short what) {
    return (what & BEV_EVENT_EOF) != 0 && (what & BEV_EVENT_READING) != 0 ? StreamEnd::finished
                                                                          : StreamEnd::lost;
}

std::optional<std::string> BufferedStream::take_line() {
    std::size_t length = 0;
    char* line = evbuffer_readln(bufferevent_get_input(stream_.get()), &length, EVBUFFER_EOL_CRLF);
    if (!line) return std::nullopt;
    std::unique_ptr<char, decltype(&std::free)> owned(line, &std::free);
    return std::string(line, length);
}

std::size_t BufferedStream::input_size() const {
    return evbuffer_get_length(bufferevent_get_input(stream_.get()));
}

void BufferedStream::write(std::string text) {
    auto owned = std::make_unique<std::string>(std::move(text));
    auto discard = [](const void*, std::size_t, void* string) { delete static_cast<std::string*>(string); };
    evbuffer* output = bufferevent_get_output(stream_.get());
    if (evbuffer_add_reference(output, owned->data(), owned->size(), discard, owned.get()) != 0)
        throw std::bad_alloc();
    (void)owned.release();
}

bool BufferedStream::flushed() const {
    return evbuffer_get_length(bufferevent_get_output(stream_.get())) == 0;
}

void BufferedStream::hold_input(bool held) {
    if (held)
        bufferevent_disable(stream_.get(), EV_READ);
    else
        bufferevent_enable(stream_.get(), EV_READ);
}

void BufferedStream::set_idle_limit(Duration limit) {
    auto whole = std::chrono::duration_cast<microseconds>(limit).count();
    timeval wait{static_cast<time_t>(whole / 1000000), static_cast<suseconds_t>(whole % 1000000)};
    const timeval* bound = whole == 0 ? nullptr : &wait;
    bufferevent_set_timeouts(stream_.get(), bound, bound);
}

}  // namespace spliced::event
