#include "spliced/config/unix_rights.hpp"

#include <fmt/format.h>

namespace spliced::config {

Result<void> read_mode(UnixRights& rights, std::string_view text) {
    mode_t mode = 0;
    for (char digit : text) {
        if (digit < '0' || digit > '7' || text.size() > 4)
            return Error{fmt::format("'{}' is not an octal mode such as 660", text)};
        mode = mode * 8 + static_cast<mode_t>(digit - '0');
    }
    rights.mode = mode;
    return {};
}

Result<void> read_owner(UnixRights& rights, std::string_view name, const Environment& environment) {
    auto found = environment.user(std::string(name));
    if (!found) return found.error();
    rights.user = *found;
    return {};
}

Result<void> read_group(UnixRights& rights, std::string_view name, const Environment& environment) {
    auto found = environment.group(std::string(name));
    if (!found) return found.error();
    rights.group = *found;
    return {};
}

}  // namespace spliced::config
