// What `show info` tells of the process: HAProxy 2.6's fields in its order.
#pragma once

#include <string_view>
#include <vector>

#include "spliced/control/admin.hpp"
#include "spliced/control/stat_value.hpp"

namespace spliced::control {

struct InfoField {
    unsigned position;  ///< HAProxy's number; 45, 46 and 51 are not in use
    std::string_view name;
    std::string_view tags;
    StatType type;
    std::string_view description;
};

struct InfoValue {
    const InfoField* field;
    StatValue value;
};

/// In the order of `show info`. What belongs to TLS, HTTP, peers and the like is 0.
std::vector<InfoValue> process_info(const Admin& admin);

}  // namespace spliced::control
