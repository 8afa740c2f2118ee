// One value of a keyword or parameter: from text into a field of the configuration, and back.
//
// The type of the field says how it is written: a bool is yes or no, milliseconds are a duration, std::size_t
// is a size in bytes, the other integers are whole numbers, a string is taken as it is. A field is optional
// where "not given" means something of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "spliced/base/result.hpp"
#include "spliced/base/units.hpp"
#include "spliced/config/anonymity.hpp"
#include "spliced/config/line_format.hpp"

namespace spliced::config {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Reads `text` into the field. The range holds for numbers, sizes (bytes) and durations (milliseconds).
Result<void> assign(bool& field, std::string_view text, Range range);
Result<void> assign(int& field, std::string_view text, Range range);
Result<void> assign(unsigned& field, std::string_view text, Range range);
Result<void> assign(std::size_t& field, std::string_view text, Range range);
/// Without a unit it means seconds; part of one is an error.
Result<void> assign(seconds& field, std::string_view text, Range range);
Result<void> assign(milliseconds& field, std::string_view text, Range range);
Result<void> assign(std::string& field, std::string_view text, Range range);
Result<void> assign(LineFormat& field, std::string_view text, Range range);
Result<void> assign(Anonymity& field, std::string_view text, Range range);

template <typename T>
Result<void> assign(std::optional<T>& field, std::string_view text, Range range) {
    T value{};
    auto outcome = assign(value, text, range);
    if (outcome) field = value;
    return outcome;
}

/// What assign() reads back to the same; empty where nothing was given.
std::string shown(bool field);
std::string shown(int field);
std::string shown(unsigned field);
std::string shown(std::size_t field);
std::string shown(seconds field);
std::string shown(milliseconds field);
std::string shown(const std::string& field);
std::string shown(const LineFormat& field);
std::string shown(Anonymity field);

template <typename T>
std::string shown(const std::optional<T>& field) {
    return field ? shown(*field) : std::string();
}

}  // namespace spliced::config
