// All commands of the statistics socket, and the text of `help`.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "spliced/control/command.hpp"

namespace spliced::control {

/// In the order of `help`.
std::span<const Command> commands();

/// The command whose words begin these; of several the longest. Null where there is none.
const Command* find_command(std::span<const std::string> words);

/// Runs what the words name, or tells what there is.
Answer run_command(Admin& admin, Caller& caller, std::span<const std::string> words);

/// The commands that fit these words, or all where they are empty; under HAProxy's heading.
std::string help_text(std::span<const std::string> words);
std::string unknown_command_text(std::span<const std::string> words);

/// The answer as the client gets it: severity, text, and the empty line or the prompt.
std::string rendered(const Answer& answer, const Caller& caller);

}  // namespace spliced::control
