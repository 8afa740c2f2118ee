// Which files and folders the process may open from now on; landlock(7). Connecting to sockets, and what is
// open already, is not touched.
#pragma once

#include <string>
#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/os/sandbox.hpp"

namespace spliced::os {

/// Paths of files and folders; a folder stands for all that is in it, at any depth, and keeps its right when
/// what is in it is replaced. What cannot be looked up is left out, and so forbidden.
struct FileRights {
    std::vector<std::string> read;     ///< files, and the lists of folders
    std::vector<std::string> write;    ///< files that exist
    std::vector<std::string> create;   ///< folders in which files come into being, to be written
    std::vector<std::string> execute;  ///< implies read
    std::vector<std::string> bind;     ///< folders in which unix sockets come and go
};

/// For good, for this process and for all that it starts.
Result<Confinement> enter_landlock(const FileRights& rights);

/// The kernel's version of the interface; 0 where it has none.
int landlock_version();

}  // namespace spliced::os
