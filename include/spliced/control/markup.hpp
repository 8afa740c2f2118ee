// Text and figures as a person reads them in a browser.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spliced::control {

/// For element content and for attributes in double quotes: nothing in it is markup.
std::string escaped(std::string_view text);

/// "1,234,567".
std::string grouped(std::uint64_t number);
/// "1.5 KiB"; below 1,000 whole bytes: "999 B".
std::string bytes_text(double bytes);
/// "12", "1.5", "0.04": three digits at most, for rates.
std::string rate_text(double rate);
/// "12s", "3m 4s", "5h 6m", "7d 8h".
std::string span_text(std::uint64_t seconds);

}  // namespace spliced::control
