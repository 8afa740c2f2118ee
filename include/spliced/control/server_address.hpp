// `set server <b>/<s> addr <ip> [port <port>]` and `fqdn <name>`
#pragma once

#include <string>
#include <string_view>

#include "spliced/control/command.hpp"
#include "spliced/control/find_object.hpp"

namespace spliced::control {

/// New sessions and checks go there; those that stand stay where they are. The answer is HAProxy's.
Answer change_address(const NamedServer& named, std::string_view address, bool with_port,
                      const std::string& port);

/// `set server <b>/<s> fqdn <name>`: the name that is followed for the server from now on.
Answer change_host(proxy::Engine& engine, const NamedServer& named, std::string_view host);

}  // namespace spliced::control
