// What a server settles about its standard descriptors and broken connections before it does anything else.
#pragma once

#include "spliced/base/result.hpp"

namespace spliced::os {

/// Opens /dev/null for whichever of descriptors 0, 1 and 2 is closed. Else a client's socket could become
/// descriptor 2, and messages would go to the client.
Result<void> open_missing_stdio();

/// A write to a connection or pipe that nobody reads becomes an error (EPIPE) instead of the end of the
/// process.
void ignore_broken_pipes();

}  // namespace spliced::os
