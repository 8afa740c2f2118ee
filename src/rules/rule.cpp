#include "spliced/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "spliced/base/text.hpp"

namespace spliced::rules {
namespace {

constexpr unsigned any_stage = bit_of(Stage::connection) | bit_of(Stage::session) | bit_of(Stage::content);

constexpr ActionRow table[] = {
    {"accept", any_stage, ActionId::accept},
    {"reject", any_stage, ActionId::reject},
    {"silent-drop", any_stage, ActionId::silent_drop},
};

// HAProxy's other actions, which this version refuses.
constexpr std::string_view later_actions =
    "attach-srv, capture, do-log, do-resolve, expect-netscaler-cip, expect-proxy, sc-add-gpc, sc-inc-gpc, "
    "sc-inc-gpc0, sc-inc-gpc1, sc-set-gpt, sc-set-gpt0, send-spoe-group, set-bandwidth-limit, set-bc-mark, "
    "set-bc-tos, set-dst, set-dst-port, set-fc-mark, set-fc-tos, set-log-level, set-mark, set-nice, "
    "set-priority-class, set-priority-offset, set-src, set-src-port, set-tos, set-var, set-var-fmt, "
    "switch-mode, track-sc0, track-sc1, track-sc2, unset-var, use-service";

std::optional<Stage> stage_of(std::string_view word) {
    if (word == "connection") return Stage::connection;
    if (word == "session") return Stage::session;
    if (word == "content") return Stage::content;
    return std::nullopt;
}

Error unknown_action(std::string_view word, Stage stage) {
    std::vector<std::string_view> known;
    for (const ActionRow& row : table)
        if ((row.stages & bit_of(stage)) != 0) known.push_back(row.name);
    auto bare = word.substr(0, word.find('('));
    for (auto later : split_at(later_actions, ','))
        if (later == bare)
            return Error{
                fmt::format("'{}' is an action of HAProxy that this version does not support", word)};
    return Error{
        fmt::format("'{}' is no action of '{}': there are {}", word, name_of(stage), fmt::join(known, ", "))};
}

/// Complains of what cannot be known where the rule stands: it would never hold.
Result<void> check_stage(Condition& condition, Stage stage) {
    std::string_view early;
    condition.each_expression([&](const Expression& expression) {
        if (expression.call().fetch->earliest > stage) early = expression.call().fetch->name;
    });
    if (early.empty()) return {};
    return Error{
        fmt::format("'{}' is not known yet in '{}': write 'content', and 'tcp-request inspect-delay' "
                    "to wait for it",
                    early, name_of(stage))};
}

Result<Condition> read_tail(Words& words, Acls& acls, Stage stage) {
    std::string_view word = words.take();
    if (word != "if" && word != "unless")
        return Error{fmt::format("unexpected '{}': 'if' or 'unless' is wanted", word)};
    auto condition = Condition::parse(words, acls, word == "unless");
    if (!condition) return condition;
    auto known = check_stage(*condition, stage);
    if (!known) return known.error();
    return condition;
}

const ActionRow* find_action(std::string_view name, Stage stage) {
    const auto* row = std::ranges::find_if(table, [&](const ActionRow& each) {
        return each.name == name && (each.stages & bit_of(stage)) != 0;
    });
    return row == std::end(table) ? nullptr : row;
}

}  // namespace

std::span<const ActionRow> actions() {
    return table;
}

std::vector<Rule>& RuleSet::at(Stage stage) {
    switch (stage) {
        case Stage::connection:
            return connection;
        case Stage::session:
            return session;
        case Stage::content:
            break;
    }
    return content;
}

Result<StagedRule> read_rule(std::string_view text, Acls& acls) {
    auto split = words_of(text);
    if (!split) return split.error();
    Words words(*split);
    std::string_view first = words.take();
    auto stage = stage_of(first);
    if (!stage)
        return Error{
            fmt::format("'{}': 'connection', 'session' or 'content' is wanted, and an action", first)};
    StagedRule read{*stage, {}};
    read.rule.text = trim(text);
    if (words.done()) return Error{fmt::format("the action is missing behind '{}'", first)};
    std::string_view name = words.take();
    const ActionRow* row = find_action(name, *stage);
    if (!row) return unknown_action(name, *stage);
    read.rule.action.id = row->id;
    read.rule.action.number = row->number;
    if (row->read) {
        auto parameters = row->read(words, read.rule.action);
        if (!parameters) return parameters.error();
    }
    if (words.done()) return read;
    auto condition = read_tail(words, acls, *stage);
    if (!condition) return condition.error();
    read.rule.condition = std::move(*condition);
    return read;
}

Result<Condition> read_condition(std::string_view text, Acls& acls, Stage stage) {
    auto split = words_of(text);
    if (!split) return split.error();
    Words words(*split);
    return read_tail(words, acls, stage);
}

Found find_rule(std::span<const Rule> rules, std::size_t begin, Source& source, Moment moment) {
    for (const Rule& rule : rules.subspan(begin)) {
        Truth truth = rule.condition.evaluate(source, moment);
        if (truth == Truth::yes) return {&rule, false};
        if (truth == Truth::not_yet) return {nullptr, true};
    }
    return {};
}

}  // namespace spliced::rules
