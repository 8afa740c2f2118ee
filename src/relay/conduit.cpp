#include "spliced/relay/conduit.hpp"

#include <unistd.h>

#include <algorithm>
#include <new>
#include <utility>

#include "spliced/os/socket.hpp"
#include "spliced/os/splice.hpp"

namespace spliced::relay {
namespace {

using Outcome = os::Transfer::Outcome;

// Measured with answers of 4 to 128 KiB: from 4 to 64 KiB this bound makes no difference beyond noise,
// because a copy through the shared buffer costs about as much as two splices. It needs no pipe. At 512 KiB
// copying costs twice as much.
constexpr std::size_t bulk_from = 32 * 1024;
// A spliced read below this was no bulk any more.
constexpr std::size_t bulk_until = 8 * 1024;
// For the first message of a client behind bytes of our own: a ClientHello or the head of a request.
constexpr std::size_t room_behind_lead = 16 * 1024;

}  // namespace

Conduit::~Conduit() {
    drop();
}

void Conduit::drop() {
    if (pipe_) shared_.pipes.discard(std::move(pipe_));
    spill_.reset();
}

os::Transfer Conduit::fill(int source, std::size_t limit, bool& drained) {
    drained = false;
    if (bulk_ && !copy_always_) {
        pipe_ = shared_.pipes.take();
        if (pipe_) {
            os::Transfer transfer = fill_pipe(source, limit);
            // An end of stream is believed of recv(2) only: splice(2) also returns 0 at the mark of urgent
            // data.
            if (transfer.outcome != Outcome::unsupported && transfer.outcome != Outcome::ended)
                return transfer;
            if (transfer.outcome == Outcome::unsupported) {
                copy_always_ = true;
                ++shared_.splice_unsupported;
            }
        }
    }
    return fill_buffer(source, limit, drained);
}

os::Transfer Conduit::fill_pipe(int source, std::size_t limit) {
    os::Transfer transfer = os::splice_in(source, *pipe_, limit);
    if (transfer.outcome != Outcome::moved) {
        release_pipe();
        bulk_ = transfer.outcome != Outcome::blocked;
        return transfer;
    }
    bulk_ = transfer.count >= bulk_until;
    if (transfer.count >= pipe_->size) shared_.pipes.grow(*pipe_);
    shared_.spliced_bytes += transfer.count;
    return transfer;
}

os::Transfer Conduit::fill_buffer(int source, std::size_t limit, bool& drained) {
    std::span<char> room = std::span(shared_.buffer).first(std::min(limit, shared_.buffer.size()));
    os::Transfer transfer = os::receive(source, room);
    if (transfer.outcome != Outcome::moved) return transfer;
    drained = transfer.count < room.size();
    bulk_ = transfer.count >= bulk_from;
    shared_.loan = std::span<const char>(shared_.buffer).first(transfer.count);
    shared_.copied_bytes += transfer.count;
    return transfer;
}

bool Conduit::lead(std::span<const char> bytes) {
    if (!make_spill(bytes.size() + room_behind_lead)) return false;
    std::copy(bytes.begin(), bytes.end(), spill_->bytes.get());
    spill_->size = bytes.size();
    return true;
}

os::Transfer Conduit::follow(int source, bool& drained) {
    std::span<char> room(spill_->bytes.get() + spill_->size, room_behind_lead);
    os::Transfer transfer = os::receive(source, room);
    if (transfer.outcome != Outcome::moved) return transfer;
    drained = transfer.count < room.size();
    spill_->size += transfer.count;
    shared_.copied_bytes += transfer.count;
    return transfer;
}

os::Transfer Conduit::drain(int destination, Cargo cargo, bool& filled) {
    filled = false;
    if (pipe_) {
        os::Transfer transfer = drain_pipe(destination, cargo.in_flight);
        if (transfer.outcome != Outcome::unsupported) return transfer;
        if (!abandon_splice(cargo.in_flight)) return {Outcome::failed, 0, transfer.error};
    }
    if (!spill_) {
        os::Transfer transfer = drain_bytes(destination, shared_.loan, cargo.end_known, filled);
        shared_.loan = shared_.loan.subspan(transfer.count);
        return transfer;
    }
    os::Transfer transfer = drain_bytes(destination, spill_->rest(), cargo.end_known, filled);
    spill_->sent += transfer.count;
    if (spill_->sent == spill_->size) spill_.reset();
    return transfer;
}

os::Transfer Conduit::drain_pipe(int destination, std::size_t in_flight) {
    os::Transfer transfer = os::splice_out(*pipe_, destination, in_flight);
    if (transfer.outcome == Outcome::moved && transfer.count == in_flight) release_pipe();
    return transfer;
}

os::Transfer Conduit::drain_bytes(int destination, std::span<const char> bytes, bool more, bool& filled) {
    os::Transfer transfer = os::send(destination, bytes, more);
    filled = transfer.count < bytes.size();
    return transfer;
}

// The destination cannot be spliced to: what the pipe holds goes on as a spill.
bool Conduit::abandon_splice(std::size_t in_flight) {
    copy_always_ = true;
    ++shared_.splice_unsupported;
    if (!make_spill(in_flight)) return false;
    std::size_t have = 0;
    while (have < in_flight) {
        ssize_t got = ::read(pipe_->read_end.get(), spill_->bytes.get() + have, in_flight - have);
        if (got <= 0) return false;
        have += static_cast<std::size_t>(got);
    }
    release_pipe();
    return true;
}

bool Conduit::make_spill(std::size_t size) {
    spill_.reset(new (std::nothrow) Spill);
    if (spill_) spill_->bytes.reset(new (std::nothrow) char[size]);
    if (!spill_ || !spill_->bytes) return false;
    spill_->size = size;
    return true;
}

void Conduit::release_pipe() {
    shared_.pipes.give_back(std::move(pipe_));
}

bool Conduit::settle() {
    std::span<const char> left = std::exchange(shared_.loan, {});
    if (left.empty()) return true;
    if (!make_spill(left.size())) return false;
    std::copy(left.begin(), left.end(), spill_->bytes.get());
    return true;
}

}  // namespace spliced::relay
