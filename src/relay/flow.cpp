#include "spliced/relay/flow.hpp"

namespace spliced::relay {

Flow::Step Flow::next() const {
    if (destination_ == Destination::gone) return Step::broken;
    if (destination_ == Destination::shut) return Step::closed;
    if (in_flight_ > 0) return writable_ ? Step::write : Step::wait;
    if (source_ == Source::ended) return Step::pass_fin;
    if (source_ == Source::reset) return Step::pass_reset;
    return readable_ && writable_ ? Step::read : Step::wait;
}

void Flow::on_read(const os::Transfer& transfer, bool drained) {
    using Outcome = os::Transfer::Outcome;
    switch (transfer.outcome) {
        case Outcome::moved:
            in_flight_ += transfer.count;
            total_ += transfer.count;
            drained_ = drained;
            if (drained && !read_out_) {
                readable_ = false;
                if (hung_up_) reach_end();
            }
            break;
        case Outcome::blocked:
            // With bytes in the pipe EAGAIN means "the pipe is full", and the source may well be readable.
            if (in_flight_ == 0) readable_ = false;
            break;
        case Outcome::ended:
            reach_end();
            break;
        case Outcome::failed:
            source_ = Source::reset;
            break;
        case Outcome::unsupported:
            break;
    }
}

void Flow::on_write(const os::Transfer& transfer, bool filled) {
    using Outcome = os::Transfer::Outcome;
    switch (transfer.outcome) {
        case Outcome::moved:
            assert(transfer.count <= in_flight_);
            in_flight_ -= transfer.count;
            if (filled) writable_ = false;
            break;
        case Outcome::blocked:
            writable_ = false;
            break;
        case Outcome::ended:
        case Outcome::failed:
            destination_ = Destination::gone;
            break;
        case Outcome::unsupported:
            break;
    }
}

void Flow::on_fin_sent(bool sent) {
    destination_ = sent ? Destination::shut : Destination::gone;
}

void Flow::end_source() {
    if (source_ == Source::open) source_ = Source::ended;
}

void Flow::reach_end() {
    if (source_ == Source::open) source_ = end_is_reset_ ? Source::reset : Source::ended;
}

}  // namespace spliced::relay
