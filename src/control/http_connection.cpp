#include "spliced/control/http_connection.hpp"

#include <sys/socket.h>

#include <new>

#include "spliced/control/http_server.hpp"

namespace spliced::control {

// A filter that filters nothing: it is what tells when libevent frees a connection. evhttp itself tells only
// of those that have sent a request.
bufferevent* HttpConnection::open(HttpServer& server) {
    bufferevent* socket = bufferevent_socket_new(server.loop_.base(), -1, BEV_OPT_CLOSE_ON_FREE);
    if (socket == nullptr) return nullptr;
    auto* connection = new (std::nothrow) HttpConnection(server, socket);
    if (connection == nullptr) {
        bufferevent_free(socket);
        return nullptr;
    }
    bufferevent* wrapper =
        bufferevent_filter_new(socket, nullptr, nullptr, BEV_OPT_CLOSE_ON_FREE, on_freed, connection);
    if (wrapper != nullptr) return wrapper;
    delete connection;
    bufferevent_free(socket);
    return nullptr;
}

HttpConnection::HttpConnection(HttpServer& server, bufferevent* socket) : server_(&server), socket_(socket) {
    server.connections_.push_back(this);
    time_is_up_.bind<&HttpConnection::on_time_is_up>(server.loop_, *this);
    TimePoint now = server.loop_.now();
    time_is_up_.arm(now, now + HttpServer::connection_deadline);
}

HttpConnection::~HttpConnection() {
    if (server_ != nullptr) server_->on_connection_gone(*this);
}

// evhttp owns the connection and alone may free it: it does so when it sees the end of the stream, or that
// it cannot write.
event::Verdict HttpConnection::on_time_is_up() {
    ::shutdown(bufferevent_getfd(socket_), SHUT_RDWR);
    return event::Verdict::keep;
}

}  // namespace spliced::control
