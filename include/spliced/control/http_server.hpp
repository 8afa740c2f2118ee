// A small HTTP server, on libevent's evhttp: GET and HEAD, a bounded number of connections, one request each.
#pragma once

#include <event2/http.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/log.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/event/loop.hpp"
#include "spliced/event/timer.hpp"

struct bufferevent;
struct evconnlistener;

namespace spliced::control {

struct HttpAnswer {
    int code = 200;
    std::string_view type;  ///< of a literal: "text/html; charset=utf-8"
    std::string body;
};

/// What the server asks. Implemented by the status server.
class HttpSite {
  public:
    /// `uri` as it was sent: "/metrics", "/;csv", "/haproxy?stats".
    virtual HttpAnswer answer(std::string_view uri) = 0;
    /// Connections at a time.
    virtual std::size_t connection_limit() const = 0;

  protected:
    ~HttpSite() = default;
};

/// evhttp knows no limit of connections, and its timeouts begin anew with each byte. So every connection is
/// counted from its accept until evhttp lets go of it, whether it ever sends a request or not, listeners
/// pause while the limit is reached, and each connection has one deadline for everything. Further clients
/// wait in the kernel's backlog.
///
/// evhttp does not tell when it lets go of a connection that never sent a request. We hold a reference to
/// each and look, some times a second while there are any. (A filter around the connection would tell, but
/// evhttp closes it before the answer is out.)
class HttpServer {
  public:
    /// From the accept until the answer is out, for clients that are slow on purpose.
    static constexpr seconds connection_deadline{10};
    static constexpr std::size_t largest_head = 8192;

    HttpServer(event::Loop& loop, HttpSite& site);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Takes a listening socket. False where the loop cannot watch it.
    bool listen(UniqueFd socket);
    /// Closes the listeners; who waits in their backlog is refused.
    void stop_accepting();
    std::vector<int> listeners() const;

    event::Verdict on_look();
    event::Verdict on_rest_over();
    void dispose() {}

  private:
    struct Connection {
        bufferevent* stream;
        TimePoint deadline;
        bool is_released() const;  ///< evhttp has let go of it
    };
    static bufferevent* on_connection(event_base* base, void* opaque);
    static void on_request(evhttp_request* request, void* opaque);
    static void on_shortage(evconnlistener* listener, void* opaque);
    void let_released_go();
    bool is_full() const { return connections_.size() >= site_.connection_limit(); }
    /// Listeners accept, or they do not: as the limit and a shortage say.
    void update();
    void reply(evhttp_request* request);

    event::Loop& loop_;
    HttpSite& site_;
    struct FreeHttp {
        void operator()(evhttp* http) const { evhttp_free(http); }
    };
    std::vector<Connection> connections_;
    std::vector<evconnlistener*> listeners_;  ///< evhttp owns them
    bool resting_ = false;                    ///< after a shortage
    event::Timer look_;
    event::Timer rest_over_;
    log::OncePerSecond shortage_;
    std::unique_ptr<evhttp, FreeHttp> http_;
};

}  // namespace spliced::control
