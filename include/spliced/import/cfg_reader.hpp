// A haproxy.cfg as sections of lines of words, with conditions decided and variables replaced.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "spliced/config/load_text.hpp"
#include "spliced/import/variables.hpp"
#include "spliced/import/verdict.hpp"

namespace spliced::import {

struct CfgLine {
    std::size_t verdict = 0;         ///< index into Cfg::verdicts
    std::vector<std::string> words;  ///< not empty
    bool expanded = false;           ///< a variable stood in it
};

struct CfgSection {
    std::string kind;         ///< "global", "listen", ...
    std::string name;         ///< empty where there is none
    std::string from;         ///< `from NAME`; else empty
    std::size_t verdict = 0;  ///< of its header
    std::vector<CfgLine> lines;
};

struct Cfg {
    std::vector<CfgSection> sections;
    std::vector<Verdict> verdicts;  ///< one for each line that is neither blank nor a comment, in order
};

/// Reads the files one after another. Lines that say nothing about the proxy (conditions, variables,
/// messages) have their verdict afterwards, and so have lines that make no sense; the others are `kept`.
Cfg read_cfg(const std::vector<config::SourceText>& files, Variables variables);

}  // namespace spliced::import
