#include "spliced/relay/farewell.hpp"

#include "spliced/os/socket.hpp"

namespace spliced::relay {
namespace {

using Outcome = os::Transfer::Outcome;

constexpr int reads_per_turn = 8;

}  // namespace

Farewell::Progress Farewell::run(int client, std::span<char> scratch) {
    if (!say(client)) return Progress::finished;
    return listen(client, scratch);
}

/// False where the client is lost.
bool Farewell::say(int client) {
    std::size_t size = page_ ? page_->size() : 0;
    while (sent_ < size) {
        auto rest = std::span<const char>(*page_).subspan(sent_);
        os::Transfer transfer = os::send(client, rest, false);
        if (transfer.outcome == Outcome::blocked) return true;
        if (transfer.outcome != Outcome::moved) return false;
        sent_ += transfer.count;
    }
    if (!fin_sent_) fin_sent_ = os::shut_write(client);
    return fin_sent_;
}

Farewell::Progress Farewell::listen(int client, std::span<char> scratch) {
    for (int reads = 0; reads < reads_per_turn; ++reads) {
        os::Transfer transfer = os::receive(client, scratch);
        if (transfer.outcome == Outcome::blocked) return Progress::waiting;
        if (transfer.outcome == Outcome::failed) return Progress::finished;
        // A client that has ended its side still gets the rest of the page.
        if (transfer.outcome == Outcome::ended) return fin_sent_ ? Progress::finished : Progress::waiting;
        received_ += transfer.count;
    }
    return Progress::again;
}

}  // namespace spliced::relay
