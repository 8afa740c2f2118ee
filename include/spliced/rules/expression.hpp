// A fetch and the converters behind it: "req.ssl_sni,lower", "src,ipmask(24)".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/rules/fetch.hpp"
#include "spliced/rules/source.hpp"

namespace spliced::rules {

/// One of the table of converters, with its arguments.
struct Conversion {
    using Apply = Sample (*)(const Conversion&, const Sample&, Scratch&);

    std::string_view name;
    Apply apply = nullptr;
    Type type = Type::none;     ///< what it makes
    unsigned ipv4_length = 32;  ///< of ipmask
    unsigned ipv6_length = 128;
    Counter counter{};  ///< where it has no function, and asks a table
    Argument table;
};

class Expression {
  public:
    static Result<Expression> parse(std::string_view text);

    const Call& call() const { return call_; }
    /// Calls f(Argument&) for each argument; those that name a section are resolved once all are read.
    template <typename F>
    void each_argument(F f) {
        for (Argument& argument : call_.arguments) f(argument);
        for (Conversion& conversion : conversions_) f(conversion.table);
    }
    Type type() const { return conversions_.empty() ? call_.fetch->type : conversions_.back().type; }

    Answer evaluate(Source& source, Moment moment, Scratch& scratch, Sample& sample) const;

  private:
    Call call_;
    std::vector<Conversion> conversions_;
};

}  // namespace spliced::rules
