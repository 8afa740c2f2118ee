// An INI file as sections of keys and values: inih behind a line reader of our own.
//
// inih alone would cut a line at 199 bytes and a name at 49, and would not say in which line a key stands.
// The line reader checks each line before inih sees it, and hands a long value over in pieces, as
// continuation lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/config/mistakes.hpp"

namespace spliced::config {

/// Longest line of a file, in bytes without its end, and longest value, with the lines that continue it. A
/// value always fits into one line together with its key, which is how the dump writes it.
inline constexpr std::size_t max_line = 8191;
inline constexpr std::size_t max_value = 8000;
/// Longest text between [ and ], and longest key: what inih keeps of them.
inline constexpr std::size_t max_name = 49;

struct IniEntry {
    std::string key;
    std::string value;  ///< never empty; continuation lines joined by one blank
    unsigned line = 0;  ///< of the key
};

struct IniSection {
    std::string name;
    unsigned line = 0;
    std::vector<IniEntry> entries;
};

/// Lines that make no sense are reported and left out.
std::vector<IniSection> read_ini(const std::string& file, std::string_view text, Mistakes& mistakes);

}  // namespace spliced::config
