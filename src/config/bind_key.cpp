#include "spliced/config/bind_key.hpp"

#include <fmt/format.h>

namespace spliced::config {

std::string bind_key(const Bind& bind) {
    std::string text = bind.inherited_fd ? fmt::format("fd@{}", *bind.inherited_fd) : bind.address.text();
    return bind.interface.empty() ? text : fmt::format("{} on {}", text, bind.interface);
}

}  // namespace spliced::config
