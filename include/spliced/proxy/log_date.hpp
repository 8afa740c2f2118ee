// Dates of log lines, which the sessions of a busy proxy share: the last second is remembered.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "spliced/base/clock.hpp"

namespace spliced::proxy {

class LogDate {
  public:
    /// "22/Nov/2026:23:42:16", local time; valid until the next call.
    std::string_view text(std::chrono::sys_seconds second);

  private:
    std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();
    std::array<char, 32> date_{};
    std::size_t length_ = 0;
};

}  // namespace spliced::proxy
