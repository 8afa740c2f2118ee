// `source = ADDRESS[:PORT[-PORT]] [usesrc client|clientip|ADDRESS] [interface NAME]`, and the same words as
// parameters of a server
#include <fmt/format.h>
#include <net/if.h>

#include "spliced/config/lines.hpp"
#include "spliced/config/source_text.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

using Disguise = Source::Disguise;

std::string text_of_address(const os::Address& address) {
    auto text = address.text();
    if (!address.is_unix()) return address.port() == 0 ? address.host_text() : text;
    bool relative_path = !address.path().empty() && !text.starts_with('/');
    return relative_path ? "unix@" + text : text;
}

}  // namespace

Result<void> read_source_address(Source& source, std::string_view text, const Environment& environment) {
    auto endpoint = os::parse_endpoint(text, os::PortRule::optional_range);
    if (!endpoint) return endpoint.error();
    auto address = os::address_of(*endpoint, environment.look_up);
    if (!address) return address.error();
    source.address = *address;
    source.last_port = endpoint->last_port > endpoint->first_port ? endpoint->last_port : std::uint16_t{0};
    return {};
}

Result<void> read_disguise(Source& source, std::string_view text, const Environment& environment) {
    if (text.starts_with("hdr_ip"))
        return Error{"'hdr_ip' belongs to HAProxy's HTTP mode; this proxy relays TCP and looks into nothing"};
    source.disguise = text == "client"     ? Disguise::client
                      : text == "clientip" ? Disguise::client_ip
                                           : Disguise::address;
    if (source.disguise != Disguise::address) return {};
    auto endpoint = os::parse_endpoint(text, os::PortRule::optional);
    if (!endpoint) return endpoint.error();
    auto address = os::address_of(*endpoint, environment.look_up);
    if (!address) return address.error();
    if (!address->is_ip()) return Error{fmt::format("{} is no IP address", text)};
    source.as = *address;
    return {};
}

Result<void> read_interface(Source& source, std::string_view text) {
    if (text.size() >= IFNAMSIZ) return Error{fmt::format("'{}' is too long for an interface", text)};
    source.interface = text;
    return {};
}

std::string mistake_in(const Source& source) {
    bool wants_more = source.is_transparent() || !source.interface.empty();
    if (!source.is_given() && wants_more)
        return "'usesrc' and 'interface' need a 'source' beside them; 'source 0.0.0.0' is any address";
    if (source.is_given() && !source.address.is_ip() && wants_more)
        return "'usesrc' and 'interface' are for IP addresses";
    if (source.disguise == Disguise::address && source.as.family() != source.address.family())
        return "'source' and 'usesrc' are of different families";
    return {};
}

void read_source(const Line& line, ProxyDraft& proxy) {
    auto words = split_words(line.value);
    Source source;
    line.check(read_source_address(source, words[0], line.environment));
    for (std::size_t i = 1; i < words.size(); i += 2) {
        bool disguise = words[i] == "usesrc";
        if (!disguise && words[i] != "interface")
            return line.error(fmt::format("unexpected '{}': there are 'usesrc' and 'interface'", words[i]));
        if (i + 1 == words.size()) return line.error(fmt::format("the value of '{}' is missing", words[i]));
        line.check(disguise ? read_disguise(source, words[i + 1], line.environment)
                            : read_interface(source, words[i + 1]),
                   words[i]);
    }
    if (auto mistake = mistake_in(source); !mistake.empty()) line.error(mistake);
    proxy.back.source = source;
}

std::string address_text_of(const Source& source) {
    if (!source.is_given()) return {};
    auto text = text_of_address(source.address);
    return source.has_ports() ? fmt::format("{}-{}", text, source.last_port) : text;
}

std::string disguise_text_of(const Source& source) {
    switch (source.disguise) {
        case Disguise::none:
            return {};
        case Disguise::client:
            return "client";
        case Disguise::client_ip:
            return "clientip";
        case Disguise::address:
            break;
    }
    return text_of_address(source.as);
}

std::string text_of(const Source& source) {
    auto text = address_text_of(source);
    if (source.is_transparent()) text += " usesrc " + disguise_text_of(source);
    if (!source.interface.empty()) text += " interface " + source.interface;
    return text;
}

}  // namespace spliced::config
