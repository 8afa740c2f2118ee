#include "spliced/proxy/stick_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spliced/base/log.hpp"

namespace spliced::proxy {
namespace {

// Looks see what has expired by themselves; the timer only gives memory back, and need not be exact.
constexpr seconds between_expiries{1};
// What one turn of the loop may remove of each table.
constexpr std::size_t most_expiries_of_a_turn = 2000;

StickTablePtr make_table(const config::StickTable& settings) {
    return std::make_shared<stick::Table>(settings, KeyedHash::secret());
}

void say_dropped(std::string_view name, std::size_t entries, std::string_view why) {
    if (entries == 0) return;
    log::say(Level::warning, fmt::format("Stick table {}: {} entries dropped, {}.", name, entries, why));
}

}  // namespace

StickTables::StickTables(event::Loop& loop) : loop_(loop) {
    timer_.bind<&StickTables::on_timer>(loop, *this);
}

void StickTables::adopt(const config::Config& config) {
    auto before = std::exchange(tables_, {});
    for (const config::StickTable& settings : config.stick_tables)
        tables_.push_back(successor_of(before, settings));
    for (const StickTablePtr& gone : before)
        if (gone) say_dropped(gone->settings().name, gone->size(), "it is gone from the configuration");
    timer_.disarm();
    arm();
}

StickTablePtr StickTables::successor_of(std::vector<StickTablePtr>& before,
                                        const config::StickTable& settings) {
    auto named = std::ranges::find_if(
        before, [&](const auto& table) { return table && table->settings().name == settings.name; });
    if (named == before.end()) return make_table(settings);
    StickTablePtr old = std::move(*named);
    *named = nullptr;
    if (old->settings().has_layout_of(settings)) {
        std::size_t entries = old->size();
        old->adopt(settings, loop_.now());
        say_dropped(settings.name, entries - old->size(), "which are too old or too many now");
        return old;
    }
    say_dropped(settings.name, old->size(), "because its keys or what it stores has changed");
    return make_table(settings);
}

StickTablePtr StickTables::share(std::string_view name) const {
    auto found =
        std::ranges::find_if(tables_, [&](const auto& table) { return table->settings().name == name; });
    return found == tables_.end() ? nullptr : *found;
}

void StickTables::expire_all() {
    for (const StickTablePtr& table : tables_) table->expire(loop_.now());
}

event::Verdict StickTables::on_timer() {
    for (const StickTablePtr& table : tables_) table->expire(loop_.now(), most_expiries_of_a_turn);
    arm();
    return event::Verdict::keep;
}

void StickTables::arm() {
    TimePoint next = never;
    for (const StickTablePtr& table : tables_) next = std::min(next, table->next_expiry());
    if (next == never) return;
    TimePoint now = loop_.now();
    timer_.arm(now, std::max(next, now + between_expiries));
}

}  // namespace spliced::proxy
