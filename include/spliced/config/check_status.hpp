// What a check came to, with HAProxy's numbers (its check-t.h), words and sentences (management manual 9.1,
// "check_status").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace spliced::config {

enum class CheckStatus : std::uint8_t {
    inconclusive = 0,          ///< nothing was learnt: a shortage of ours, or our own timer fired late
    initializing = 1,          ///< INI
    reported = 3,              ///< CHECKED: an agent said something else than up or down
    observed = 4,              ///< HANA: errors of the traffic itself
    socket_error = 5,          ///< SOCKERR
    passed = 6,                ///< L4OK
    timed_out = 7,             ///< L4TOUT
    refused = 8,               ///< L4CON
    layer6_passed = 9,         ///< L6OK
    layer6_timed_out = 10,     ///< L6TOUT
    layer6_invalid = 11,       ///< L6RSP
    layer7_timed_out = 12,     ///< L7TOUT
    layer7_invalid = 13,       ///< L7RSP
    layer7_passed = 15,        ///< L7OK
    layer7_conditional = 16,   ///< L7OKC: it serves whom it serves, and wants nobody new
    layer7_wrong_status = 17,  ///< L7STS
    program_failed = 18,       ///< PROCERR
    program_timed_out = 19,    ///< PROCTOUT
    program_passed = 20,       ///< PROCOK
};

/// What it means for the server: HAProxy's CHK_RES_*.
enum class CheckOutcome : std::uint8_t { unknown = 0, neutral = 1, failed = 2, passed = 3, conditional = 4 };

/// "L4OK"; empty for one that taught nothing.
std::string_view name_of(CheckStatus status);
/// "Layer4 check passed"
std::string_view description_of(CheckStatus status);
CheckOutcome outcome_of(CheckStatus status);
/// A number belongs to it: that of an HTTP answer, of a program's end.
bool has_code(CheckStatus status);

/// By its name.
std::optional<CheckStatus> check_status(std::string_view name);

}  // namespace spliced::config
