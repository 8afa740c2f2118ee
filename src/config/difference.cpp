#include "spliced/config/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "spliced/base/text.hpp"
#include "spliced/config/keywords.hpp"
#include "spliced/config/load.hpp"

namespace spliced::config {
namespace {

using Kind = Difference::Kind;

struct Entry {
    std::string key;
    std::string value;
    bool repeats = false;  ///< its section may hold several, told apart by their values
    bool reloadable = true;

    bool is_same_thing(const Entry& other) const {
        return key == other.key && (!repeats || value == other.value);
    }
};

struct Section {
    std::string name;
    std::vector<Entry> entries;
};

/// `[stats]` has a `bind` of its own; elsewhere a keyword is reloadable in all sections or in none.
unsigned kind_of(std::string_view header) {
    return header == "[stats]" ? in_stats : ~static_cast<unsigned>(in_stats);
}

Entry entry_of(std::string_view line, unsigned kind) {
    auto equals = line.find('=');
    Entry entry{std::string(trim(line.substr(0, equals))), std::string(trim(line.substr(equals + 1)))};
    const Keyword* row = find_keyword(entry.key, kind);
    if (row == nullptr) {  // it carries a name: "server web1"
        row = find_keyword(std::string_view(entry.key).substr(0, entry.key.find(' ')), kind);
        entry.repeats = row != nullptr && may_repeat(*row);
        return entry;
    }
    entry.repeats = may_repeat(*row);
    entry.reloadable = row->reloadable;
    return entry;
}

std::vector<Section> sections_of(const Config& config) {
    std::vector<Section> sections;
    std::string text = dump(config);
    for (std::string_view rest = text; !rest.empty();) {
        auto end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.starts_with('['))
            sections.push_back({std::string(line), {}});
        else if (line.find('=') != std::string_view::npos)
            sections.back().entries.push_back(entry_of(line, kind_of(sections.back().name)));
    }
    return sections;
}

class Comparison {
  public:
    void compare(const std::vector<Section>& before, const std::vector<Section>& after);
    std::vector<Difference> take() && { return std::move(found_); }

  private:
    void compare(const Section& before, const Section& after);
    void compare_order(const Section& before, const Section& after);
    void add(Kind kind, const std::string& section, const Entry& entry, std::string before,
             std::string after) {
        found_.push_back({kind, section, entry.key, std::move(before), std::move(after), entry.reloadable});
    }
    static const Section* find(const std::vector<Section>& sections, const std::string& name) {
        auto found = std::ranges::find_if(sections, [&](const Section& each) { return each.name == name; });
        return found == sections.end() ? nullptr : &*found;
    }
    static const Entry* find(const Section& section, const Entry& wanted) {
        auto found = std::ranges::find_if(section.entries,
                                          [&](const Entry& each) { return each.is_same_thing(wanted); });
        return found == section.entries.end() ? nullptr : &*found;
    }

    std::vector<Difference> found_;
};

void Comparison::compare(const Section& before, const Section& after) {
    for (const Entry& entry : after.entries) {
        const Entry* old = find(before, entry);
        if (!old)
            add(Kind::added, after.name, entry, {}, entry.value);
        else if (old->value != entry.value)
            add(Kind::changed, after.name, entry, old->value, entry.value);
    }
    compare_order(before, after);
    for (const Entry& entry : before.entries)
        if (!find(after, entry)) add(Kind::removed, after.name, entry, entry.value, {});
}

/// Rules that are the same one by one may still have changed places.
void Comparison::compare_order(const Section& before, const Section& after) {
    for (std::string_view key : {"tcp-request", "use_backend", "use-server", "stick"}) {
        auto common = [&](const Section& section, const Section& other) {
            std::vector<std::string> lines;
            for (const Entry& entry : section.entries)
                if (entry.repeats && entry.key.starts_with(key) && find(other, entry))
                    lines.push_back(entry.key + entry.value);
            return lines;
        };
        if (common(before, after) != common(after, before))
            add(Kind::changed, after.name, {std::string(key), {}}, "one order", "another");
    }
}

void Comparison::compare(const std::vector<Section>& before, const std::vector<Section>& after) {
    for (const Section& section : after) {
        if (const Section* old = find(before, section.name))
            compare(*old, section);
        else
            add(Kind::added, section.name, {}, {}, {});
    }
    for (const Section& section : before)
        if (!find(after, section.name)) add(Kind::removed, section.name, {}, {}, {});
}

}  // namespace

std::string Difference::text() const {
    std::string what = key.empty() ? section : fmt::format("{} {}", section, key);
    switch (kind) {
        case Kind::added:
            return what + (after.empty() ? " added" : fmt::format(" added: {}", after));
        case Kind::removed:
            return what + (before.empty() ? " removed" : fmt::format(" removed: {}", before));
        case Kind::changed:
            break;
    }
    return fmt::format("{} changed: {} -> {}", what, before, after);
}

std::vector<Difference> differences(const Config& before, const Config& after) {
    Comparison comparison;
    comparison.compare(sections_of(before), sections_of(after));
    return std::move(comparison).take();
}

}  // namespace spliced::config
