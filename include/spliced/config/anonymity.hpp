// `log-anonymize`: what log lines say of clients.
#pragma once

#include <cstdint>

namespace spliced::config {

enum class Anonymity : std::uint8_t {
    none,     ///< their addresses
    dropped,  ///< nothing
    hashed,   ///< a name that stays the same while the process lives, and leads nowhere
};

}  // namespace spliced::config
