// `show stat`, `show info`, and `clear counters`.
#include <charconv>

#include "spliced/control/command_groups.hpp"
#include "spliced/control/json_schema.hpp"
#include "spliced/control/stat_text.hpp"

namespace spliced::control {
namespace {

using config::AdminLevel;

struct Form {
    bool typed = false;
    bool json = false;
    bool described = false;
};

/// False for a word that does not concern the form.
bool take_form(Form& form, std::string_view word) {
    if (word == "typed") return form.typed = true;
    if (word == "json") return form.json = true;
    if (word == "desc") return form.described = true;
    return false;
}

int number_of(std::string_view text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// HAProxy's mask: a bit for each kind, -1 for all. Listeners are shown to those who name them.
unsigned kinds_of(int mask) {
    constexpr unsigned without_listeners = 0x7;
    return mask == -1 ? without_listeners : static_cast<unsigned>(mask) & all_kinds;
}

bool is_known(const proxy::Engine& engine, std::string_view proxy) {
    if (engine.find_frontend(proxy) || engine.find_backend(proxy)) return true;
    return number_of(proxy) != 0;
}

/// `{<iid>|<proxy>} <type> <sid>`
Answer narrow(StatFilter& filter, const Call& call, std::size_t at) {
    auto proxy = call.argument(at);
    if (!is_known(call.admin.engine, proxy)) return Answer::error("No such proxy.\n");
    if (number_of(proxy) != -1) filter.proxy = proxy;
    filter.kinds = kinds_of(number_of(call.argument(at + 1)));
    int sid = number_of(call.argument(at + 2));
    if (sid != -1) filter.sid = sid;
    return Answer::done();
}

Answer show_stat(const Call& call) {
    StatFilter filter;
    Form form;
    std::size_t at = 0;
    if (call.argument(0) == "domain") {
        if (call.argument(1) != "proxy") return Answer::error("Invalid statistics domain.\n");
        at = 2;
    }
    Form probe;
    bool narrowed = !call.argument(at + 2).empty() && !take_form(probe, call.argument(at)) &&
                    call.argument(at) != "up" && call.argument(at) != "no-maint";
    if (narrowed) {
        if (Answer refusal = narrow(filter, call, at); !refusal.text.empty()) return refusal;
        at += 3;
    }
    for (; !call.argument(at).empty(); ++at) {
        auto word = call.argument(at);
        filter.up |= word == "up";
        filter.no_maint |= word == "no-maint";
        take_form(form, word);
    }
    auto rows = collect_stats(call.admin.engine, filter);
    if (form.json) return Answer::dump(stats_json(rows) + '\n');
    if (form.typed) return Answer::dump(stats_typed(rows, form.described));
    return Answer::dump(stats_csv(rows));
}

Answer show_info(const Call& call) {
    Form form;
    for (const auto& word : call.arguments) take_form(form, word);
    auto info = process_info(call.admin);
    if (form.json) return Answer::dump(info_json(info) + '\n');
    if (form.typed) return Answer::dump(info_typed(info, form.described));
    return Answer::dump(info_text(info, form.described));
}

Answer show_schema(const Call&) {
    return Answer::dump(std::string(json_schema()) + '\n');
}

// clang-format off
constexpr Command table[] = {
    {{"show", "info"},           AdminLevel::user, "show info [desc|json|typed|float]*",       "report information about the running process", show_info},
    {{"show", "schema", "json"}, AdminLevel::user, "show schema json",                         "report schema used for stats", show_schema},
    {{"show", "stat"},           AdminLevel::user, "show stat [desc|json|no-maint|typed|up]*", "report counters for each proxy and server", show_stat},
};
// clang-format on

}  // namespace

std::span<const Command> stats_commands() {
    return table;
}

}  // namespace spliced::control
