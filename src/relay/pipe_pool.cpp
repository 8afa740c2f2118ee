#include "spliced/relay/pipe_pool.hpp"

#include <algorithm>

namespace spliced::relay {
namespace {

constexpr std::size_t largest = 1024 * 1024;  // fs.pipe-max-size as the kernel ships it
constexpr milliseconds trim_interval{1000};
constexpr milliseconds shortage_rest{100};
constexpr seconds growth_rest{10};

}  // namespace

PipePool::PipePool(event::Loop& loop, Settings settings) : loop_(loop), settings_(settings) {
    trim_.bind<&PipePool::on_trim>(loop, *this);
}

std::unique_ptr<os::Pipe> PipePool::take() {
    if (!idle_.empty()) {
        auto pipe = std::move(idle_.back());
        idle_.pop_back();
        fewest_idle_ = std::min(fewest_idle_, idle_.size());
        return pipe;
    }
    if (existing_ < settings_.max && (retry_at_ == TimePoint{} || loop_.now() >= retry_at_)) {
        if (auto made = os::make_pipe(settings_.size)) {
            ++existing_;
            retry_at_ = {};
            return std::make_unique<os::Pipe>(std::move(*made));
        }
        retry_at_ = loop_.now() + shortage_rest;
    }
    ++refused_;
    return nullptr;
}

void PipePool::give_back(std::unique_ptr<os::Pipe> empty_pipe) {
    idle_.push_back(std::move(empty_pipe));
    if (trim_.armed_for() == never) {
        fewest_idle_ = 0;
        TimePoint now = loop_.now();
        trim_.arm(now, now + trim_interval);
    }
}

void PipePool::discard(std::unique_ptr<os::Pipe> pipe) {
    pipe.reset();
    --existing_;
}

void PipePool::grow(os::Pipe& pipe) {
    if (settings_.size != 0 || pipe.size >= largest || loop_.now() < grow_at_) return;
    if (!os::resize(pipe, largest)) grow_at_ = loop_.now() + growth_rest;
}

event::Verdict PipePool::on_trim() {
    std::size_t excess = std::min((fewest_idle_ + 1) / 2, idle_.size());
    for (std::size_t i = 0; i < excess; ++i) idle_.pop_back();
    existing_ -= excess;
    fewest_idle_ = idle_.size();
    TimePoint now = loop_.now();
    if (!idle_.empty()) trim_.arm(now, now + trim_interval);
    return event::Verdict::keep;
}

}  // namespace spliced::relay
