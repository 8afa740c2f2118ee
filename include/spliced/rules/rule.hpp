// One line of `tcp-request`: an action, and the condition under which it is taken.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/rules/condition.hpp"

namespace spliced::rules {

enum class ActionId : std::uint8_t {
    accept,
    reject,
    silent_drop,
    // What follows does something, and the rules below it are looked at.
    track,
    increase_gpc0,
    increase_gpc1,
    set_gpt0,
    expect_proxy,
    limit_bandwidth,
};

/// What a rule does, with what its line says about it.
struct Action {
    ActionId id = ActionId::accept;
    unsigned number = 0;            ///< the 1 of "track-sc1"
    std::optional<Expression> key;  ///< what it is about
    std::int64_t value = 0;         ///< of set_gpt0 where it has no key
    Argument target;                ///< whom it is about, where that has a name
};

/// A row of the table of actions. Another one needs a row, a reader of what follows its name, and a case
/// where the proxy floor performs actions.
struct ActionRow {
    std::string_view name;
    unsigned stages;  ///< a bit for each Stage in which it may stand
    ActionId id;
    unsigned number = 0;
    /// Takes what follows the name, up to `if` or `unless`; null where nothing does.
    Result<void> (*read)(Words& words, Action& action) = nullptr;
    bool takes_slot = false;  ///< "(0)" stands behind its name, unless it is 0
};

constexpr unsigned bit_of(Stage stage) {
    return 1U << static_cast<unsigned>(stage);
}

std::span<const ActionRow> actions();

struct Rule {
    Action action;
    Condition condition;
    std::string text;   ///< of the whole line, for the dump: "connection reject if { src 10.0.0.0/8 }"
    unsigned line = 0;  ///< of its file

    /// Calls f(Argument&) for what its action is about.
    template <typename F>
    void each_argument(F f) {
        f(action.target);
    }
    template <typename F>
    void each_expression(F f) {
        if (action.key) f(*action.key);
        condition.each_expression(f);
    }
};

/// The rules of one section, in the order of the file, by stage.
struct RuleSet {
    std::vector<Rule> connection;
    std::vector<Rule> session;
    std::vector<Rule> content;

    std::vector<Rule>& at(Stage stage);
    const std::vector<Rule>& at(Stage stage) const { return const_cast<RuleSet*>(this)->at(stage); }
    bool empty() const { return connection.empty() && session.empty() && content.empty(); }
};

struct StagedRule {
    Stage stage = Stage::connection;
    Rule rule;
};

/// "connection|session|content ACTION [if|unless CONDITION]".
Result<StagedRule> read_rule(std::string_view text, Acls& acls);

/// "if CONDITION" or "unless CONDITION", and nothing else; `stage` is where it will be looked at.
Result<Condition> read_condition(std::string_view text, Acls& acls, Stage stage);

/// The first rule whose condition holds. Where one has to wait, so do those below it.
struct Found {
    const Rule* rule = nullptr;  ///< null: none does, or not yet
    bool must_wait = false;
};
/// From `begin` on; for whoever performs an action that does not end the list and goes on behind it.
Found find_rule(std::span<const Rule> rules, std::size_t begin, Source& source, Moment moment);

}  // namespace spliced::rules
