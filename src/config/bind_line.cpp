// `bind = ADDRESS[,ADDRESS...] [parameters]`
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "spliced/base/units.hpp"
#include "spliced/config/foreign.hpp"
#include "spliced/config/lines.hpp"
#include "spliced/config/unix_rights.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

/// Sets one parameter of a bind.
struct Setter {
    Bind& bind;
    const Environment& environment;
    std::string_view argument;
    Range range;

    Result<void> operator()(Flag<Bind> flag) const {
        bind.*flag.field = flag.value;
        return {};
    }
    // As in HAProxy, v6only wins over v4v6 wherever it stands.
    Result<void> operator()(Flag<Bind, std::optional<bool>> flag) const {
        bind.*flag.field = flag.value || (bind.*flag.field).value_or(false);
        return {};
    }
    template <typename T>
    Result<void> operator()(T Bind::*field) const {
        return assign(bind.*field, argument, range);
    }
    Result<void> operator()(BindSpecial special) const {
        switch (special) {
            case BindSpecial::mode:
                return read_mode(bind.rights, argument);
            case BindSpecial::user:
                return read_owner(bind.rights, argument, environment);
            case BindSpecial::group:
                return read_group(bind.rights, argument, environment);
            case BindSpecial::accept_proxy_from:
                return read_sources();
        }
        return {};
    }

  private:
    Result<void> read_sources() const {
        auto sources = protocol::SourceList::parse(argument);
        if (!sources) return sources.error();
        bind.accept_proxy = true;
        bind.accept_proxy_from = std::move(*sources);
        return {};
    }
};

/// The kinds of sockets that a parameter can change, a bit for each.
enum Sockets : unsigned { ipv4 = 1, ipv6 = 2, unix_path = 4, unix_abstract = 8, inherited = 16 };

/// Of a parameter that some kind of socket has no use for.
struct Reach {
    std::string_view parameter;
    unsigned sockets;
    std::string_view text;
};

constexpr unsigned own_sockets = ipv4 | ipv6 | unix_path | unix_abstract;
constexpr std::string_view not_inherited = "sockets that are not inherited";
constexpr std::string_view with_path = "unix sockets with a path";

constexpr std::array reaches{Reach{"backlog", own_sockets, not_inherited},
                             Reach{"interface", ipv4 | ipv6, "IP addresses"},
                             Reach{"defer-accept", ipv4 | ipv6, "IP addresses"},
                             Reach{"transparent", ipv4 | ipv6, "IP addresses"},
                             Reach{"tfo", ipv4 | ipv6, "IP addresses"},
                             Reach{"mss", ipv4 | ipv6, "IP addresses"},
                             Reach{"tcp-ut", ipv4 | ipv6, "IP addresses"},
                             Reach{"v4v6", ipv6, "IPv6 addresses"},
                             Reach{"v6only", ipv6, "IPv6 addresses"},
                             Reach{"mode", unix_path, with_path},
                             Reach{"user", unix_path, with_path},
                             Reach{"group", unix_path, with_path}};

Sockets socket_of(const Bind& bind) {
    if (bind.inherited_fd) return inherited;
    if (bind.address.is_unix()) return bind.address.path().empty() ? unix_abstract : unix_path;
    return bind.address.family() == AF_INET6 ? ipv6 : ipv4;
}

/// A parameter that means nothing for this kind of socket is a mistake, not decoration.
struct ReachCheck {
    const Line& line;
    const std::vector<std::string_view>& given;
    bool alone;  ///< the only address of its line

    void operator()(const Bind& bind, std::string_view address) const {
        for (auto parameter : given) {
            const auto* reach = std::find_if(reaches.begin(), reaches.end(),
                                             [&](const Reach& each) { return each.parameter == parameter; });
            if (reach == reaches.end() || (reach->sockets & socket_of(bind)) != 0) continue;
            auto text = bind.inherited_fd ? not_inherited : reach->text;
            std::string_view other = alone ? "" : ", or give this address a 'bind' of its own";
            line.error(fmt::format("'{}' has no effect on {}: it is for {}; remove it{}", parameter, address,
                                   text, other));
        }
    }
};

/// One for each port there is; more are a mistake that would cost memory by the gigabyte.
constexpr std::size_t max_binds = 65536;

/// The pattern with the endpoint's first address, or nothing where it has none.
std::optional<Bind> first_bind(const Line& line, const os::Endpoint& endpoint, const Bind& pattern) {
    auto bind = pattern;
    if (endpoint.kind == os::Endpoint::Kind::descriptor) {
        bind.inherited_fd = endpoint.descriptor;
        return bind;
    }
    auto address = os::address_of(endpoint, line.environment.look_up);
    if (!line.check(address)) return std::nullopt;
    bind.address = *address;
    return bind;
}

/// Adds a copy of `bind` for each port of the endpoint.
void add_binds(const Line& line, const os::Endpoint& endpoint, Bind bind, std::vector<Bind>& binds) {
    if (bind.inherited_fd) return binds.push_back(std::move(bind));
    if (binds.size() + endpoint.last_port - endpoint.first_port >= max_binds)
        return line.error(fmt::format("these are more than {} listeners in one section", max_binds));
    for (unsigned port = endpoint.first_port; port <= endpoint.last_port; ++port) {
        bind.address.set_port(static_cast<std::uint16_t>(port));
        binds.push_back(bind);
    }
}

/// `complete` is what an address is read as.
void read_binds(const Line& line, std::vector<Bind>& binds, std::string (*complete)(std::string_view)) {
    auto words = split_words(line.value);
    Bind pattern;
    pattern.where = line.where;
    std::vector<std::string_view> given;
    read_parameters(line, std::span(words).subspan(1), bind_parameters(), foreign_bind_parameter,
                    [&](const BindParameter& row, std::string_view argument) {
                        given.push_back(row.name);
                        return std::visit(Setter{pattern, line.environment, argument, row.range}, row.target);
                    });
    auto texts = split_at(words.front(), ',');
    ReachCheck check_reach{line, given, texts.size() == 1};
    for (auto text : texts) {
        auto endpoint = os::parse_endpoint(complete(text), os::PortRule::range);
        if (!line.check(endpoint)) continue;
        auto bind = first_bind(line, *endpoint, pattern);
        if (!bind) continue;
        check_reach(*bind, text);
        add_binds(line, *endpoint, std::move(*bind), binds);
    }
}

}  // namespace

std::string on_loopback(std::string_view text) {
    return (text.starts_with(':') && !text.starts_with("::") ? "127.0.0.1" : "") + std::string(text);
}

void read_bind(const Line& line, ProxyDraft& proxy) {
    read_binds(line, proxy.front.binds, [](std::string_view text) { return std::string(text); });
}

void read_page_bind(const Line& line, StatusPage& page) {
    std::size_t before = page.binds.size();
    read_binds(line, page.binds, on_loopback);
    if (page.binds.size() == before) return;
    const Bind& bind = page.binds.back();
    if (bind.maxconn != 0) line.error("'maxconn' has no effect here: write 'maxconn = N' in [stats]");
    if (bind.accept_proxy)
        line.error("'accept-proxy' has no effect here: the page has no use for it; remove it");
    if (bind.bwlim_in + bind.bwlim_out + bind.bwlim_in_each + bind.bwlim_out_each != 0)
        line.error("'bwlim-*' has no effect here: remove it");
    if (!bind.name.empty()) line.error("'name' has no effect here: no message would show it; remove it");
}

}  // namespace spliced::config
