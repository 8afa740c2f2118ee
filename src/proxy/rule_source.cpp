#include "spliced/proxy/rule_source.hpp"

#include <random>
#include <utility>

#include "spliced/balance/pool_sums.hpp"
#include "spliced/os/client_socket.hpp"
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/session.hpp"

namespace spliced::proxy {
namespace {

using rules::Answer;
using rules::Call;
using rules::FetchId;
using rules::Sample;

// As much as a greeting may have; it lies at the beginning of the shared buffer, and the greeting put
// together at its end.
constexpr std::size_t most_bytes = protocol::max_client_hello_bytes;
static_assert(most_bytes + protocol::max_client_hello <= sizeof(relay::Resources::buffer));

template <typename Number>
Sample number(Number value) {
    return Sample::integer(static_cast<std::int64_t>(value));
}

Answer found_if_any(const Sample& sample) {
    return sample.type() == rules::Type::none ? Answer::absent : Answer::found;
}

Answer port_of(const os::Address& address, Sample& sample) {
    if (!address.is_ip()) return Answer::absent;
    sample = number(address.port());
    return Answer::found;
}

/// Of 32 bits where there is no limit.
std::int64_t random_below(std::int64_t limit, std::minstd_rand& dice) {
    std::uint64_t value = std::uint64_t{dice()} << 31 ^ dice();
    std::uint64_t range = limit > 0 ? static_cast<std::uint64_t>(limit) : std::uint64_t{1} << 32;
    return static_cast<std::int64_t>(value % range);
}

}  // namespace

RuleSource::RuleSource(const BoundListener& listener, const os::Accepted& accepted)
    : listener_(listener),
      shared_(listener.frontend().shared()),
      accepted_(&accepted),
      socket_(accepted.socket.get()) {}

RuleSource::RuleSource(const Session& session)
    : listener_(session.listener()),
      shared_(session.listener().frontend().shared()),
      session_(&session),
      tracked_(session.tracked()),
      socket_(session.relay().end(relay::Side::client).socket.get()) {}

os::Address RuleSource::source() const {
    return session_ ? session_->source() : accepted_->peer;
}

os::Address RuleSource::destination() const {
    return session_ ? session_->destination() : os::local_address(socket_);
}

os::Address RuleSource::peer() const {
    return session_ ? session_->peer().address() : accepted_->peer;
}

Answer RuleSource::get(const Call& call, Sample& sample) {
    if (call.fetch->earliest == rules::Stage::content) return get_of_content(call, sample);
    if (call.fetch->id == FetchId::sc_counter) return get_tracked(call, sample);
    switch (call.arguments[0].kind) {
        case rules::ArgumentKind::table:
            return get_of_table(call, sample);
        case rules::ArgumentKind::backend:
            return get_of_backend(call, sample);
        case rules::ArgumentKind::server:
            return get_of_server(call, sample);
        case rules::ArgumentKind::frontend:
            return get_of_frontend(call, sample);
        case rules::ArgumentKind::number:
            sample = number(random_below(call.arguments[0].number, shared_.dice));
            return Answer::found;
        default:
            return get_of_client(call.fetch->id, sample);
    }
}

// What is here takes no argument; the rest is asked for elsewhere.
Answer RuleSource::get_of_client(FetchId id, Sample& sample) {
    switch (id) {
        case FetchId::src:
            sample = Sample::address(source());
            return found_if_any(sample);
        case FetchId::fc_src:
            sample = Sample::address(peer());
            return found_if_any(sample);
        case FetchId::dst:
            sample = Sample::address(destination());
            return found_if_any(sample);
        case FetchId::fc_dst:
            sample = Sample::address(os::local_address(socket_));
            return found_if_any(sample);
        case FetchId::src_port:
            return port_of(source(), sample);
        case FetchId::fc_src_port:
            return port_of(peer(), sample);
        case FetchId::dst_port:
            return port_of(destination(), sample);
        case FetchId::fc_dst_port:
            return port_of(os::local_address(socket_), sample);
        case FetchId::src_is_local:
        case FetchId::fc_src_is_local:
        case FetchId::dst_is_local:
            sample = Sample::boolean(os::is_own_address(id == FetchId::src_is_local   ? source()
                                                        : id == FetchId::dst_is_local ? destination()
                                                                                      : peer()));
            return Answer::found;
        case FetchId::dst_conn:
            sample = number(listener_.sessions().current);
            return Answer::found;
        case FetchId::so_id:
            sample = number(listener_.settings().id);
            return Answer::found;
        case FetchId::date:
            sample = number(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
            return Answer::found;
        default:
            return Answer::absent;
    }
}

Answer RuleSource::get_of_frontend(const Call& call, Sample& sample) const {
    const auto& argument = call.arguments[0];
    const Frontend* frontend =
        argument.text.empty() ? &listener_.frontend() : shared_.directory->find_frontend(argument.name);
    if (!frontend) return Answer::absent;
    sample = call.fetch->id == FetchId::fe_conn ? number(frontend->sessions.current)
                                                : number(frontend->rate.per_second(shared_.loop.now()));
    return Answer::found;
}

Answer RuleSource::get_of_backend(const Call& call, Sample& sample) const {
    const Backend* backend = shared_.directory->find_backend(call.arguments[0].name);
    if (!backend) return Answer::absent;
    switch (call.fetch->id) {
        case FetchId::be_conn:
            sample = number(backend->sessions.current);
            return Answer::found;
        case FetchId::be_sess_rate:
            sample = number(backend->counters.rate.per_second(shared_.loop.now()));
            return Answer::found;
        case FetchId::nbsrv:
            sample = number(balance::serving_servers(backend->pool()));
            return Answer::found;
        case FetchId::queue:
            sample = number(balance::waiting_requests(backend->pool()));
            return Answer::found;
        case FetchId::avg_queue:
            sample = number(balance::average_queue(backend->pool()));
            return Answer::found;
        case FetchId::be_conn_free:
            sample = number(balance::free_connections(backend->pool()));
            return Answer::found;
        case FetchId::connslots:
            sample = number(balance::connection_slots(backend->pool()));
            return Answer::found;
        default:
            return Answer::absent;
    }
}

Answer RuleSource::get_of_server(const Call& call, Sample& sample) const {
    const Backend* backend = shared_.directory->find_backend(call.arguments[0].name);
    const balance::Server* server = backend ? backend->pool().find(call.arguments[0].server) : nullptr;
    if (!server) return Answer::absent;
    switch (call.fetch->id) {
        case FetchId::srv_conn:
            sample = number(server->connections());
            return Answer::found;
        case FetchId::srv_queue:
            sample = number(server->queue.size());
            return Answer::found;
        case FetchId::srv_is_up:
            sample = Sample::boolean(server->running());
            return Answer::found;
        case FetchId::srv_sess_rate:
            sample = number(server->counters.rate.per_second(shared_.loop.now()));
            return Answer::found;
        default:
            return Answer::absent;
    }
}

void RuleSource::look() {
    if (std::exchange(has_looked_, true)) return;
    std::span<char> room = std::span(shared_.resources.buffer).first(most_bytes);
    os::Transfer seen = os::peek(socket_, room);
    if (seen.outcome == os::Transfer::Outcome::moved) bytes_ = {room.data(), seen.count};
}

bool RuleSource::is_full() const {
    return bytes_.size() == most_bytes;
}

Answer RuleSource::get_of_content(const Call& call, Sample& sample) {
    look();
    if (call.fetch->id == FetchId::req_payload) return get_payload(call, sample);
    if (call.fetch->id != FetchId::req_len) return get_of_hello(call.fetch->id, sample);
    sample = number(bytes_.size());
    return Answer::found_for_now;
}

// As in HAProxy: a length of 0 is all that is there, which may become more.
Answer RuleSource::get_payload(const Call& call, Sample& sample) const {
    auto offset = static_cast<std::size_t>(call.arguments[0].number);
    auto length = static_cast<std::size_t>(call.arguments[1].number);
    if (offset > most_bytes || length > most_bytes - offset) return Answer::absent;
    if (bytes_.size() < offset + length) return Answer::not_yet;
    sample = Sample::binary(length > 0 ? bytes_.substr(offset, length) : bytes_.substr(offset));
    return length > 0 ? Answer::found : Answer::found_for_now;
}

Answer RuleSource::get_of_hello(FetchId id, Sample& sample) {
    if (!std::exchange(has_read_hello_, true))
        hello_ = protocol::read_client_hello(
            bytes_, std::span(shared_.resources.buffer).last(protocol::max_client_hello));
    if (hello_.state == protocol::ClientHello::State::incomplete) return Answer::not_yet;
    if (hello_.state == protocol::ClientHello::State::foreign) return Answer::absent;
    auto text = [&](std::string_view value) {
        sample = Sample::text(value);
        return value.empty() ? Answer::absent : Answer::found;
    };
    switch (id) {
        case FetchId::req_ssl_hello_type:
            sample = number(hello_.type);
            return Answer::found;
        case FetchId::req_ssl_ver:
            sample = number((hello_.version >> 8) << 16 | (hello_.version & 0xff));
            return Answer::found;
        case FetchId::req_ssl_ec_ext:
            sample = Sample::boolean(true);
            return hello_.names_curves ? Answer::found : Answer::absent;
        case FetchId::req_ssl_sni:
            return text(hello_.server_name);
        case FetchId::req_ssl_alpn:
            return text(hello_.protocols);
        default:
            return Answer::absent;
    }
}

bool RuleSource::perform(const rules::Action& action, rules::Moment moment) {
    using Direction = config::BandwidthFilter::Direction;
    switch (action.id) {
        case rules::ActionId::expect_proxy:
            expects_header_ = true;
            return true;
        case rules::ActionId::limit_bandwidth: {
            const auto& filters = session_->terms().front.bandwidth_filters;
            const auto& filter = filters[static_cast<std::size_t>(action.target.number)];
            limits_[filter.direction == Direction::in ? 0 : 1] = &filter;
            return true;
        }
        default:
            return perform_on_table(action, moment);
    }
}

}  // namespace spliced::proxy
