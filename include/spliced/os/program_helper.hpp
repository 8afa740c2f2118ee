// The helper's side of program_runner.hpp.
#pragma once

#include <string>

#include "spliced/os/program_runner.hpp"

namespace spliced::os {

/// Serves requests until the socket's other end is closed; never returns.
[[noreturn]] void serve_program_requests(int socket);

/// A request as one message, and back; a message that makes no sense is a run of no words.
std::string message_of(const ProgramRun& run);
ProgramRun run_of(std::string_view message);

inline constexpr std::size_t longest_program_message = 65536;

}  // namespace spliced::os
