// Lines to a descriptor that the process did not open and may share with others: stdout, stderr, fd@N.
#pragma once

#include <sys/types.h>

#include <string_view>

#include "spliced/base/unique_fd.hpp"

namespace spliced {

/// Writes a line now or not at all. O_NONBLOCK is never set: it belongs to the open file description, which
/// the shell and other processes share. Does not own the descriptor.
class LineWriter {
  public:
    /// Make it before privileges are dropped: a terminal is opened a second time, for an O_NONBLOCK of our
    /// own.
    explicit LineWriter(int fd);

    /// One system call writes `text` and a line end. False where the line, or its tail, is lost. On anything
    /// but a regular file and a socket a line is cut at PIPE_BUF (4096 bytes): longer ones are neither whole
    /// nor prompt.
    bool write(std::string_view text);

  private:
    int fd_;
    UniqueFd terminal_;          ///< the terminal behind fd_, opened anew; empty where there is none
    dev_t terminal_device_ = 0;  ///< which one it is
    bool torn_ = false;          ///< the last line lacks its end; the next begins with one
};

}  // namespace spliced
