// What the graphs of the status page show: the last minutes of each row of the statistics.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string>

#include "spliced/base/clock.hpp"
#include "spliced/control/stat_rows.hpp"

namespace spliced::control {

/// One figure over time; the oldest sample makes room for the newest.
class Track {
  public:
    static constexpr std::size_t depth = 120;

    void add(double value);
    std::size_t size() const { return size_; }
    /// 0 is the oldest that is left.
    double operator[](std::size_t index) const { return values_[(first_ + index) % depth]; }
    double last() const { return size_ == 0 ? 0 : (*this)[size_ - 1]; }
    double peak() const;

  private:
    std::array<float, depth> values_{};
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

/// Rates are of the time between two samples.
struct Tracks {
    Track sessions;  ///< begun a second
    Track bytes;     ///< both ways, a second
    Track current;   ///< sessions at the moment of the sample
};

class History {
  public:
    static constexpr seconds interval{5};

    /// One more sample of each row; forgets what is no longer among them.
    void take(std::span<const StatRow> rows, TimePoint now);

    /// Null for a row of which there is no sample yet.
    const Tracks* find(const StatRow& row) const;

  private:
    struct Entry {
        Tracks tracks;
        double sessions_total = 0;
        double bytes_total = 0;
        std::size_t round = 0;  ///< of the last sample
    };
    static std::string key_of(const StatRow& row);

    std::map<std::string, Entry, std::less<>> entries_;
    std::size_t round_ = 0;
    TimePoint taken_at_{};
};

}  // namespace spliced::control
