// `stick`: a client goes back to the server that it had. The part of session.hpp beside the choice of a
// server (session_dial.cpp).
#include <algorithm>
#include <utility>

#include "spliced/proxy/frontend.hpp"
#include "spliced/proxy/rule_source.hpp"
#include "spliced/proxy/session.hpp"
#include "spliced/stick/sample_key.hpp"

namespace spliced::proxy {
namespace {

using config::StickData;
using config::StickRule;
using rules::Moment;

// What of the client's bytes has not come when a server is chosen is not waited for.
bool applies(const StickRule& rule, RuleSource& source) {
    return rule.condition.evaluate(source, Moment::final) == rules::Truth::yes;
}

std::optional<stick::Key> key_of(const StickRule& rule, const stick::Table& table, RuleSource& source) {
    rules::Scratch scratch;
    rules::Sample sample;
    if (rule.key.evaluate(source, Moment::final, scratch, sample) != rules::Answer::found)
        return std::nullopt;
    return stick::key_of(table.shape(), sample);
}

/// By its name, which survives another order of the file; else by the number that an administrator has set.
balance::Server* server_of(const stick::Table& table, const stick::Entry& entry, balance::ServerPool& pool,
                           TimePoint now) {
    if (std::string_view name = table.server(entry); !name.empty()) return pool.find(name);
    auto id = table.value(entry, StickData::server_id, now);
    return id && std::in_range<unsigned>(*id) ? pool.find(static_cast<unsigned>(*id)) : nullptr;
}

}  // namespace

// A rule of `use-server` goes before what a table knows, as in HAProxy. Null where any server will do.
balance::Server* Session::preferred_server() const {
    balance::Server* ruled = server_by_rule();
    return ruled ? ruled : persistent_server();
}

balance::Server* Session::persistent_server() const {
    if (route_->back->stick_rules.empty()) return nullptr;
    TimePoint now = shared().loop.now();
    RuleSource source(*this);
    for (const StickRule& rule : route_->back->stick_rules) {
        if (!rule.matches || !applies(rule, source)) continue;
        stick::Table* table = shared().stick_tables.find(rule.table.name);
        auto key = table ? key_of(rule, *table, source) : std::nullopt;
        stick::Entry* entry = key ? table->find(*key, now) : nullptr;
        if (!entry) continue;
        table->touch(*entry, now);
        balance::Server* server = server_of(*table, *entry, backend()->pool(), now);
        if (server && server->running()) return server;
    }
    return nullptr;
}

// Once it is reached, as in HAProxy; of each table the first rule that applies.
void Session::store_stickiness() const {
    if (route_->back->stick_rules.empty() || server_->settings().non_stick || server_->retired()) return;
    TimePoint now = shared().loop.now();
    RuleSource source(*this);
    std::vector<const stick::Table*> done;
    for (const StickRule& rule : route_->back->stick_rules) {
        stick::Table* table = rule.stores ? shared().stick_tables.find(rule.table.name) : nullptr;
        if (!table || std::ranges::find(done, table) != done.end() || !applies(rule, source)) continue;
        auto key = key_of(rule, *table, source);
        stick::Entry* entry = key ? table->find_or_add(*key, now) : nullptr;
        if (!entry) continue;
        done.push_back(table);
        table->set(*entry, StickData::server_id, server_->settings().id, now);
        table->set_server(*entry, server_->name());
        shared().stick_tables.watch();
    }
}

}  // namespace spliced::proxy
