// What a configuration asks of the machine: files, host names, accounts. Passed in, so that tests and the
// fuzzer can answer without a file system or DNS.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "spliced/base/result.hpp"
#include "spliced/os/endpoint.hpp"

namespace spliced::config {

struct Environment {
    /// A whole file of at most `limit` bytes.
    std::function<Result<std::string>(const std::string& path, std::size_t limit)> read_file;
    os::Lookup look_up;
    /// By name, or by number where nobody has that name.
    std::function<Result<uid_t>(const std::string& name)> user;
    std::function<Result<gid_t>(const std::string& name)> group;

    /// The process runs already: names that are followed need no first look-up, which would block it.
    bool running = false;

    static Environment of_this_machine();
};

}  // namespace spliced::config
