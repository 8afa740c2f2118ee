// Which lines of a log are sent at all: HAProxy's `sample 1,3-5:10`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"

namespace spliced {

/// Of every `period` lines those in one of the ranges, counted from 1. The default takes all.
class LogSample {
  public:
    /// `RANGE[,RANGE...]:PERIOD`; the ranges ascend and do not overlap, up to the period.
    static Result<LogSample> parse(std::string_view text);

    bool takes_all() const { return ranges_.empty(); }
    /// Whether the line of this number belongs to it; the first line has number 0.
    bool takes(unsigned long long number) const;
    unsigned period() const { return period_; }
    /// As parse() reads it; empty where it takes all.
    std::string text() const;

  private:
    struct Range {
        unsigned first;
        unsigned last;
    };
    std::vector<Range> ranges_;
    unsigned period_ = 1;
};

}  // namespace spliced
