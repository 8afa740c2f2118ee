#include "spliced/rules/patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace spliced::rules {
namespace {

struct NamedMatch {
    Match match;
    std::string_view name;
};

constexpr std::array matches{NamedMatch{Match::found, "found"},   NamedMatch{Match::boolean, "bool"},
                             NamedMatch{Match::integer, "int"},   NamedMatch{Match::ip, "ip"},
                             NamedMatch{Match::text, "str"},      NamedMatch{Match::beginning, "beg"},
                             NamedMatch{Match::ending, "end"},    NamedMatch{Match::part, "sub"},
                             NamedMatch{Match::directory, "dir"}, NamedMatch{Match::domain, "dom"},
                             NamedMatch{Match::regex, "reg"},     NamedMatch{Match::length, "len"},
                             NamedMatch{Match::binary, "bin"}};

constexpr std::string_view separators_of_directories = "/?";
constexpr std::string_view separators_of_domains = "/?.:";

// ASCII alone, as in TLS names.
char folded(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

Result<std::int64_t> read_number(std::string_view text) {
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const char* last = text.data() + text.size();
    if (error == std::errc() && end == last) return value;
    std::int64_t minor = 0;
    if (error == std::errc() && end + 1 < last && *end == '.' && value >= 0 && value <= 0xffff) {
        auto [end_of_minor, bad] = std::from_chars(end + 1, last, minor);
        if (bad == std::errc() && end_of_minor == last && minor >= 0 && minor <= 0xffff)
            return value << 16 | minor;
    }
    return Error{fmt::format("'{}' is no integer, nor a range such as 1:9", text)};
}

Result<std::string> bytes_of_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned value = 0;
        auto [end, error] =
            std::from_chars(text.data() + i, text.data() + std::min(i + 2, text.size()), value, 16);
        if (error != std::errc() || end != text.data() + i + 2)
            return Error{fmt::format("'{}': bytes are written as pairs of hexadecimal digits", text)};
        bytes += static_cast<char>(value);
    }
    return bytes;
}

bool begins_with(std::string_view bytes, std::string_view beginning) {
    return bytes.substr(0, beginning.size()) == beginning;
}

/// Drops what another pattern is the beginning of, so that one binary search can answer.
void keep_shortest_beginnings(std::vector<std::string>& sorted) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (kept > 0 && begins_with(sorted[i], sorted[kept - 1])) continue;
        if (kept != i) sorted[kept] = std::move(sorted[i]);
        ++kept;
    }
    sorted.resize(kept);
}

void merge(std::vector<IntegerRange>& ranges) {
    std::ranges::sort(ranges, {}, &IntegerRange::first);
    std::vector<IntegerRange> merged;
    for (const IntegerRange& range : ranges) {
        if (!merged.empty() && range.first <= merged.back().last)
            merged.back().last = std::max(merged.back().last, range.last);
        else
            merged.push_back(range);
    }
    ranges = std::move(merged);
}

}  // namespace

std::string_view name_of(Match match) {
    return std::ranges::find(matches, match, &NamedMatch::match)->name;
}

bool find_match(std::string_view name, Match& match) {
    const auto* found = std::ranges::find(matches, name, &NamedMatch::name);
    if (found == matches.end()) return false;
    match = found->match;
    return true;
}

Match default_match(Type type) {
    switch (type) {
        case Type::boolean:
            return Match::boolean;
        case Type::integer:
            return Match::integer;
        case Type::address:
            return Match::ip;
        case Type::binary:
            return Match::binary;
        case Type::none:
        case Type::text:
            break;
    }
    return Match::text;
}

bool suits(Match match, Type type) {
    bool is_bytes = type == Type::text || type == Type::binary;
    switch (match) {
        case Match::boolean:
            return type == Type::boolean || type == Type::integer;
        case Match::integer:
            return type != Type::address;
        case Match::ip:
            return type == Type::address || type == Type::text;
        case Match::length:
        case Match::binary:
            return is_bytes;
        default:
            return true;
    }
}

Result<IntegerRange> IntegerRange::parse(std::string_view operation, std::string_view text) {
    IntegerRange range;
    auto colon = text.find(':');
    bool is_range = colon != std::string_view::npos;
    if (is_range && !operation.empty() && operation != "eq")
        return Error{fmt::format("'{} {}': a range is compared by 'eq' alone", operation, text)};
    std::string_view first = text.substr(0, colon);
    std::string_view last = is_range ? text.substr(colon + 1) : first;
    for (auto [word, end] : {std::pair(first, &range.first), std::pair(last, &range.last)}) {
        if (word.empty() && is_range && text.size() > 1) continue;
        auto number = read_number(word.empty() ? text : word);
        if (!number) return number.error();
        *end = *number;
    }
    if (range.first > range.last) return Error{fmt::format("'{}': the smaller end stands first", text)};
    if (is_range || operation.empty() || operation == "eq") return range;
    bool or_equal = operation.ends_with('e');
    if (operation.starts_with('g'))
        return IntegerRange{or_equal ? range.first : range.first + (range.first < INT64_MAX), INT64_MAX};
    return IntegerRange{INT64_MIN, or_equal ? range.last : range.last - (range.last > INT64_MIN)};
}

