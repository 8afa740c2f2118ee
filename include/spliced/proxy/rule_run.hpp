// Goes through rules in their order, and does what they say on the way to the one that decides.
#pragma once

#include <cstddef>
#include <span>

#include "spliced/proxy/rule_source.hpp"
#include "spliced/rules/rule.hpp"

namespace spliced::proxy {

/// The first rule that accepts or turns away, as rules::find_rule(). `done` counts the rules whose actions
/// were performed before: where rules are looked at again because more has come, no action is performed
/// twice.
rules::Found run_rules(std::span<const rules::Rule> rules, RuleSource& source, rules::Moment moment,
                       std::size_t& done);

/// Of rules that are looked at once.
inline rules::Found run_rules(std::span<const rules::Rule> rules, RuleSource& source) {
    std::size_t done = 0;
    return run_rules(rules, source, rules::Moment::final, done);
}

}  // namespace spliced::proxy
