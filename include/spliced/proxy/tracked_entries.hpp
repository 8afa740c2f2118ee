// What a session tracks: an entry of a stick table for each of `track-sc0` to `track-sc2`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "spliced/proxy/stick_tables.hpp"
#include "spliced/rules/counter.hpp"

namespace spliced::proxy {

/// Holds its entries, and counts in them what becomes of the session. HAProxy's rule: what tracks first in a
/// slot stays, whatever rule of whatever list would track there later.
class TrackedEntries {
  public:
    static constexpr std::size_t slots = rules::tracking_slots;

    explicit TrackedEntries(StickTables& tables) : tables_(&tables) {}
    TrackedEntries(TrackedEntries&& other) noexcept;
    TrackedEntries& operator=(TrackedEntries&&) = delete;
    ~TrackedEntries() { release(); }

    /// Counts a connection there (conn_cnt, conn_rate, conn_cur). Nothing happens where the slot is taken, or
    /// the table is full.
    void track(std::size_t slot, const StickTablePtr& table, const stick::Key& key);

    struct Place {
        StickTablePtr table;  ///< null: none
        stick::Entry* entry = nullptr;

        explicit operator bool() const { return entry != nullptr; }
    };
    const Place& at(std::size_t slot) const { return places_[slot]; }

    /// The rules of connections and sessions let it in: sess_cnt, sess_rate. What is tracked later counts no
    /// session.
    void count_session();
    /// At its end.
    void count_bytes(std::uint64_t from_client, std::uint64_t from_server);
    /// At its end: conn_cur; the entries are its own no more.
    void release();

  private:
    void count(const Place& place, config::StickData data, std::uint64_t events);

    StickTables* tables_;
    std::array<Place, slots> places_;
};

}  // namespace spliced::proxy
