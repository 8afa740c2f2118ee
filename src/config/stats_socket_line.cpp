// `stats socket = ADDRESS [mode M] [user U] [group G] [level L] [expose-fd listeners]`
#include <array>
#include <vector>

#include "spliced/config/foreign.hpp"
#include "spliced/config/lines.hpp"
#include "spliced/config/special.hpp"
#include "spliced/config/unix_rights.hpp"

namespace spliced::config {
namespace {

Result<void> set_level(StatsSocket& socket, std::string_view text) {
    std::vector<std::string_view> names;
    for (auto level : {AdminLevel::user, AdminLevel::oper, AdminLevel::admin}) {
        names.push_back(name_of(level));
        if (names.back() != text) continue;
        socket.level = level;
        return {};
    }
    auto hint = suggestion(text, names);
    return Error{fmt::format("unknown level '{}'{}", text,
                             hint.empty() ? "; there are user, operator and admin" : hint)};
}

Result<void> set_exposure(StatsSocket& socket, std::string_view text) {
    if (text != "listeners") return Error{fmt::format("'{}' cannot be exposed, only 'listeners'", text)};
    socket.exposes_listeners = true;
    return {};
}

Result<void> set_parameter(StatsSocket& socket, StatsSocketSpecial parameter, std::string_view argument,
                           const Environment& environment) {
    switch (parameter) {
        case StatsSocketSpecial::mode:
            return read_mode(socket.rights, argument);
        case StatsSocketSpecial::user:
            return read_owner(socket.rights, argument, environment);
        case StatsSocketSpecial::group:
            return read_group(socket.rights, argument, environment);
        case StatsSocketSpecial::level:
            return set_level(socket, argument);
        case StatsSocketSpecial::expose_fd:
            break;
    }
    return set_exposure(socket, argument);
}

Result<void> set_address(StatsSocket& socket, std::string_view text, const Environment& environment) {
    auto endpoint = os::parse_endpoint(on_loopback(text), os::PortRule::required);
    if (!endpoint) return endpoint.error();
    if (endpoint->kind == os::Endpoint::Kind::descriptor) {
        socket.inherited_fd = endpoint->descriptor;
        return {};
    }
    auto address = os::address_of(*endpoint, environment.look_up);
    if (!address) return address.error();
    socket.address = *address;
    return {};
}

bool has_path(const StatsSocket& socket) {
    return !socket.inherited_fd && !socket.address.path().empty();
}

}  // namespace

std::string_view name_of(AdminLevel level) {
    switch (level) {
        case AdminLevel::user:
            return "user";
        case AdminLevel::oper:
            return "operator";
        case AdminLevel::admin:
            break;
    }
    return "admin";
}

void read_stats_socket(const Line& line, Global& global) {
    auto words = split_words(line.value);
    StatsSocket socket;
    socket.where = line.where;
    bool sound = line.check(set_address(socket, words.front(), line.environment));
    read_parameters(line, std::span<const std::string_view>(words).subspan(1), stats_socket_parameters(),
                    foreign_bind_parameter, [&](const StatsSocketParameter& row, std::string_view argument) {
                        return set_parameter(socket, row.target, argument, line.environment);
                    });
    if (!sound) return;
    const auto& rights = socket.rights;
    if (!has_path(socket) && (rights.mode || rights.user || rights.group))
        line.error("'mode', 'user' and 'group' are for unix sockets with a path; remove them");
    if (!socket.inherited_fd && !socket.address.is_local() && socket.level != AdminLevel::user)
        line.warning("whoever reaches this address may change the process: nobody is asked for a password");
    global.stats_sockets.push_back(std::move(socket));
}

}  // namespace spliced::config
