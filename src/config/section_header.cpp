#include "spliced/config/section_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "spliced/base/text.hpp"
#include "spliced/config/foreign.hpp"
#include "spliced/config/hint.hpp"

namespace spliced::config {
namespace {

struct SectionKind {
    std::string_view name;
    Sections section;
    bool takes_name;
};

constexpr std::array kinds{
    SectionKind{"global", in_global, false},     SectionKind{"defaults", in_defaults, false},
    SectionKind{"frontend", in_frontend, true},  SectionKind{"listen", in_listen, true},
    SectionKind{"backend", in_backend, true},    SectionKind{"stats", in_stats, false},
    SectionKind{"resolvers", in_resolvers, true}};

const SectionKind* kind_named(std::string_view name) {
    const auto* found =
        std::find_if(kinds.begin(), kinds.end(), [&](const SectionKind& kind) { return kind.name == name; });
    return found == kinds.end() ? nullptr : &*found;
}

}  // namespace

bool is_name(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == ':';
    });
}

bool is_bare_section_header(std::string_view line) {
    auto words = split_words(line);
    if (words.empty() || line.find('=') != std::string_view::npos) return false;
    const auto* kind = kind_named(words[0]);
    // HAProxy takes a name behind "defaults" as well.
    return kind != nullptr && words.size() <= (kind->section == in_global ? 1U : 2U);
}

std::optional<SectionHeader> read_section_header(std::string_view text, const Location& where,
                                                 Mistakes& mistakes) {
    auto error = [&](std::string message) { mistakes.error(where, std::move(message)); };
    auto words = split_words(text);
    if (words.empty()) {
        error("the section has no name");
        return std::nullopt;
    }
    const auto* kind = kind_named(words[0]);
    if (kind == nullptr) {
        if (auto advice = foreign_section(words[0]); !advice.empty()) {
            error(fmt::format("[{}] {}", words[0], advice));
            return std::nullopt;
        }
        std::array<std::string_view, kinds.size()> known;
        std::transform(kinds.begin(), kinds.end(), known.begin(), [](const auto& each) { return each.name; });
        error(fmt::format("unknown section [{}]{}", text, suggestion(words[0], known)));
        kind = kind_named(nearest_word(words[0], known));
        if (kind == nullptr) return std::nullopt;
    }
    if (words.size() > (kind->takes_name ? 2U : 1U))
        error(fmt::format("[{}]: unexpected '{}'", text, words.back()));
    if (kind->takes_name && words.size() == 1)
        error(fmt::format("the name is missing: [{} NAME]", kind->name));
    std::string_view name = kind->takes_name && words.size() > 1 ? words[1] : std::string_view();
    if (!is_name(name)) error(fmt::format("'{}': a name is made of {}", name, letters_of_names));
    return SectionHeader{kind->section, name};
}

}  // namespace spliced::config
