// The program that this process runs, and how to start it once more.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"

namespace spliced::os {

/// Noted at the start of main, before anything changes the folder.
struct Program {
    std::string path;                    ///< absolute; a newer program may lie there by now
    std::string folder;                  ///< where the process was started
    std::vector<std::string> arguments;  ///< without the program's name
};
Program this_program(int argc, char** argv);

/// Runs the program anew with these arguments, from the folder and with the environment of its first start,
/// standard descriptors as ours and no others. Returns its number; what becomes of it is told by ended().
Result<pid_t> start(const Program& program, const std::vector<std::string>& arguments);

/// "exit code 1", "signal 9"; empty while it runs. Takes note of the end, once.
std::optional<std::string> ended(pid_t child, bool& ok);

}  // namespace spliced::os
