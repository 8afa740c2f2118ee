// What rules a section holds, as values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "spliced/rules/rule.hpp"

namespace spliced::config {

/// A line of `acl`, kept for the dump: rules hold what it means.
struct AclLine {
    std::string name;
    std::string text;
};

/// `use_backend NAME = if CONDITION`.
struct BackendRule {
    std::string name;
    std::size_t backend = 0;  ///< index into Config::backends
    rules::Condition condition;
    std::string text;
    unsigned line = 0;
};

/// `use-server NAME = if CONDITION`.
struct ServerRule {
    std::string name;
    rules::Condition condition;
    std::string text;
    unsigned line = 0;
};

/// Of a [frontend], [listen] or [backend].
struct SectionRules {
    std::vector<AclLine> acls;
    rules::RuleSet requests;                 ///< `tcp-request`
    std::vector<BackendRule> backends;       ///< in the order of the file; not in a [backend]
    std::vector<std::string> pattern_files;  ///< of `-f`
};

}  // namespace spliced::config
