// What every balancing algorithm offers: an order among the usable servers of one group.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "spliced/balance/server.hpp"

namespace spliced::balance {

/// Servers that a session has tried already, few as they are.
using Tried = std::span<const Server* const>;

/// What `balance = hash` goes by: a number, or bytes (an address as it goes over the wire, a text) that live
/// as long as the request; nothing where the session has no such thing.
using HashKey = std::variant<std::monostate, std::uint64_t, std::string_view>;

/// What a session brings to the choice of its server.
struct Request {
    Tried tried;
    const os::Address* source = nullptr;  ///< the client; null or of no IP family where it has no address
    /// Where the client was before and should be again, full or not (a stick table says so); null where any
    /// server will do.
    Server* persistent = nullptr;
    HashKey key = {};
};

class Balancer {
  public:
    virtual ~Balancer() = default;

    /// A server has become usable, or has ceased to be. `rank` is its place in the file.
    virtual void add(Server& server, std::size_t rank) = 0;
    virtual void remove(Server& server) = 0;

    /// The server stands at another place in the file now; its turn stays.
    virtual void move(Server& server, std::size_t rank) = 0;

    /// Its effective_weight() changed, and is not 0; its turn stays.
    virtual void reweigh(Server& server) = 0;

    /// The next server that the request may take (may_take()); null where there is none. The caller reports
    /// the connection that follows by on_load_change().
    virtual Server* pick(const Request& request) = 0;

    /// A request belongs to one server: pick() finds that one although it is full, and as often as it is
    /// asked; who finds it full waits for it. So hash algorithms do.
    virtual bool binds() const { return false; }

    /// The server's connections() changed.
    virtual void on_load_change(Server& server) = 0;

    virtual std::size_t size() const = 0;
};

/// By `balance`, `hash-type` and what belongs to them; the settings need not outlive it.
std::unique_ptr<Balancer> make_balancer(const config::Backend& settings);
/// The first usable one in the order of the file.
std::unique_ptr<Balancer> make_first_of_file();

/// Whether weights can change while it runs; else a server can only be taken out, by a weight of 0.
bool has_dynamic_weights(const config::Backend& settings);

bool contains(Tried tried, const Server& server);

/// The request has not tried it, and it has room.
inline bool may_take(const Request& request, const Server& server) {
    return server.has_room() && (request.tried.empty() || !contains(request.tried, server));
}

}  // namespace spliced::balance
