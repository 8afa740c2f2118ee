// Whom rules turn away at a listener: the part of frontend.hpp beside accepting (frontend.cpp).
#include "spliced/proxy/denials.hpp"

#include <fmt/format.h>

#include "spliced/os/client_socket.hpp"
#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/rule_source.hpp"

namespace spliced::proxy {

using rules::ActionId;

// `tcp-request connection`: before anything is kept of a client. RST tells it at once, as HAProxy does.
bool BoundListener::is_welcome(const os::Accepted& accepted) {
    const auto& rules = frontend_.settings().rules.requests.connection;
    if (rules.empty()) return true;
    RuleSource source(*this, accepted);
    rules::Found found = rules::find_rule(rules, 0, source, rules::Moment::final);
    if (!found.rule || found.rule->action.id == ActionId::accept) return true;
    if (found.rule->action.id == ActionId::silent_drop)
        os::vanish_on_close(accepted.socket.get());
    else
        os::reset_on_close(accepted.socket.get());
    ++denials.connections;
    ++frontend_.denials.connections;
    log_denial(accepted.peer, "connection");
    return false;
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
    // A client of a unix socket is named as in HAProxy's log.
    std::string who = client.is_ip() ? client.text() : fmt::format("unix:{}", settings_->id);
    log::say_to(frontend_.sinks(), Level::info,
                fmt::format("Proxy {}/{} turned away {} by a rule of 'tcp-request {}' ({} more held back).",
                            frontend_.name(), label(), who, rules, held_back));
}

}  // namespace spliced::proxy
