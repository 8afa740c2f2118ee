// A session's stay in queues, from the first to the last.
#pragma once

#include <algorithm>
#include <cstdint>

#include "spliced/balance/queue.hpp"

namespace spliced::proxy {

class Session;

/// Made when a session waits for a server for the first time; part of its ClientFacts.
class QueueStay final : public balance::Ticket {
  public:
    QueueStay(Session& session, TimePoint now) : first_claim(now), session_(session) {}

    void on_turn(balance::Server* server) override;
    bool accepts(const balance::Server& server) const override;

    void begin(TimePoint now) { began_ = now; }
    /// Its turn has come, or it has given up.
    void end(TimePoint now) {
        waited_ += now - began_;
        began_ = never;
    }
    /// Altogether.
    Duration waited(TimePoint now) const { return began_ == never ? waited_ : waited_ + (now - began_); }

    const TimePoint first_claim;     ///< a session that comes back, after a failed attempt, keeps its age
    std::uint32_t server_queue = 0;  ///< its place when it came, from 1 on; 0 where it was not there
    std::uint32_t backend_queue = 0;

  private:
    Session& session_;
    TimePoint began_ = never;
    Duration waited_{};
};

}  // namespace spliced::proxy
