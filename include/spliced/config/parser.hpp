// Reads the sections of the files, one after another, into a Draft.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "spliced/config/draft.hpp"
#include "spliced/config/environment.hpp"
#include "spliced/config/ini.hpp"
#include "spliced/config/line.hpp"
#include "spliced/config/mistakes.hpp"
#include "spliced/config/section_header.hpp"

namespace spliced::config {

class Parser {
  public:
    Parser(const Environment& environment, Mistakes& mistakes)
        : environment_(environment), mistakes_(mistakes) {}

    void read(const std::string& file, const std::vector<IniSection>& sections);
    Draft take() &&;

  private:
    /// Where each key of a section was written first.
    using Seen = std::map<std::string, Location, std::less<>>;

    /// What the entries of one section are read into: [global], [stats], or a proxy.
    struct Scope {
        Sections section;
        ProxyDraft* proxy;
        Seen& seen;
    };

    void read_section(const std::string& file, const IniSection& section);
    void read_proxy(const std::string& file, const IniSection& section, SectionHeader header);
    void read_resolvers(const std::string& file, const IniSection& section, std::string_view name);
    void read_entries(const std::string& file, const IniSection& section, Scope scope);
    void read_entry(const Line& line, Scope scope);
    bool is_first(const Line& line, const std::string& key, Seen& seen);
    void apply(const Line& line, const Keyword& keyword, Scope scope);
    void apply_special(const Line& line, Special special, Scope scope);
    const ProxyDraft* rival_of(const ProxyDraft& proxy) const;

    const Environment& environment_;
    Mistakes& mistakes_;
    Draft draft_;
    ProxyDraft defaults_;
    bool defaults_are_unused_ = false;  ///< the last [defaults] so far
    Seen seen_in_global_;
    Seen seen_in_stats_;
};

}  // namespace spliced::config
