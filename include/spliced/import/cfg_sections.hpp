// Which [defaults] a proxy of a haproxy.cfg takes, and what it is: TCP, HTTP, a statistics page.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "spliced/config/keywords.hpp"
#include "spliced/import/cfg_reader.hpp"

namespace spliced::import {

/// Lines of one `defaults`, those that it takes from another one first.
struct Defaults {
    std::string name;
    std::size_t verdict = 0;  ///< of the header
    std::vector<CfgLine> lines;
};

struct Proxy {
    enum class Use { tcp, page, other_mode, disabled };

    config::Sections kind = config::in_listen;
    std::string name;
    std::size_t verdict = 0;           ///< of the header
    std::optional<std::size_t> taken;  ///< index into Proxies::defaults; absent where none stands above
    std::vector<CfgLine> lines;
    std::string mode;         ///< "tcp", "http"
    bool drops_logs = false;  ///< `no log`: those of the defaults are not taken
    Use use = Use::tcp;
};

struct Proxies {
    std::vector<Defaults> defaults;
    std::vector<Proxy> proxies;
};

/// The sections defaults, frontend, listen and backend. A `from` that names nothing is refused.
Proxies sort_proxies(Cfg& cfg);

/// A listen or frontend in HTTP mode that serves the statistics and nothing else.
bool is_status_page(std::span<const CfgLine> lines);

}  // namespace spliced::import
