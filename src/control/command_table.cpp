#include "spliced/control/command_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "spliced/base/text.hpp"
#include "spliced/control/command_groups.hpp"

namespace spliced::control {
namespace {

constexpr std::size_t most_guesses = 5;

/// HAProxy shows these behind all others.
bool stands_last(const Command& command) {
    return command.words[0] == "help" || command.words[0] == "prompt" || command.words[0] == "quit";
}

std::vector<Command> gather() {
    std::vector<Command> all;
    for (auto group : {caller_commands(), process_commands(), stats_commands(), server_commands(),
                       server_list_commands(), proxy_commands(), session_commands(), table_commands(),
                       resolver_commands(), debug_commands(), absent_commands()})
        all.insert(all.end(), group.begin(), group.end());
    std::sort(all.begin(), all.end(), [](const Command& a, const Command& b) {
        return std::tuple(stands_last(a), a.words) < std::tuple(stands_last(b), b.words);
    });
    return all;
}

/// How many of the command's words the first of `words` are.
std::size_t common_words(const Command& command, std::span<const std::string> words) {
    std::size_t count = 0;
    while (count < command.word_count() && count < words.size() && command.words[count] == words[count])
        ++count;
    return count;
}

std::string line_of(const Command& command) {
    return fmt::format("  {:<40}: {}\n", command.usage, command.help);
}

std::string name_of(const Command& command) {
    auto words = std::span(command.words).first(command.word_count());
    return fmt::format("{}", fmt::join(words, " "));
}

/// Of those that begin as the words do, the nearest to what was written, in the order of the table.
std::vector<const Command*> guess(const std::vector<const Command*>& from,
                                  std::span<const std::string> words) {
    auto written = fmt::format("{}", fmt::join(words.first(std::min<std::size_t>(words.size(), 3)), " "));
    written.resize(std::min<std::size_t>(written.size(), 40));  // longer than any command
    auto distance = [&](const Command* command) { return edit_distance(written, name_of(*command)); };
    std::vector<std::pair<std::size_t, const Command*>> ranked;
    ranked.reserve(from.size());
    for (const auto* command : from) ranked.emplace_back(distance(command), command);
    std::sort(ranked.begin(), ranked.end());
    ranked.resize(std::min(ranked.size(), most_guesses));
    std::vector<const Command*> best;
    for (auto [rank, command] : ranked)
        if (rank <= 2 * ranked.front().first + 1) best.push_back(command);
    std::sort(best.begin(), best.end());  // they are rows of one table
    return best;
}

std::vector<const Command*> fitting(std::span<const std::string> words) {
    std::size_t longest = 0;
    for (const auto& command : commands()) longest = std::max(longest, common_words(command, words));
    std::vector<const Command*> found;
    for (const auto& command : commands())
        if (!stands_last(command) && common_words(command, words) == longest) found.push_back(&command);
    return longest < words.size() && find_command(words) == nullptr ? guess(found, words) : found;
}

std::string listing(std::span<const std::string> words) {
    std::string text;
    for (const auto* command : fitting(words)) text += line_of(*command);
    for (const auto& command : commands())
        if (stands_last(command)) text += line_of(command);
    return text;
}

}  // namespace

std::span<const Command> commands() {
    static const std::vector<Command> all = gather();
    return all;
}

const Command* find_command(std::span<const std::string> words) {
    const Command* best = nullptr;
    for (const auto& command : commands()) {
        if (common_words(command, words) < command.word_count()) continue;
        if (best == nullptr || command.word_count() > best->word_count()) best = &command;
    }
    return best;
}

Answer run_command(Admin& admin, Caller& caller, std::span<const std::string> words) {
    const Command* command = find_command(words);
    if (command == nullptr) return Answer::error(unknown_command_text(words));
    if (caller.level < command->level) return Answer::denied();
    return command->run({admin, caller, words.subspan(command->word_count())});
}

std::string help_text(std::span<const std::string> words) {
    return "The following commands are valid at this level:\n" + listing(words);
}

std::string unknown_command_text(std::span<const std::string> words) {
    if (words.empty())
        return "Unknown command. Please enter one of the following commands only:\n" + listing(words);
    return "Unknown command, but maybe one of the following ones is a better match:\n" + listing(words);
}

std::string rendered(const Answer& answer, const Caller& caller) {
    std::string text;
    if (answer.kind == Answer::Kind::message && caller.severity == SeverityOutput::number)
        text = fmt::format("[{}]: ", static_cast<int>(answer.severity));
    if (answer.kind == Answer::Kind::message && caller.severity == SeverityOutput::string)
        text = fmt::format("[{}]: ", spliced::name_of(answer.severity));
    text += answer.text;
    return text + (caller.interactive ? "\n> " : "\n");
}

}  // namespace spliced::control
