// Runs programs for a process that locks itself in: a small helper, forked before that, does it for it.
//
// A request is one message on a socket: the program, its arguments and its environment, and with it the end
// of a pipe. The helper runs the program and writes into the pipe how it ended. Whoever closes the other end
// of the pipe no longer waits, and the helper kills the program with all that it has started. It ends itself
// once nobody holds the other end of its socket.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"

namespace spliced::os {

struct ProgramRun {
    std::vector<std::string> words;        ///< the program's path, and its arguments
    std::vector<std::string> environment;  ///< "NAME=value"
};

/// How it ended: the exit code, or the number of a signal.
struct ProgramEnd {
    int exit_code = 0;
    int signal = 0;
};

class ProgramRunner {
  public:
    /// Forks the helper, which is what the process is at this moment: its user, its folder, its rights. It
    /// has the null device in place of the standard descriptors, and no others.
    static Result<ProgramRunner> start();

    /// What to read the end from, once it can be read; of a program that could not be started the exit code
    /// is 255, as in HAProxy.
    Result<UniqueFd> run(const ProgramRun& run) const;

    /// Nothing where the helper is gone.
    static std::optional<ProgramEnd> read_end(int pipe);

  private:
    explicit ProgramRunner(UniqueFd socket) : socket_(std::move(socket)) {}

    UniqueFd socket_;
};

}  // namespace spliced::os
