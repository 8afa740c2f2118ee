// `proxy-v2-options`: what a PROXY protocol header of version 2 carries beside the addresses.
#pragma once

#include <string>
#include <string_view>

#include "spliced/base/result.hpp"
#include "spliced/config/config.hpp"

namespace spliced::config {

/// "crc32c,authority", in any order.
Result<void> read_proxy_v2_options(std::string_view text, ProxyV2Options& options);
/// What it reads back to the same; empty where there is none.
std::string shown(const ProxyV2Options& options);

}  // namespace spliced::config
