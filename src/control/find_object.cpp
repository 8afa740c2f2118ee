#include "spliced/control/find_object.hpp"

#include <charconv>

namespace spliced::control {

NamedServer find_server(proxy::Engine& engine, std::string_view name) {
    auto slash = name.find('/');
    if (slash == std::string_view::npos || slash + 1 == name.size())
        return {nullptr, nullptr, "Require 'backend/server'.\n"};
    proxy::Backend* backend = engine.find_backend(name.substr(0, slash));
    if (backend == nullptr) return {nullptr, nullptr, "No such backend.\n"};
    balance::Server* server = backend->pool().find(name.substr(slash + 1));
    if (server == nullptr) return {nullptr, nullptr, "No such server.\n"};
    return {backend, server, {}};
}

NamedFrontend find_frontend(proxy::Engine& engine, std::string_view name) {
    if (name.empty()) return {nullptr, "A frontend name is expected.\n"};
    proxy::Frontend* frontend = engine.find_frontend(name);
    if (frontend == nullptr) return {nullptr, "No such frontend.\n"};
    return {frontend, {}};
}

std::optional<long> parse_number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    long number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace spliced::control
