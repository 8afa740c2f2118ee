// One connection of the HTTP server: its place in the count, and its deadline.
#pragma once

#include <event2/bufferevent.h>

#include "spliced/event/timer.hpp"

namespace spliced::control {

class HttpServer;

/// Made when evhttp accepts a connection and destroyed when libevent frees it, which may be after the server.
class HttpConnection {
  public:
    /// What evhttp shall use for a connection that it has just accepted; null for want of memory.
    static bufferevent* open(HttpServer& server);

    /// The server is gone first.
    void forget_server() { server_ = nullptr; }

    event::Verdict on_time_is_up();
    void dispose() {}

  private:
    HttpConnection(HttpServer& server, bufferevent* socket);
    ~HttpConnection();
    static void on_freed(void* opaque) { delete static_cast<HttpConnection*>(opaque); }

    HttpServer* server_;
    bufferevent* socket_;  ///< its wrapper owns it
    event::Timer time_is_up_;
};

}  // namespace spliced::control
