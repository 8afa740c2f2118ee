// The servers that go by names: follows the names, and tells the backends where their servers are.
//
// The servers of a backend that have the same name share its addresses, each another one where they suffice;
// a `server-template` is no more than that. A name of services (SRV) brings hosts, which are followed in
// turn.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "spliced/proxy/backend.hpp"
#include "spliced/resolve/resolver.hpp"
#include "spliced/resolve/slots.hpp"

namespace spliced::proxy {

class Discovery final : private resolve::NameObserver {
  public:
    using Backends = std::vector<std::unique_ptr<Backend>>;
    /// `backends` is the engine's list; it must be told by adopt() of each change there.
    Discovery(event::Loop& loop, const Backends& backends) : loop_(loop), backends_(backends) {}

    /// Begins, or goes on under another configuration: what is known of names stays.
    void adopt(const std::vector<config::Resolvers>& sections);
    /// For good.
    void stop();

    /// `set server ... fqdn`: until that name has an address, the server stays where it is.
    void set_host(Backend& backend, balance::Server& server, const std::string& host);

    /// In the order of the files.
    const std::vector<std::unique_ptr<resolve::Resolver>>& resolvers() const { return resolvers_; }

  private:
    using Key = resolve::Resolver::Key;
    struct Group {
        Backend* backend;
        resolve::Resolver* resolver;
        Key key;
        std::uint16_t port;  ///< 0 for services
        std::vector<balance::Server*> servers;

        const config::Naming& naming() const { return servers.front()->settings().naming; }
    };

    bool on_records(const resolve::NameWatch& watch, const std::string& by_whom) override;
    void on_stale(const resolve::NameWatch& watch, const std::string& section) override;

    resolve::Resolver* find(const std::string& name) const;
    void regroup();
    void add(Backend& backend, balance::Server& server);
    bool concerns(const Group& group, const resolve::NameWatch& watch) const;
    bool apply(const Group& group, const std::string& by_whom);
    std::vector<resolve::Place> places_of(const Group& group) const;
    static bool settle(const Group& group, balance::Server& server, const resolve::Place& place,
                       const std::string& by_whom);

    event::Loop& loop_;
    const Backends& backends_;
    std::vector<std::unique_ptr<resolve::Resolver>> resolvers_;
    std::vector<Group> groups_;
};

}  // namespace spliced::proxy
