// The parameters of a server that are about its name, and the way from a name to a first address.
#pragma once

#include "spliced/config/draft.hpp"
#include "spliced/config/line.hpp"

namespace spliced::config {

/// `resolvers`, `resolve-prefer`, `resolve-net`, `resolve-opts`, `init-addr`.
Result<void> set_naming(Naming& naming, ServerSpecial parameter, std::string_view argument);
/// What set_naming() reads back to the same; empty where it is the default.
std::string shown_naming(const Naming& naming, ServerSpecial parameter);

/// Fills in the server's address, or for a name that is followed its Naming, from what was written in
/// front of the parameters.
void settle_server_address(const Line& line, const os::Endpoint& written, Server& server);

/// `PREFIX = 3 NAME:PORT ...` or `1-3`: the numbers of the servers that a template stands for.
struct TemplateRange {
    unsigned first = 1;
    unsigned last = 0;
};
Result<TemplateRange> parse_template_range(std::string_view text);

}  // namespace spliced::config
