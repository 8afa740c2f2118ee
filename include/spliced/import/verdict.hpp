// What became of each line of a haproxy.cfg.
#pragma once

#include <string>
#include <vector>

#include "spliced/config/config.hpp"

namespace spliced::import {

/// In the order of gravity: of several findings about a line the last of these counts.
enum class Outcome { kept, changed, ignored, refused };

struct Verdict {
    config::Location where;
    std::string line;                   ///< as written, with single blanks
    std::vector<std::string> comments;  ///< that stand above it, without their signs
    Outcome outcome = Outcome::kept;
    bool unsafe = false;  ///< refused, and the rest without it would protect less: nothing is written then
    std::vector<std::string> becomes;  ///< what is written for it, where that differs
    std::vector<std::string> reasons;

    /// Takes a finding on; the outcome never gets better.
    void find(Outcome found, std::string reason);
    /// Refuses it, whatever was found before.
    void refuse(std::string reason);
    void refuse_for_safety(std::string reason);

    /// "haproxy.cfg:12: changed: LINE -> WHAT (WHY)".
    std::string text() const;
};

/// All verdicts, one a line, and the sum of them.
std::string report_text(const std::vector<Verdict>& verdicts, bool written);

bool any_refused(const std::vector<Verdict>& verdicts);
bool any_unsafe(const std::vector<Verdict>& verdicts);

}  // namespace spliced::import
