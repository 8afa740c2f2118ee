// Where a thing was written, for messages: "/etc/spliced/spliced.ini:12".
#pragma once

#include <string>

namespace spliced::config {

struct Location {
    std::string file;
    unsigned line = 0;
};

}  // namespace spliced::config
