#include "spliced/config/check_status.hpp"

namespace spliced::config {
namespace {

struct Row {
    CheckStatus status;
    CheckOutcome outcome;
    std::string_view name;
    std::string_view description;
};

using S = CheckStatus;
using O = CheckOutcome;

// clang-format off
constexpr Row table[] = {
    {S::inconclusive,        O::unknown,     "UNK",      "Health status unknown"},
    {S::initializing,        O::unknown,     "INI",      "Initializing"},
    {S::reported,            O::neutral,     "CHECKED",  "No status change"},
    {S::observed,            O::failed,      "HANA",     "Health analyze"},
    {S::socket_error,        O::failed,      "SOCKERR",  "Socket error"},
    {S::passed,              O::passed,      "L4OK",     "Layer4 check passed"},
    {S::timed_out,           O::failed,      "L4TOUT",   "Layer4 timeout"},
    {S::refused,             O::failed,      "L4CON",    "Layer4 connection problem"},
    {S::layer6_passed,       O::passed,      "L6OK",     "Layer6 check passed"},
    {S::layer6_timed_out,    O::failed,      "L6TOUT",   "Layer6 timeout"},
    {S::layer6_invalid,      O::failed,      "L6RSP",    "Layer6 invalid response"},
    {S::layer7_timed_out,    O::failed,      "L7TOUT",   "Layer7 timeout"},
    {S::layer7_invalid,      O::failed,      "L7RSP",    "Layer7 invalid response"},
    {S::layer7_passed,       O::passed,      "L7OK",     "Layer7 check passed"},
    {S::layer7_conditional,  O::conditional, "L7OKC",    "Layer7 check conditionally passed"},
    {S::layer7_wrong_status, O::failed,      "L7STS",    "Layer7 wrong status"},
    {S::program_failed,      O::failed,      "PROCERR",  "External check error"},
    {S::program_timed_out,   O::failed,      "PROCTOUT", "External check timeout"},
    {S::program_passed,      O::passed,      "PROCOK",   "External check passed"},
};
// clang-format on

const Row& row_of(CheckStatus status) {
    for (const Row& row : table)
        if (row.status == status) return row;
    return table[0];
}

}  // namespace

std::string_view name_of(CheckStatus status) {
    return row_of(status).name;
}
std::string_view description_of(CheckStatus status) {
    return row_of(status).description;
}
CheckOutcome outcome_of(CheckStatus status) {
    return row_of(status).outcome;
}
bool has_code(CheckStatus status) {
    return status >= CheckStatus::layer7_passed;
}

std::optional<CheckStatus> check_status(std::string_view name) {
    for (const Row& row : table)
        if (row.name == name) return row.status;
    return std::nullopt;
}

}  // namespace spliced::config
