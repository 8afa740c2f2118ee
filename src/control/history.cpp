#include "spliced/control/history.hpp"

#include <algorithm>
#include <utility>

namespace spliced::control {
namespace {

double number(const StatValue& value) {
    const auto* whole = std::get_if<std::uint64_t>(&value);
    return whole == nullptr ? 0 : static_cast<double>(*whole);
}

}  // namespace

void Track::add(double value) {
    values_[(first_ + size_) % depth] = static_cast<float>(value);
    if (size_ < depth)
        ++size_;
    else
        first_ = (first_ + 1) % depth;
}

double Track::peak() const {
    double highest = 0;
    for (std::size_t index = 0; index < size_; ++index) highest = std::max(highest, (*this)[index]);
    return highest;
}

std::string History::key_of(const StatRow& row) {
    // A frontend and a backend may share a name; svname tells them apart.
    return text_of(row[column::pxname]) + '/' + text_of(row[column::svname]);
}

void History::take(std::span<const StatRow> rows, TimePoint now) {
    double span = std::chrono::duration<double>(now - taken_at_).count();
    ++round_;
    taken_at_ = now;
    for (const StatRow& row : rows) {
        auto [place, is_new] = entries_.try_emplace(key_of(row));
        Entry& entry = place->second;
        double sessions = number(row[column::stot]);
        double bytes = number(row[column::bin]) + number(row[column::bout]);
        // An administrator may set counters to zero.
        auto rate = [&](double before, double after) {
            return span > 0 ? std::max(0.0, after - before) / span : 0;
        };
        if (!is_new) {
            entry.tracks.sessions.add(rate(entry.sessions_total, sessions));
            entry.tracks.bytes.add(rate(entry.bytes_total, bytes));
            entry.tracks.current.add(number(row[column::scur]));
        }
        entry.sessions_total = sessions;
        entry.bytes_total = bytes;
        entry.round = round_;
    }
    std::erase_if(entries_, [&](const auto& each) { return each.second.round != round_; });
}

const Tracks* History::find(const StatRow& row) const {
    auto found = entries_.find(key_of(row));
    return found == entries_.end() ? nullptr : &found->second.tracks;
}

}  // namespace spliced::control
