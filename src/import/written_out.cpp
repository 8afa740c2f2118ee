#include "spliced/import/written_out.hpp"

#include <array>

namespace spliced::import {
namespace {

/// Source: HAProxy's configuration manual, 4.2, each keyword's default in 2.6.
struct Default {
    std::string_view key;
    std::string_view value;
};

constexpr std::array defaults{
    Default{"balance", "roundrobin"}, Default{"option redispatch", "no"}, Default{"timeout connect", "0"},
    Default{"timeout client", "0"},   Default{"timeout server", "0"},
};

struct Follower {
    std::string_view key;
    std::string_view followed;
};
constexpr std::array followers{Follower{"timeout client-fin", "timeout client"},
                               Follower{"timeout server-fin", "timeout server"}};

bool may_stand(std::string_view key, unsigned section) {
    return config::find_keyword(key, section) != nullptr;
}

}  // namespace

std::vector<Setting> written_out(const std::vector<IniEntry>& effective, unsigned section,
                                 const std::optional<std::string>& tunnel) {
    std::vector<Setting> settings;
    for (const auto& each : defaults)
        if (may_stand(each.key, section) && value_of(effective, each.key) == nullptr)
            settings.push_back({std::string(each.key), std::string(each.value)});
    for (const auto& each : followers) {
        if (!may_stand(each.key, section) || value_of(effective, each.key) != nullptr) continue;
        const auto* followed = value_of(effective, each.followed);
        const auto* own_tunnel = value_of(effective, "timeout tunnel");
        auto value = own_tunnel != nullptr ? *own_tunnel
                     : tunnel              ? *tunnel
                     : followed != nullptr ? *followed
                                           : std::string("0");
        settings.push_back({std::string(each.key), value});
    }
    return settings;
}

}  // namespace spliced::import
