#include "spliced/import/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spliced/config/mistakes.hpp"

namespace spliced::import {
namespace {

/// As they stand in the report; of one width, so that lines are under each other.
constexpr std::array<std::string_view, 4> labels{"kept:   ", "changed:", "ignored:", "refused:"};
constexpr std::array<std::string_view, 4> words{"kept", "changed", "ignored", "refused"};

std::string_view label(Outcome outcome) {
    return labels[static_cast<std::size_t>(outcome)];
}

std::size_t count(const std::vector<Verdict>& verdicts, Outcome outcome) {
    return static_cast<std::size_t>(std::count_if(
        verdicts.begin(), verdicts.end(), [&](const Verdict& each) { return each.outcome == outcome; }));
}

}  // namespace

void Verdict::find(Outcome found, std::string reason) {
    outcome = std::max(outcome, found);
    if (!reason.empty() && std::find(reasons.begin(), reasons.end(), reason) == reasons.end())
        reasons.push_back(std::move(reason));
}

void Verdict::refuse(std::string reason) {
    if (outcome != Outcome::refused) reasons.clear();
    becomes.clear();
    find(Outcome::refused, std::move(reason));
}

void Verdict::refuse_for_safety(std::string reason) {
    refuse(std::move(reason));
    unsafe = true;
}

std::string Verdict::text() const {
    auto text = fmt::format("{}: {} {}", config::text_of(where), label(outcome), line);
    if (outcome == Outcome::changed && !becomes.empty())
        text += fmt::format(" -> {}", fmt::join(becomes, " | "));
    if (!reasons.empty()) text += fmt::format(" ({})", fmt::join(reasons, "; "));
    return text;
}

bool any_refused(const std::vector<Verdict>& verdicts) {
    return count(verdicts, Outcome::refused) > 0;
}

bool any_unsafe(const std::vector<Verdict>& verdicts) {
    return std::any_of(verdicts.begin(), verdicts.end(), [](const Verdict& each) { return each.unsafe; });
}

std::string report_text(const std::vector<Verdict>& verdicts, bool written) {
    std::string text;
    for (const auto& verdict : verdicts) text += verdict.text() + "\n";
    text += fmt::format("{} lines:", verdicts.size());
    for (std::size_t i = 0; i < words.size(); ++i)
        text +=
            fmt::format("{} {} {}", i == 0 ? "" : ",", count(verdicts, static_cast<Outcome>(i)), words[i]);
    text += "\n";
    if (!written)
        text += "nothing was written: without the refused lines less would be protected than before\n";
    return text;
}

}  // namespace spliced::import
