// What a reload changes, told by name: two effective configurations compared line by line. Pure.
#pragma once

#include <string>
#include <vector>

#include "spliced/config/config.hpp"

namespace spliced::config {

struct Difference {
    enum class Kind { added, removed, changed };

    Kind kind = Kind::changed;
    std::string section;     ///< "[listen web]"
    std::string key;         ///< "server web1"; empty where the whole section is meant
    std::string before;      ///< its value; empty where it was added
    std::string after;       ///< empty where it was removed
    bool reloadable = true;  ///< else it takes effect with the next start

    /// "[listen web] server web3 added: 127.0.0.1:9003 check".
    std::string text() const;
};

/// In the order of `after`, what was removed last. Compares what dump() shows, so that a default that is
/// written out is no difference.
std::vector<Difference> differences(const Config& before, const Config& after);

}  // namespace spliced::config
