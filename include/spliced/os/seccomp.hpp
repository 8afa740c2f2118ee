// Which system calls the process may make from now on; seccomp(2), through libseccomp.
//
// What is not in the list fails with EPERM. The process is not killed: a library that tries something new
// goes on without it, and a call that a future kernel adds cannot end a service.
#pragma once

#include <string>

#include "spliced/base/result.hpp"
#include "spliced/os/sandbox.hpp"

namespace spliced::os {

/// For good, for this process and for all that it starts. Call it when all privileges have been given up.
Result<Confinement> enter_seccomp_filter();

/// "2.5.4", of the library that is loaded.
std::string seccomp_library_version();

}  // namespace spliced::os
