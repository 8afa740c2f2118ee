#include "spliced/base/regex.hpp"

#include <fmt/format.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>

namespace spliced {
namespace {

using MatchData = std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)>;
using MatchContext = std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)>;

// Some milliseconds; the library's own limit is 10,000,000.
constexpr std::uint32_t most_steps = 100'000;

PCRE2_SPTR bytes_of(std::string_view text) {
    return reinterpret_cast<PCRE2_SPTR>(text.data());
}

std::string message_of(int error) {
    std::array<PCRE2_UCHAR, 128> text{};
    pcre2_get_error_message(error, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

}  // namespace

struct Regex::Code {
    explicit Code(pcre2_code* compiled) : code(compiled) {}
    Code(const Code&) = delete;
    Code& operator=(const Code&) = delete;
    ~Code() { pcre2_code_free(code); }

    pcre2_code* code;
};

// Without the just-in-time compiler, which needs memory that can be written and executed.
Result<Regex> Regex::compile(std::string_view pattern, bool ignore_case) {
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code* code = pcre2_compile(bytes_of(pattern), pattern.size(), ignore_case ? PCRE2_CASELESS : 0U,
                                     &error, &offset, nullptr);
    if (code == nullptr)
        return Error{fmt::format("'{}' is no regular expression: {} at its character {}", pattern,
                                 message_of(error), offset + 1)};
    return Regex(std::make_shared<const Code>(code));
}

bool Regex::matches(std::string_view subject) const {
    MatchData data(pcre2_match_data_create_from_pattern(code_->code, nullptr), pcre2_match_data_free);
    MatchContext context(pcre2_match_context_create(nullptr), pcre2_match_context_free);
    if (!data || !context) return false;
    pcre2_set_match_limit(context.get(), most_steps);
    return pcre2_match(code_->code, bytes_of(subject), subject.size(), 0, 0, data.get(), context.get()) >= 0;
}

}  // namespace spliced
