// `splicectl top`: the table of servers, over and over.
#pragma once

#include <string>

#include "spliced/base/result.hpp"
#include "spliced/ctl/arguments.hpp"
#include "spliced/os/address.hpp"

namespace spliced::ctl {

/// What `splicectl list` prints: a line about the process, and the table.
Result<std::string> snapshot(const os::Address& socket, milliseconds patience);

/// Until `rounds` are over or somebody types q; on a terminal each takes the place of the one before.
Result<void> run_top(const os::Address& socket, const Arguments& arguments);

}  // namespace spliced::ctl
