#include "spliced/proxy/tracked_entries.hpp"

#include <utility>

namespace spliced::proxy {

using config::StickData;

TrackedEntries::TrackedEntries(TrackedEntries&& other) noexcept
    : tables_(other.tables_), places_(std::exchange(other.places_, {})) {}

void TrackedEntries::count(const Place& place, StickData data, std::uint64_t events) {
    place.table->count(*place.entry, data, events, tables_->now());
}

void TrackedEntries::track(std::size_t slot, const StickTablePtr& table, const stick::Key& key) {
    if (places_[slot]) return;
    stick::Entry* entry = table->find_or_add(key, tables_->now());
    if (!entry) return;
    table->hold(*entry);
    places_[slot] = {table, entry};
    for (StickData data : {StickData::conn_cnt, StickData::conn_rate, StickData::conn_cur})
        count(places_[slot], data, 1);
}

void TrackedEntries::count_session() {
    for (const Place& place : places_)
        if (place)
            for (StickData data : {StickData::sess_cnt, StickData::sess_rate}) count(place, data, 1);
}

void TrackedEntries::count_bytes(std::uint64_t from_client, std::uint64_t from_server) {
    for (const Place& place : places_) {
        if (!place) continue;
        for (StickData data : {StickData::bytes_in_cnt, StickData::bytes_in_rate})
            count(place, data, from_client);
        for (StickData data : {StickData::bytes_out_cnt, StickData::bytes_out_rate})
            count(place, data, from_server);
    }
}

void TrackedEntries::release() {
    for (Place& place : places_) {
        if (!place) continue;
        place.table->discount(*place.entry, StickData::conn_cur);
        place.table->release(*place.entry, tables_->now());
        place = {};
        tables_->watch();
    }
}

}  // namespace spliced::proxy
