#include "spliced/proxy/rule_run.hpp"

namespace spliced::proxy {
namespace {

using rules::ActionId;

bool decides(const rules::Rule& rule) {
    switch (rule.action.id) {
        case ActionId::accept:
        case ActionId::reject:
        case ActionId::silent_drop:
            return true;
        default:
            return false;
    }
}

}  // namespace

rules::Found run_rules(std::span<const rules::Rule> rules, RuleSource& source, rules::Moment moment,
                       std::size_t& done) {
    for (std::size_t begin = 0;;) {
        rules::Found found = rules::find_rule(rules, begin, source, moment);
        if (!found.rule || decides(*found.rule)) return found;
        begin = static_cast<std::size_t>(found.rule - rules.data()) + 1;
        if (begin <= done) continue;
        if (!source.perform(found.rule->action, moment)) return {nullptr, true};
        done = begin;
    }
}

}  // namespace spliced::proxy
