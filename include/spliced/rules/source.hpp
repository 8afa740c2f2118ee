// Where the samples of a rule come from. The proxy floor implements it; tests have one of their own.
#pragma once

#include <cstdint>

#include "spliced/rules/fetch.hpp"
#include "spliced/rules/sample.hpp"

namespace spliced::rules {

/// What a fetch found, and whether it is worth asking again once more of the client is there.
enum class Answer : std::uint8_t {
    found,          ///< for good
    found_for_now,  ///< it may change: `req.len`
    absent,         ///< for good
    not_yet,        ///< it may come
};

/// Of one client at one moment. What samples refer to holds until the condition has been looked at.
class Source {
  public:
    virtual Answer get(const Call& call, Sample& sample) = 0;
    /// What a stick table knows of a key, for the converters table_*.
    virtual Answer look_up(const Argument& table, Counter counter, const Sample& key, Sample& sample) = 0;

  protected:
    ~Source() = default;
};

/// Whether a source may learn more. At the end what has not come counts as absent.
enum class Moment : std::uint8_t { waiting, final };

/// HAProxy's three-valued logic: `and` is the bitwise and, `or` the bitwise or.
enum class Truth : std::uint8_t { no = 0, not_yet = 1, yes = 3 };

inline Truth operator&(Truth a, Truth b) {
    return static_cast<Truth>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
inline Truth operator|(Truth a, Truth b) {
    return static_cast<Truth>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
inline Truth operator!(Truth a) {
    return a == Truth::not_yet ? a : a == Truth::yes ? Truth::no : Truth::yes;
}

}  // namespace spliced::rules
