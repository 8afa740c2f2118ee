// The mean of a stream of figures that forgets the old ones.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace spliced {

/// Exact for the first 1,024 samples; from then on each new one weighs a 1,024th, which is the window of
/// HAProxy's qtime, ctime and ttime (management manual 9.1).
class Average {
  public:
    void add(std::int64_t sample) {
        count_ = std::min(count_ + 1, window);
        mean_ += (static_cast<double>(sample) - mean_) / count_;
        peak_ = std::max(peak_, sample);
    }

    std::int64_t mean() const { return std::llround(mean_); }
    /// The largest sample; 0 where there was none.
    std::int64_t peak() const { return peak_; }
    void forget_peak() { peak_ = 0; }

  private:
    static constexpr int window = 1024;
    double mean_ = 0;
    std::int64_t peak_ = 0;
    int count_ = 0;
};

}  // namespace spliced
