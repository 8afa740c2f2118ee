// Whom rules turn away at a listener: the part of frontend.hpp beside accepting (frontend.cpp).
#include "spliced/proxy/denials.hpp"

#include <fmt/format.h>

#include "spliced/os/client_socket.hpp"
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/log_address.hpp"
#include "spliced/proxy/rule_run.hpp"

namespace spliced::proxy {

using rules::ActionId;

// `tcp-request connection`: before anything is kept of a client. RST tells it at once, as HAProxy does.
BoundListener::Welcome BoundListener::welcome(const os::Accepted& accepted) {
    Welcome welcome;
    welcome.header = awaits_header(accepted.peer);
    const auto& rules = frontend_.settings().rules.requests.connection;
    if (rules.empty()) return welcome;
    RuleSource source(*this, accepted);
    rules::Found found = run_rules(rules, source);
    welcome.tracked = source.take_tracked();
    welcome.header = welcome.header || source.expects_header();
    if (!found.rule || found.rule->action.id == ActionId::accept) return welcome;
    if (found.rule->action.id == ActionId::silent_drop)
        os::vanish_on_close(accepted.socket.get());
    else
        os::reset_on_close(accepted.socket.get());
    ++denials.connections;
    ++frontend_.denials.connections;
    log_denial(accepted.peer, "connection");
    welcome.granted = false;
    return welcome;
}

void BoundListener::count_denied_session(const os::Address& client) {
    ++denials.sessions;
    ++frontend_.denials.sessions;
    log_denial(client, "session");
}

void BoundListener::count_denied_request() {
    ++denials.requests;
    ++frontend_.denials.requests;
}

void BoundListener::count_failed_request() {
    ++denials.failed_requests;
    ++frontend_.denials.failed_requests;
}

// The others end in a line of their own, with the state PR.
void BoundListener::log_denial(const os::Address& client, std::string_view rules) {
    unsigned held_back = 0;
    Shared& shared = frontend_.shared();
    if (!frontend_.settings().log_rejects || !frontend_.denial_message.allow(shared.loop.now(), held_back))
        return;
    SessionRecord record;
    record.client = os::PeerAddress(client);
    record.bind_id = settings_->id;
    record.anonymity = frontend_.settings().anonymity;
    if (record.anonymity == config::Anonymity::hashed)
        record.client_hash = shared.client_names(client.host_text());
    std::string who;
    append_client(who, record);
    log::say_to(frontend_.sinks(), Level::info,
                fmt::format("Proxy {}/{} turned away {} by a rule of 'tcp-request {}' ({} more held back).",
                            frontend_.name(), label(), who, rules, held_back));
}

}  // namespace spliced::proxy
