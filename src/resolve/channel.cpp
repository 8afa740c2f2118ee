#include "spliced/resolve/channel.hpp"

#include <arpa/nameser.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "spliced/base/log.hpp"

namespace spliced::resolve {
namespace {

// c-ares needs no initialisation of the process on Unix, and ours has one thread (ares_library_init(3)).

ares_addr_port_node node_of(const config::NameServer& server) {
    ares_addr_port_node node{};
    const os::Address& address = server.address;
    node.family = address.family();
    node.udp_port = node.tcp_port = address.port();
    if (address.family() == AF_INET)
        node.addr.addr4 = reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr;
    else
        std::memcpy(&node.addr.addr6, &reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr,
                    sizeof node.addr.addr6);
    return node;
}

int type_of(Kind kind) {
    return kind == Kind::ipv4 ? ns_t_a : kind == Kind::ipv6 ? ns_t_aaaa : ns_t_srv;
}

}  // namespace

Channel::Channel(event::Loop& loop, Settings settings, AnswerSink& sink)
    : loop_(loop), settings_(std::move(settings)), sink_(sink) {
    timer_.bind<&Channel::on_timer>(loop, *this);
    auto opened = open(*this);
    if (opened)
        library_ = *opened;
    else
        log::say(Level::err, opened.error().message);
}

Channel::~Channel() {
    if (library_ != nullptr) ares_destroy(library_);
}

Result<ares_channel> Channel::open(Channel& owner) {
    const Settings& settings = owner.settings_;
    ares_options options{};
    // A refusal is an answer here, not a reason to ask the next server. EDNS tells how much may come by UDP.
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP | ARES_FLAG_EDNS;
    if (settings.server.tcp) options.flags |= ARES_FLAG_USEVC;
    options.tries = 1;
    options.timeout = static_cast<int>(settings.patience.count());
    options.ednspsz = static_cast<int>(settings.payload);
    options.sock_state_cb = &Channel::on_socket_state;
    options.sock_state_cb_data = &owner;
    char lookups[] = "b";  // no file of hosts
    options.lookups = lookups;
    int mask = ARES_OPT_FLAGS | ARES_OPT_TRIES | ARES_OPT_TIMEOUTMS | ARES_OPT_EDNSPSZ |
               ARES_OPT_SOCK_STATE_CB | ARES_OPT_LOOKUPS;
#ifdef ARES_OPT_QUERY_CACHE
    // From 1.31 on answers would come out of a cache of its own.
    mask |= ARES_OPT_QUERY_CACHE;
    options.qcache_max_ttl = 0;
#endif
    ares_channel library = nullptr;
    int status = ares_init_options(&library, &options, mask);
    if (status == ARES_SUCCESS) {
        ares_addr_port_node node = node_of(settings.server);
        status = ares_set_servers_ports(library, &node);
        if (status != ARES_SUCCESS) ares_destroy(library);
    }
    if (status != ARES_SUCCESS)
        return Error{
            fmt::format("cannot ask name server {}: {}", settings.server.name, ares_strerror(status))};
    return library;
}

void Channel::ask(const std::string& name, Kind kind, Ticket ticket) {
    if (library_ == nullptr) {
        ++counters.send_errors;
        Answer answer;
        answer.failure = Failure::timeout;
        return sink_.on_answer(*this, ticket, answer);
    }
    ++counters.sent;
    // The library calls back exactly once for each, at the latest in ares_destroy(3).
    auto* question = new Question{*this, ticket, kind};
    ares_query(library_, name.c_str(), ns_c_in, type_of(kind), &Channel::on_reply, question);
    arm();
}

void Channel::on_reply(void* opaque, int status, int, unsigned char* bytes, int length) {
    std::unique_ptr<Question> question(static_cast<Question*>(opaque));
    if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED) return;
    Channel& channel = question->channel;
    try {
        channel.sink_.on_answer(channel, question->ticket, channel.read(*question, status, bytes, length));
    } catch (const std::bad_alloc&) {
        // No exception may cross the library: the answer is lost, and the question is asked again.
    }
}

Answer Channel::read(const Question& question, int status, const unsigned char* bytes, int length) {
    Answer answer;
    switch (status) {
        case ARES_SUCCESS:
            answer = read_message({bytes, static_cast<std::size_t>(length)}, question.kind);
            ++(answer.failure == Failure::none ? counters.valid
               : answer.failure == Failure::nx ? counters.empty
                                               : counters.invalid);
            return answer;
        case ARES_ENODATA:
            ++counters.empty;
            answer.failure = Failure::nx;
            return answer;
        case ARES_ENOTFOUND:
            ++counters.nx;
            answer.failure = Failure::nx;
            return answer;
        case ARES_EREFUSED:
            ++counters.refused;
            answer.failure = Failure::refused;
            return answer;
        case ARES_ETIMEOUT:
            ++counters.timeouts;
            answer.failure = Failure::timeout;
            return answer;
        case ARES_ECONNREFUSED:
        case ARES_ENOMEM:
            ++counters.send_errors;
            answer.failure = Failure::timeout;
            return answer;
        default:
            ++counters.other;
            answer.failure = Failure::other;
            return answer;
    }
}

// ---- its sockets

void Channel::on_socket_state(void* self, int fd, int readable, int writable) {
    auto& channel = *static_cast<Channel*>(self);
    if (readable == 0 && writable == 0) return channel.close(fd);
    try {
        channel.watch(fd, readable != 0, writable != 0);
    } catch (const std::bad_alloc&) {
        // As where the kernel refuses to watch it: the question times out.
    }
}

void Channel::watch(int fd, bool readable, bool writable) {
    auto found = std::find_if(sockets_.begin(), sockets_.end(),
                              [&](const auto& each) { return each->fd == fd && !each->closed; });
    if (found == sockets_.end()) {
        sockets_.push_back(std::unique_ptr<Socket>(new Socket{*this, fd, false, {}, {}}));
        found = sockets_.end() - 1;
    }
    Socket& socket = **found;
    // Where the kernel refuses to watch it, the question times out.
    if (readable && !socket.readable.watching())
        socket.readable.watch_readable<&Socket::on_readable>(loop_, fd, socket);
    if (!readable) socket.readable.stop();
    if (writable && !socket.writable.watching())
        socket.writable.watch_writable<&Socket::on_writable>(loop_, fd, socket);
    if (!writable) socket.writable.stop();
}

/// Called before the library closes it.
void Channel::close(int fd) {
    std::erase_if(sockets_, [&](const auto& each) {
        if (each->fd != fd || each->closed) return false;
        each->closed = true;
        each->readable.stop();
        each->writable.stop();
        return each.get() != active_;
    });
}

event::Verdict Channel::process(Socket& socket, int readable, int writable) {
    active_ = &socket;
    ares_process_fd(library_, readable, writable);
    active_ = nullptr;
    arm();
    return socket.closed ? event::Verdict::done : event::Verdict::keep;
}

void Channel::forget(const Socket& socket) {
    std::erase_if(sockets_, [&](const auto& each) { return each.get() == &socket; });
}

void Channel::arm() {
    timeval left{};
    if (ares_timeout(library_, nullptr, &left) == nullptr) return timer_.disarm();
    TimePoint now = loop_.now();
    timer_.arm(now, now + seconds(left.tv_sec) + microseconds(left.tv_usec) + milliseconds(1));
}

event::Verdict Channel::on_timer() {
    ares_process_fd(library_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    arm();
    return event::Verdict::keep;
}

}  // namespace spliced::resolve
