// What makes a listening socket the same one over a reload, and two `bind` lines rivals.
#pragma once

#include <string>

#include "spliced/config/config.hpp"

namespace spliced::config {

/// Its address, or "fd@N", and its interface: "127.0.0.1:80", "127.0.0.1:80 on eth0".
std::string bind_key(const Bind& bind);

}  // namespace spliced::config
