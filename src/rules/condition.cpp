#include "spliced/rules/condition.hpp"

#include <fmt/format.h>

#include <utility>

#include "spliced/base/text.hpp"

namespace spliced::rules {

// The Scratch is large and not initialised; it costs only where it is written to.
Truth Test::evaluate(Source& source, Moment moment) const {
    Scratch scratch;
    Sample sample;
    Answer answer = expression.evaluate(source, moment, scratch, sample);
    if (answer == Answer::not_yet) return Truth::not_yet;
    if (answer == Answer::absent) return Truth::no;
    if (patterns->match_sample(sample, scratch)) return Truth::yes;
    return answer == Answer::found_for_now ? Truth::not_yet : Truth::no;
}

Truth Acl::evaluate(Source& source, Moment moment) const {
    Truth truth = Truth::no;
    for (const Test& test : tests) {
        truth = truth | test.evaluate(source, moment);
        if (truth == Truth::yes) break;
    }
    return truth;
}

Truth Condition::evaluate(Source& source, Moment moment) const {
    if (terms_.empty()) return Truth::yes;
    Truth any = Truth::no;
    Truth all = Truth::no;  // of no alternative yet
    for (const Term& term : terms_) {
        if (term.begins_alternative) {
            any = any | all;
            if (any == Truth::yes) break;
            all = Truth::yes;
        } else if (all != Truth::yes) {
            continue;  // one that fails, or has to wait, decides its alternative
        }
        Truth truth = term.acl->evaluate(source, moment);
        all = all & (term.negated ? !truth : truth);
    }
    any = any | all;
    return negated_ ? !any : any;
}

Result<Condition::Term> Condition::read_term(Words& words, Acls& acls) {
    Term term;
    std::string_view word = words.take();
    while (word.starts_with('!')) {
        term.negated = !term.negated;
        word.remove_prefix(1);
        if (word.empty()) word = words.take();
    }
    if (word.empty()) return Error{"an acl is missing behind '!'"};
    if (word == "{") {
        auto test = acls.read_test(words);
        if (!test) return test.error();
        if (!words.take_if("}")) return Error{"the '}' is missing, with a blank before it"};
        term.acl = std::make_shared<Acl>(Acl{{}, {std::move(*test)}});
        return term;
    }
    term.acl = acls.find(word);
    if (term.acl) return term;
    if (word == "and" || word == "&&")
        return Error{fmt::format("'{}' is not written: acls side by side must all hold", word)};
    if (word.starts_with('{')) return Error{fmt::format("'{}': a blank is wanted behind '{{'", word)};
    auto near = nearest(word, acls.names());
    return Error{near.empty()
                     ? fmt::format("there is no acl '{}' above; a test without a name stands in {{ }}", word)
                     : fmt::format("there is no acl '{}' above; did you mean '{}'?", word, near)};
}

Result<Condition> Condition::parse(Words& words, Acls& acls, bool negated) {
    Condition condition;
    condition.negated_ = negated;
    bool begins = true;
    while (!words.done()) {
        bool is_or = words.peek() == "or" || words.peek() == "||";
        if (is_or && begins) return Error{fmt::format("an acl is missing before '{}'", words.peek())};
        if (is_or) {
            words.take();
            begins = true;
            continue;
        }
        auto term = read_term(words, acls);
        if (!term) return term.error();
        term->begins_alternative = std::exchange(begins, false);
        condition.terms_.push_back(std::move(*term));
    }
    if (!begins) return condition;
    return Error{condition.is_empty()
                     ? fmt::format("a condition is missing behind '{}'", negated ? "unless" : "if")
                     : "an acl is missing behind 'or'"};
}

}  // namespace spliced::rules
