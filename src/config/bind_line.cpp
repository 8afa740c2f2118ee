// `bind = ADDRESS[,ADDRESS...] [parameters]`
#include <cctype>

#include "spliced/base/units.hpp"
#include "spliced/config/foreign.hpp"
#include "spliced/config/lines.hpp"
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
                return set_mode();
            case BindSpecial::user:
                return take(bind.rights.user, environment.user(std::string(argument)));
            case BindSpecial::group:
                return take(bind.rights.group, environment.group(std::string(argument)));
        }
        return {};
    }

  private:
    static Result<void> take(std::optional<unsigned>& field, const Result<unsigned>& found) {
        if (!found) return found.error();
        field = *found;
        return {};
    }

    Result<void> set_mode() const {
        mode_t mode = 0;
        for (char digit : argument) {
            if (digit < '0' || digit > '7' || argument.size() > 4)
                return Error{fmt::format("'{}' is not an octal mode such as 660", argument)};
            mode = mode * 8 + static_cast<mode_t>(digit - '0');
        }
        bind.rights.mode = mode;
        return {};
    }
};

/// One for each port there is; more are a mistake that would cost memory by the gigabyte.
constexpr std::size_t max_binds = 65536;

/// Adds a copy of `pattern` for each port of the endpoint.
void add_binds(const Line& line, const os::Endpoint& endpoint, const Bind& pattern,
               std::vector<Bind>& binds) {
    auto bind = pattern;
    if (endpoint.kind == os::Endpoint::Kind::descriptor) {
        bind.inherited_fd = endpoint.descriptor;
        binds.push_back(std::move(bind));
        return;
    }
    auto address = os::address_of(endpoint, line.environment.look_up);
    if (!line.check(address)) return;
    bind.address = *address;
    if (binds.size() + endpoint.last_port - endpoint.first_port >= max_binds)
        return line.error(fmt::format("these are more than {} listeners in one section", max_binds));
    for (unsigned port = endpoint.first_port; port <= endpoint.last_port; ++port) {
        bind.address.set_port(static_cast<std::uint16_t>(port));
        binds.push_back(bind);
    }
}

/// Parameters that mean nothing for this kind of socket are mistakes, not decoration.
void check_rights(const Line& line, const Bind& bind, const os::Endpoint& endpoint) {
    bool has_rights = bind.rights.mode || bind.rights.user || bind.rights.group;
    if (has_rights && endpoint.kind != os::Endpoint::Kind::unix_path)
        line.error("'mode', 'user' and 'group' are for unix sockets with a path");
}

}  // namespace

void read_bind(const Line& line, ProxyDraft& proxy) {
    auto words = split_words(line.value);
    Bind pattern;
    pattern.where = line.where;
    read_parameters(line, std::span(words).subspan(1), bind_parameters(), foreign_bind_parameter,
                    [&](const BindParameter& row, std::string_view argument) {
                        return std::visit(Setter{pattern, line.environment, argument, row.range}, row.target);
                    });
    for (auto text : split_at(words.front(), ',')) {
        auto endpoint = os::parse_endpoint(text, os::PortRule::range);
        if (!line.check(endpoint)) continue;
        check_rights(line, pattern, *endpoint);
        add_binds(line, *endpoint, pattern, proxy.front.binds);
    }
}

}  // namespace spliced::config
