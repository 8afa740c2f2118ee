#include "spliced/control/http_server.hpp"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>

#include "spliced/control/http_headers.hpp"

namespace spliced::control {
namespace {

constexpr milliseconds rest_after_shortage{100};
constexpr milliseconds between_looks{50};
constexpr ev_uint16_t every_method = 0xffff;

}  // namespace

HttpServer::HttpServer(event::Loop& loop, HttpSite& site)
    : loop_(loop), site_(site), http_(evhttp_new(loop.base())) {
    look_.bind<&HttpServer::on_look>(loop, *this);
    rest_over_.bind<&HttpServer::on_rest_over>(loop, *this);
    if (!http_) return;
    // evhttp's own answer to a method that is not allowed is 501.
    evhttp_set_allowed_methods(http_.get(), every_method);
    evhttp_set_max_headers_size(http_.get(), largest_head);
    evhttp_set_max_body_size(http_.get(), 0);
    evhttp_set_timeout(http_.get(), static_cast<int>(connection_deadline.count()));
    evhttp_set_bevcb(http_.get(), on_connection, this);
    evhttp_set_gencb(http_.get(), on_request, this);
}

HttpServer::~HttpServer() {
    http_.reset();
    for (const Connection& connection : connections_) bufferevent_decref(connection.stream);
}

bool HttpServer::listen(UniqueFd socket) {
    if (!http_) return false;
    evconnlistener* listener = evconnlistener_new(
        loop_.base(), nullptr, nullptr, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, socket.get());
    if (listener == nullptr) return false;
    static_cast<void>(socket.release());
    if (evhttp_bind_listener(http_.get(), listener) == nullptr) {
        evconnlistener_free(listener);
        return false;
    }
    // libevent's own answer to a shortage is to ask again at once, for ever.
    evconnlistener_set_error_cb(listener, on_shortage);
    listeners_.push_back(listener);
    return true;
}

void HttpServer::stop_accepting() {
    if (!http_) return;
    std::vector<evhttp_bound_socket*> bound;
    evhttp_foreach_bound_socket(
        http_.get(),
        [](evhttp_bound_socket* each, void* opaque) {
            static_cast<std::vector<evhttp_bound_socket*>*>(opaque)->push_back(each);
        },
        &bound);
    listeners_.clear();
    for (evhttp_bound_socket* each : bound) evhttp_del_accept_socket(http_.get(), each);
}

std::vector<int> HttpServer::listeners() const {
    std::vector<int> descriptors;
    for (evconnlistener* listener : listeners_) descriptors.push_back(evconnlistener_get_fd(listener));
    return descriptors;
}

// Where memory is short evhttp would make a connection of its own, which is as good as a lost one then.
bufferevent* HttpServer::on_connection(event_base* base, void* opaque) {
    auto& server = *static_cast<HttpServer*>(opaque);
    bufferevent* stream = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    if (stream == nullptr) return nullptr;
    bufferevent_incref(stream);
    TimePoint now = server.loop_.now();
    server.let_released_go();
    server.connections_.push_back({stream, now + connection_deadline});
    server.update();
    server.look_.arm_no_later(now, now + between_looks);
    return stream;
}

/// Whoever frees a bufferevent takes its callbacks away; evhttp never does so otherwise.
bool HttpServer::Connection::is_released() const {
    bufferevent_event_cb callback = nullptr;
    bufferevent_getcb(stream, nullptr, nullptr, &callback, nullptr);
    return callback == nullptr;
}

void HttpServer::let_released_go() {
    std::erase_if(connections_, [](const Connection& connection) {
        bool released = connection.is_released();
        if (released) bufferevent_decref(connection.stream);
        return released;
    });
}

// A connection whose time is up belongs to evhttp still, which frees it when it sees the end of the stream,
// or that it cannot write.
event::Verdict HttpServer::on_look() {
    let_released_go();
    update();
    TimePoint now = loop_.now();
    for (const Connection& connection : connections_)
        if (now >= connection.deadline) ::shutdown(bufferevent_getfd(connection.stream), SHUT_RDWR);
    if (!connections_.empty()) look_.arm(now, now + between_looks);
    return event::Verdict::keep;
}

void HttpServer::update() {
    bool accepts = !is_full() && !resting_;
    for (evconnlistener* listener : listeners_)
        accepts ? evconnlistener_enable(listener) : evconnlistener_disable(listener);
}

void HttpServer::on_shortage(evconnlistener*, void* opaque) {
    auto& server = *static_cast<HttpServer*>(opaque);
    int error = errno;
    server.resting_ = true;
    server.update();
    TimePoint now = server.loop_.now();
    server.rest_over_.arm(now, now + rest_after_shortage);
    unsigned held_back = 0;
    if (server.shortage_.allow(now, held_back))
        log::say(Level::warning, fmt::format("The status page cannot accept: {}; next try in 100 ms "
                                             "({} more messages held back).",
                                             std::strerror(error), held_back));
}

event::Verdict HttpServer::on_rest_over() {
    resting_ = false;
    update();
    return event::Verdict::keep;
}

// No exception may cross libevent.
void HttpServer::on_request(evhttp_request* request, void* opaque) {
    try {
        static_cast<HttpServer*>(opaque)->reply(request);
    } catch (const std::exception&) {
        evhttp_send_error(request, HTTP_INTERNAL, nullptr);
    }
}

void HttpServer::reply(evhttp_request* request) {
    bool reads = (evhttp_request_get_command(request) & (EVHTTP_REQ_GET | EVHTTP_REQ_HEAD)) != 0;
    HttpAnswer answer = reads ? site_.answer(evhttp_request_get_uri(request))
                              : HttpAnswer{405, "text/plain", "Only GET and HEAD.\n"};
    if (!reads) evhttp_add_header(evhttp_request_get_output_headers(request), "Allow", "GET, HEAD");
    add_headers(request, answer.type);
    if (evhttp_request_get_command(request) == EVHTTP_REQ_HEAD)
        evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Length",
                          std::to_string(answer.body.size()).c_str());
    std::unique_ptr<evbuffer, void (*)(evbuffer*)> body(evbuffer_new(), evbuffer_free);
    if (!body || evbuffer_add(body.get(), answer.body.data(), answer.body.size()) != 0)
        return evhttp_send_error(request, HTTP_INTERNAL, nullptr);
    evhttp_send_reply(request, answer.code, reason_of(answer.code), body.get());
}

}  // namespace spliced::control
