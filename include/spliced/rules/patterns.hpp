// What a sample is compared with: all patterns of one test, compiled so that thousands cost little.
//
// Networks stand in a radix tree; exact strings, beginnings and endings are found by binary search, integers
// are merged ranges. The other ways of matching try one pattern after another, as HAProxy does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/rules/network_tree.hpp"
#include "spliced/rules/regex.hpp"
#include "spliced/rules/sample.hpp"

namespace spliced::rules {

/// `-m`.
enum class Match : std::uint8_t {
    found,
    boolean,
    integer,
    ip,
    text,
    beginning,
    ending,
    part,
    directory,
    domain,
    regex,
    length,
    binary,
};

/// "beg"; and the other way, false where there is no such method.
std::string_view name_of(Match match);
bool find_match(std::string_view name, Match& match);

/// What a sample of that type is compared by where no `-m` says it.
Match default_match(Type type);
/// Whether a sample of that type can be compared so at all.
bool suits(Match match, Type type);

/// Both ends belong to it.
struct IntegerRange {
    std::int64_t first = INT64_MIN;
    std::int64_t last = INT64_MAX;

    /// "5", "5:9", "5:", ":9", with "eq", "ge", "gt", "le" or "lt" before it; "1.2" stands for 0x10002 where
    /// versions are compared.
    static Result<IntegerRange> parse(std::string_view operation, std::string_view text);
};

class Patterns {
  public:
    Patterns(Match match, bool ignore_case) : match_(match), ignore_case_(ignore_case) {}

    Match match() const { return match_; }
    std::size_t size() const { return count_; }
    bool takes_operations() const { return match_ == Match::integer || match_ == Match::length; }

    /// `operation` is for integers alone, and else empty.
    Result<void> add(std::string_view pattern, std::string_view operation = {});
    /// Once, after the last add().
    void seal();

    bool match_sample(const Sample& sample, Scratch& scratch) const;

  private:
    bool match_number(std::int64_t number) const;
    bool match_bytes(std::string_view bytes) const;
    bool is_any_beginning(std::string_view bytes, bool reversed) const;
    bool is_equal(std::string_view a, std::string_view b) const;
    bool has_part(std::string_view bytes, std::string_view part) const;
    bool has_word(std::string_view bytes, std::string_view word, std::string_view separators) const;

    Match match_;
    bool ignore_case_;
    std::size_t count_ = 0;
    NetworkTree networks_;
    std::vector<IntegerRange> ranges_;
    std::vector<std::string> strings_;  ///< of endings: written backwards
    std::vector<Regex> regexes_;
};

}  // namespace spliced::rules