Result<void> Patterns::add(std::string_view pattern, std::string_view operation) {
    ++count_;
    if (takes_operations()) {
        auto range = IntegerRange::parse(operation, pattern);
        if (!range) return range.error();
        ranges_.push_back(*range);
    } else if (match_ == Match::ip) {
        auto network = Network::parse(pattern);
        if (!network) return network.error();
        networks_.add(*network);
    } else if (match_ == Match::regex) {
        auto regex = Regex::compile(std::string(pattern), ignore_case_);
        if (!regex) return regex.error();
        regexes_.push_back(std::move(*regex));
    } else if (match_ == Match::binary) {
        auto bytes = bytes_of_hex(pattern);
        if (!bytes) return bytes.error();
        strings_.push_back(std::move(*bytes));
    } else {
        strings_.emplace_back(pattern);
        if (ignore_case_) std::ranges::transform(strings_.back(), strings_.back().begin(), folded);
    }
    return {};
}

void Patterns::seal() {
    merge(ranges_);
    if (match_ == Match::ending)
        for (std::string& each : strings_) std::ranges::reverse(each);
    std::ranges::sort(strings_);
    if (match_ == Match::beginning || match_ == Match::ending) keep_shortest_beginnings(strings_);
}

bool Patterns::match_sample(const Sample& sample, Scratch& scratch) const {
    switch (match_) {
        case Match::found:
            return true;
        case Match::boolean:
            return sample.number() != 0;
        case Match::integer: {
            Sample number = sample.as_integer();
            return number.type() == Type::integer && match_number(number.number());
        }
        case Match::length:
            return match_number(static_cast<std::int64_t>(sample.bytes().size()));
        case Match::ip: {
            Sample address = sample.as_address();
            return address.type() == Type::address && networks_.holds(address);
        }
        default: {
            Sample text = sample.as_text(scratch);
            return text.is_bytes() && match_bytes(text.bytes());
        }
    }
}

bool Patterns::match_number(std::int64_t number) const {
    auto after = std::ranges::upper_bound(ranges_, number, {}, &IntegerRange::first);
    return after != ranges_.begin() && number <= std::prev(after)->last;
}

bool Patterns::match_bytes(std::string_view bytes) const {
    auto any = [&](auto test) { return std::ranges::any_of(strings_, test); };
    switch (match_) {
        case Match::regex:
            return std::ranges::any_of(regexes_, [&](const Regex& regex) { return regex.matches(bytes); });
        case Match::beginning:
            return is_any_beginning(bytes, false);
        case Match::ending:
            return is_any_beginning(bytes, true);
        case Match::part:
            return any([&](const std::string& part) { return has_part(bytes, part); });
        case Match::directory:
            return any(
                [&](const std::string& word) { return has_word(bytes, word, separators_of_directories); });
        case Match::domain:
            return any([&](const std::string& word) { return has_word(bytes, word, separators_of_domains); });
        default:
            break;
    }
    auto less = [&](std::string_view a, std::string_view b) {
        return std::ranges::lexicographical_compare(a, b, [&](char left, char right) {
            if (ignore_case_) right = folded(right);
            return static_cast<unsigned char>(left) < static_cast<unsigned char>(right);
        });
    };
    auto found = std::lower_bound(strings_.begin(), strings_.end(), bytes, less);
    return found != strings_.end() && is_equal(bytes, *found);
}

// No pattern is the beginning of another, so the only one that can be a beginning of the bytes is the last of
// those that are not behind them.
bool Patterns::is_any_beginning(std::string_view bytes, bool reversed) const {
    auto letter = [&](std::size_t i) {
        char c = reversed ? bytes[bytes.size() - 1 - i] : bytes[i];
        return static_cast<unsigned char>(ignore_case_ ? folded(c) : c);
    };
    auto is_behind = [&](const std::string& pattern) {
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            if (i == bytes.size()) return true;
            auto mine = static_cast<unsigned char>(pattern[i]);
            if (mine != letter(i)) return mine > letter(i);
        }
        return false;
    };
    auto end = std::partition_point(strings_.begin(), strings_.end(),
                                    [&](const std::string& pattern) { return !is_behind(pattern); });
    if (end == strings_.begin()) return false;
    const std::string& candidate = *std::prev(end);
    if (candidate.size() > bytes.size()) return false;
    for (std::size_t i = 0; i < candidate.size(); ++i)
        if (static_cast<unsigned char>(candidate[i]) != letter(i)) return false;
    return true;
}

bool Patterns::is_equal(std::string_view a, std::string_view pattern) const {
    return std::ranges::equal(
        a, pattern, [&](char left, char right) { return (ignore_case_ ? folded(left) : left) == right; });
}

bool Patterns::has_part(std::string_view bytes, std::string_view part) const {
    for (std::size_t i = 0; i + part.size() <= bytes.size(); ++i)
        if (is_equal(bytes.substr(i, part.size()), part)) return true;
    return false;
}

// Separators around a pattern are not part of it: "/example.com/" and "example.com" are the same.
bool Patterns::has_word(std::string_view bytes, std::string_view word, std::string_view separators) const {
    auto is_separator = [&](char c) { return separators.find(c) != std::string_view::npos; };
    while (!word.empty() && is_separator(word.front())) word.remove_prefix(1);
    while (!word.empty() && is_separator(word.back())) word.remove_suffix(1);
    if (word.empty()) return false;
    for (std::size_t i = 0; i + word.size() <= bytes.size(); ++i) {
        std::size_t end = i + word.size();
        bool stands_alone =
            (i == 0 || is_separator(bytes[i - 1])) && (end == bytes.size() || is_separator(bytes[end]));
        if (stands_alone && is_equal(bytes.substr(i, word.size()), word)) return true;
    }
    return false;
}

}  // namespace spliced::rules
