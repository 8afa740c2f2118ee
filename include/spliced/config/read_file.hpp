// A whole file as a string.
#pragma once

#include <cstddef>
#include <string>

#include "spliced/base/result.hpp"

namespace spliced::config {

/// Pipes let a shell hand over a configuration: `-f <(...)`.
enum class FileKind { regular, regular_or_pipe };

/// At most `limit` bytes. The error is the reason alone; the caller knows what it wanted the file for. Never
/// waits for somebody to open the other end of a pipe.
Result<std::string> read_file(const std::string& path, std::size_t limit, FileKind kind);

}  // namespace spliced::config
