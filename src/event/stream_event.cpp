#include "spliced/event/stream_event.hpp"

#include "spliced/event/loop.hpp"

namespace spliced::event {

bool StreamEvent::start(Loop& loop, int fd, std::uint32_t events) {
    stop();
    if (!loop.streams().add(fd, events, *this)) return false;
    poller_ = &loop.streams();
    return true;
}

void StreamEvent::stop() {
    if (!poller_) return;
    poller_->forget(*this);
    poller_ = nullptr;
}

void StreamEvent::leave(int fd) {
    if (poller_) poller_->remove(fd);
    stop();
}

bool Poller::add(int fd, std::uint32_t events, StreamEvent& event) {
    epoll_event wanted{};
    wanted.events = events;
    wanted.data.ptr = &event;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &wanted) == 0;
}

void Poller::remove(int fd) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Poller::forget(const StreamEvent& event) {
    for (int i = at_; i < count_; ++i)
        if (batch_[static_cast<std::size_t>(i)].data.ptr == &event)
            batch_[static_cast<std::size_t>(i)].data.ptr = nullptr;
}

bool Poller::collect(milliseconds patience) {
    count_ = ::epoll_wait(epoll_.get(), batch_.data(), static_cast<int>(batch_.size()),
                          static_cast<int>(patience.count()));
    bool heard = count_ > 0;
    for (at_ = 0; at_ < count_;) {
        const epoll_event& happened = batch_[static_cast<std::size_t>(at_++)];
        auto* event = static_cast<StreamEvent*>(happened.data.ptr);
        if (!event) continue;
        auto has = [&](unsigned bit) { return (happened.events & bit) != 0; };
        event->deliver_(event->owner_,
                        Ready{has(EPOLLIN), has(EPOLLOUT), has(EPOLLRDHUP), has(EPOLLPRI), has(EPOLLERR)});
    }
    count_ = at_ = 0;
    return heard;
}

}  // namespace spliced::event
