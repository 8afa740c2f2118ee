// The object that a command names, or HAProxy's words about why there is none.
#pragma once

#include <optional>
#include <string_view>

#include "spliced/control/admin.hpp"
#include "spliced/control/command.hpp"

namespace spliced::control {

struct NamedServer {
    proxy::Backend* backend = nullptr;
    balance::Server* server = nullptr;
    std::string_view refusal;  ///< where there is none

    explicit operator bool() const { return server != nullptr; }
};

/// "backend/server"
NamedServer find_server(proxy::Engine& engine, std::string_view name);

struct NamedFrontend {
    proxy::Frontend* frontend = nullptr;
    std::string_view refusal;

    explicit operator bool() const { return frontend != nullptr; }
};

NamedFrontend find_frontend(proxy::Engine& engine, std::string_view name);

/// A whole number, as one word; a sign may stand in front of it.
std::optional<long> parse_number(std::string_view text);

}  // namespace spliced::control
