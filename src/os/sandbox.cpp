#include "spliced/os/sandbox.hpp"

namespace spliced::os {

bool can_be_confined() {
#if defined(SPLICED_SANITIZED)
    return false;
#else
    return true;
#endif
}

}  // namespace spliced::os
