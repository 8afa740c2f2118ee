// The text between [ and ]: the kind of a section and its name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "spliced/config/keywords.hpp"
#include "spliced/config/mistakes.hpp"

namespace spliced::config {

struct SectionHeader {
    Sections section;
    std::string_view name;  ///< points into the text; empty where the kind takes none, or it is missing
};

/// Reports what is wrong with it. A header that can be guessed is returned all the same, so that the
/// section's keywords are checked too and nobody is told that it is not there.
std::optional<SectionHeader> read_section_header(std::string_view text, const Location& where,
                                                 Mistakes& mistakes);

/// Whether this line without brackets is what HAProxy writes for a section: "listen web".
bool is_bare_section_header(std::string_view line);

/// HAProxy's letters of names (configuration manual, 2).
bool is_name(std::string_view text);
inline constexpr std::string_view letters_of_names = "letters, digits, '-', '_', '.' and ':'";

}  // namespace spliced::config
