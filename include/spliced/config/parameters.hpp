// The tables of parameters: the words behind the addresses of `bind` and `server`, and those of `log` and
// `stats socket`.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "spliced/base/units.hpp"
#include "spliced/config/config.hpp"

namespace spliced::config {

/// A word without an argument; it sets the field to the value.
template <typename Owner, typename Field = bool>
struct Flag {
    Field Owner::*field;
    bool value;
};

enum class BindSpecial { mode, user, group, accept_proxy_from };
using BindTarget = std::variant<BindSpecial, Flag<Bind>, Flag<Bind, std::optional<bool>>, unsigned Bind::*,
                                int Bind::*, milliseconds Bind::*, std::size_t Bind::*, std::string Bind::*>;

enum class ServerSpecial {
    port,
    addr,
    agent_addr,
    agent_send,
    observe,
    on_error,
    on_marked_down,
    on_marked_up,
    track,
    source,
    usesrc,
    interface,
    proxy_v2_options,
    resolvers,
    resolve_prefer,
    resolve_net,
    resolve_opts,
    init_addr
};
using ServerTarget =
    std::variant<ServerSpecial, Flag<Server>, Flag<Check>, Flag<Agent>, unsigned Agent::*,
                 milliseconds Agent::*, unsigned Server::*, std::optional<unsigned> Server::*,
                 milliseconds Server::*, unsigned Check::*, milliseconds Check::*,
                 std::optional<milliseconds> Check::*>;

enum class LogSpecial { len, format, sample };
enum class StatsSocketSpecial { mode, user, group, level, expose_fd };

template <typename TargetType>
struct Parameter {
    std::string_view name;
    TargetType target;
    std::string_view preset;  ///< the default, as the manual page shows it
    std::string_view help;
    Range range = {};
};

using BindParameter = Parameter<BindTarget>;
using ServerParameter = Parameter<ServerTarget>;
using LogParameter = Parameter<LogSpecial>;
using StatsSocketParameter = Parameter<StatsSocketSpecial>;

std::span<const BindParameter> bind_parameters();
/// Of `server` and `default-server` alike.
std::span<const ServerParameter> server_parameters();
std::span<const LogParameter> log_parameters();
std::span<const StatsSocketParameter> stats_socket_parameters();

template <typename T>
inline constexpr bool is_flag = false;
template <typename Owner, typename Field>
inline constexpr bool is_flag<Flag<Owner, Field>> = true;

/// Whether a word follows that is the parameter's value.
template <typename... Ts>
bool takes_argument(const std::variant<Ts...>& target) {
    return std::visit([](auto alternative) { return !is_flag<decltype(alternative)>; }, target);
}
inline bool takes_argument(LogSpecial) {
    return true;
}
inline bool takes_argument(StatsSocketSpecial) {
    return true;
}

}  // namespace spliced::config
