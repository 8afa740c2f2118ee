// What stands behind `if` and `unless`, and the acls that it is made of.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/rules/expression.hpp"
#include "spliced/rules/patterns.hpp"
#include "spliced/rules/source.hpp"
#include "spliced/rules/words.hpp"

namespace spliced::rules {

/// One line of an acl: an expression and what it is compared with.
struct Test {
    Expression expression;
    std::shared_ptr<const Patterns> patterns;

    Truth evaluate(Source& source, Moment moment) const;
};

/// True where one of its tests is. Rules share it.
struct Acl {
    std::string name;  ///< empty for an anonymous one
    std::vector<Test> tests;

    Truth evaluate(Source& source, Moment moment) const;
};

/// The acls of one section by name, and how files of patterns are read.
class Acls {
  public:
    /// The whole file of that name, as written.
    using ReadFile = std::function<Result<std::string>(std::string_view path)>;

    Acls() = default;
    explicit Acls(ReadFile read_file) : read_file_(std::move(read_file)) {}
    void set_reader(ReadFile read_file) { read_file_ = std::move(read_file); }

    /// "FETCH [flags] PATTERN...": a further line of the acl of that name.
    Result<void> define(const std::string& name, std::span<const std::string> words);
    /// One of define(), or one of those that need no definition (TRUE, LOCALHOST); null where there is none.
    std::shared_ptr<Acl> find(std::string_view name);

    /// Reads up to a `}` or the end.
    Result<Test> read_test(Words& words) const;

    std::vector<std::string_view> names() const;

  private:
    ReadFile read_file_;
    std::map<std::string, std::shared_ptr<Acl>, std::less<>> by_name_;
};

/// Alternatives, parted by `or`, of acls that must all hold.
class Condition {
  public:
    /// Holds always.
    Condition() = default;

    /// What stands behind `if`, or with `negated` behind `unless`, up to the end.
    static Result<Condition> parse(Words& words, Acls& acls, bool negated);

    Truth evaluate(Source& source, Moment moment) const;
    bool is_empty() const { return terms_.empty(); }

    /// Calls f(Expression&) for each expression.
    template <typename F>
    void each_expression(F f) {
        for (Term& term : terms_)
            for (Test& test : term.acl->tests) f(test.expression);
    }

  private:
    struct Term {
        std::shared_ptr<Acl> acl;
        bool negated = false;
        bool begins_alternative = false;
    };
    Result<Term> static read_term(Words& words, Acls& acls);

    std::vector<Term> terms_;
    bool negated_ = false;
};

}  // namespace spliced::rules
