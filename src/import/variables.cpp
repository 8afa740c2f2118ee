#include "spliced/import/variables.hpp"

#include <unistd.h>

#include <array>
#include <cctype>

namespace spliced::import {

bool is_variable_letter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

Variables Variables::of_this_process() {
    Map values;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        std::string_view text(*entry);
        auto equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        values.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) == 0) values.emplace("HAPROXY_LOCALPEER", host.data());
    return Variables(std::move(values));
}

std::optional<std::string> Variables::find(std::string_view name) const {
    auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
}

void Variables::set(std::string_view name, std::string_view value) {
    values_.insert_or_assign(std::string(name), std::string(value));
}

void Variables::unset(std::string_view name) {
    if (auto found = values_.find(name); found != values_.end()) values_.erase(found);
}

}  // namespace spliced::import
