#include "spliced/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "spliced/base/text.hpp"

namespace spliced::rules {
namespace {

constexpr unsigned any_stage = bit_of(Stage::connection) | bit_of(Stage::session) | bit_of(Stage::content);

/// "KEY [table T]"
Result<void> read_tracking(Words& words, Action& action) {
    if (words.done()) return Error{"track-sc: what to track is missing: track-sc0 src"};
    auto key = Expression::parse(words.take());
    if (!key) return key.error();
    action.key = std::move(*key);
    action.target.kind = ArgumentKind::table;
    if (!words.take_if("table")) return {};
    if (words.done()) return Error{"the name of the table is missing"};
    action.target.text = words.take();
    return {};
}

/// A number, or an expression that gives one.
Result<void> read_tag(Words& words, Action& action) {
    std::string_view word = words.take();
    if (word.empty()) return Error{"sc-set-gpt0: a number or an expression is missing"};
    auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), action.value);
    if (error == std::errc() && end == word.data() + word.size()) return {};
    auto key = Expression::parse(word);
    if (!key) return key.error();
    action.key = std::move(*key);
    return {};
}

/// "layer4": whoever connects is to begin with a PROXY protocol header.
Result<void> read_layer(Words& words, Action&) {
    if (words.take_if("layer4")) return {};
    return Error{"expect-proxy: 'layer4' is missing behind it"};
}

/// The name of a filter. HAProxy may change its limit and period here.
Result<void> read_limit(Words& words, Action& action) {
    if (words.done())
        return Error{"set-bandwidth-limit: the name of a 'filter bwlim-in' or 'bwlim-out' is missing"};
    action.target.kind = ArgumentKind::limit;
    action.target.text = words.take();
    if (words.done() || words.peek() == "if" || words.peek() == "unless") return {};
    return Error{
        fmt::format("set-bandwidth-limit: '{}' is not supported here; the filter holds its limit and "
                    "period",
                    words.peek())};
}

constexpr ActionRow table[] = {
    {"accept", any_stage, ActionId::accept},
    {"reject", any_stage, ActionId::reject},
    {"silent-drop", any_stage, ActionId::silent_drop},
    {"sc-inc-gpc0", any_stage, ActionId::increase_gpc0, 0, nullptr, true},
    {"sc-inc-gpc1", any_stage, ActionId::increase_gpc1, 0, nullptr, true},
    {"sc-set-gpt0", any_stage, ActionId::set_gpt0, 0, read_tag, true},
    {"track-sc0", any_stage, ActionId::track, 0, read_tracking},
    {"track-sc1", any_stage, ActionId::track, 1, read_tracking},
    {"track-sc2", any_stage, ActionId::track, 2, read_tracking},
    {"expect-proxy", bit_of(Stage::connection), ActionId::expect_proxy, 0, read_layer},
    {"set-bandwidth-limit", bit_of(Stage::content), ActionId::limit_bandwidth, 0, read_limit},
};

// HAProxy's other actions, which this version refuses.
constexpr std::string_view later_actions =
    "attach-srv, capture, do-log, do-resolve, expect-netscaler-cip, sc-add-gpc, sc-inc-gpc, "
    "sc-set-gpt, send-spoe-group, set-bc-mark, "
    "set-bc-tos, set-dst, set-dst-port, set-fc-mark, set-fc-tos, set-log-level, set-mark, set-nice, "
    "set-priority-class, set-priority-offset, set-src, set-src-port, set-tos, set-var, set-var-fmt, "
    "switch-mode, unset-var, use-service";

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

Result<void> check_stage(const Expression& expression, Stage stage) {
    if (expression.call().fetch->earliest <= stage) return {};
    std::string_view early = expression.call().fetch->name;
    return Error{
        fmt::format("'{}' is not known yet in '{}': write 'content', and 'tcp-request inspect-delay' "
                    "to wait for it",
                    early, name_of(stage))};
}

/// Complains of what cannot be known where the rule stands: it would never hold.
Result<void> check_stage(Condition& condition, Stage stage) {
    Result<void> known;
    condition.each_expression([&](const Expression& expression) {
        if (known) known = check_stage(expression, stage);
    });
    return known;
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

/// What stands in parentheses behind an action's name.
Result<unsigned> read_slot(const ActionRow& row, std::string_view text) {
    if (text.empty()) return row.number;
    if (!row.takes_slot) return Error{fmt::format("'{}' takes nothing in parentheses", row.name)};
    constexpr std::array<std::string_view, tracking_slots> slots{"(0)", "(1)", "(2)"};
    const auto* slot = std::ranges::find(slots, text);
    if (slot == slots.end())
        return Error{fmt::format("{}{}: (0), (1) or (2) is wanted, as in track-sc0", row.name, text)};
    return static_cast<unsigned>(slot - slots.begin());
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
    std::string_view bare = name.substr(0, name.find('('));
    const ActionRow* row = find_action(bare, *stage);
    if (!row) return unknown_action(name, *stage);
    read.rule.action.id = row->id;
    auto number = read_slot(*row, name.substr(bare.size()));
    if (!number) return number.error();
    read.rule.action.number = *number;
    if (row->read) {
        auto parameters = row->read(words, read.rule.action);
        if (!parameters) return parameters.error();
        auto known = read.rule.action.key ? check_stage(*read.rule.action.key, *stage) : Result<void>();
        if (!known) return known.error();
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
