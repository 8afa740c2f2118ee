// The INI file in the making: sections and entries, each with the line of the haproxy.cfg that it comes from.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/import/verdict.hpp"

namespace spliced::import {

/// Of an entry that no line stands for: a default of HAProxy's that is written out.
inline constexpr std::size_t no_verdict = static_cast<std::size_t>(-1);

struct IniEntry {
    std::string key;
    std::string value;
    std::size_t verdict = no_verdict;
    std::string refusal;  ///< where not empty, a comment takes its place
};

struct IniSection {
    std::string header;  ///< "listen web"
    std::size_t verdict = no_verdict;
    std::vector<IniEntry> entries;
    std::string refusal;  ///< of the whole section
};

using IniDraft = std::vector<IniSection>;

/// Where a line of the text comes from.
struct IniOrigin {
    std::size_t section = no_verdict;
    std::size_t entry = no_verdict;  ///< absent for a header
};

struct IniText {
    std::string text;
    std::vector<IniOrigin> origins;  ///< of line 1 and on
};

/// Adds to the entries of a section. A key that may stand once replaces what was there: as in HAProxy, the
/// last one counts. The replaced line's verdict says so if both stand in one section (`tell`).
void add_entry(std::vector<IniEntry>& entries, IniEntry entry, std::vector<Verdict>* tell);

/// The value of a key; null where there is none.
const std::string* value_of(const std::vector<IniEntry>& entries, std::string_view key);

/// What is refused becomes a comment that says why.
IniText write_ini(const IniDraft& draft, const std::vector<Verdict>& verdicts);

}  // namespace spliced::import
