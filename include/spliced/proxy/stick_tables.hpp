// The stick tables of the process, at work: made, kept over reloads, and rid of what has expired.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "spliced/config/config.hpp"
#include "spliced/event/timer.hpp"
#include "spliced/stick/table.hpp"

namespace spliced::proxy {

/// Shared with the sessions that hold entries, so that a table that a reload has removed outlives them.
using StickTablePtr = std::shared_ptr<stick::Table>;

class StickTables {
  public:
    /// Without tables yet.
    explicit StickTables(event::Loop& loop);

    /// A configuration, the first or another, in the running process: a table whose keys and data stay keeps
    /// its entries; what becomes of the others is logged.
    void adopt(const config::Config& config);

    /// In the order of config::Config::stick_tables.
    const std::vector<StickTablePtr>& all() const { return tables_; }
    /// Null where there is none of that name.
    stick::Table* find(std::string_view name) const { return share(name).get(); }
    StickTablePtr share(std::string_view name) const;
    /// Removes what has expired by now, all of it.
    void expire_all();
    /// To be called when an entry was added or let go: from then on a timer sees to expiries.
    void watch() {
        if (timer_.armed_for() == never) arm();
    }

    TimePoint now() const { return loop_.now(); }
    event::Verdict on_timer();
    void dispose() {}

  private:
    void arm();
    StickTablePtr successor_of(std::vector<StickTablePtr>& before, const config::StickTable& settings);

    event::Loop& loop_;
    std::vector<StickTablePtr> tables_;
    event::Timer timer_;
};

}  // namespace spliced::proxy
