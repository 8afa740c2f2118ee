// How a backend learns of its servers: their checks, their agents, and what traffic shows. A part of
// backend.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "spliced/balance/relative_weight.hpp"
#include "spliced/check/dialog_probe.hpp"
#include "spliced/check/handshake_probe.hpp"
#include "spliced/check/program_probe.hpp"
#include "spliced/proxy/backend.hpp"

namespace spliced::proxy {
namespace {

using balance::CheckResult;
using balance::Health;
using balance::Server;
using Status = CheckResult::Status;

os::Address address_of_check(const Server& server) {
    return server.check_address();
}
os::Address address_of_agent(const Server& server) {
    return server.agent->address;
}

// HAProxy: without `timeout check` an attempt may take the whole interval; with it the smaller of `timeout
// connect` and the interval, and after that `timeout check` (configuration manual, "timeout check").
check::Checker::Settings limits(const config::Backend& backend, milliseconds interval) {
    if (!backend.timeout_check) return {interval, Duration::zero(), 0};
    bool limited = backend.timeout_connect > milliseconds(0);
    // A program does not tell when it has connected.
    if (backend.health_check.kind == config::CheckKind::external)
        return {*backend.timeout_check, Duration::zero(), 0};
    return {limited ? std::min(backend.timeout_connect, interval) : interval, *backend.timeout_check, 0};
}

}  // namespace

// ---- when

Duration Backend::start_checks(CheckPlan plan) {
    Duration delay = plan.first_delay;
    spread_percent_ = plan.spread_percent;
    for (auto& server : pool_.servers()) {
        if (wants_check(*server)) start_checker(*server, Kind::health, delay);
        if (wants_agent(*server)) start_checker(*server, Kind::agent, delay);
        if (wants_check(*server) || wants_agent(*server)) delay += plan.step;
    }
    return delay;
}

void Backend::start_missing_checks(const std::vector<const Server*>& unchecked) {
    std::erase_if(checkers_, [&](const auto& checker) {
        return checker->kind() == Kind::health ? !wants_check(checker->server())
                                               : !wants_agent(checker->server());
    });
    for (auto& checker : checkers_) {
        checker->set_settings(check_settings(checker->server(), checker->kind()));
        checker->set_probe(make_probe(checker->server(), *checker));
    }
    for (auto& server : pool_.servers()) {
        if (wants_check(*server) && !is_checking(*server) &&
            std::ranges::find(unchecked, server.get()) == unchecked.end())
            start_checker(*server, Kind::health, Duration::zero());
        if (wants_agent(*server) && !checker_of(*server, Kind::agent))
            start_checker(*server, Kind::agent, Duration::zero());
    }
}

bool Backend::wants_check(const Server& server) const {
    return server.settings().check.enabled && !server.in_maintenance();
}

// Also in maintenance, which the agent itself may have asked for and may end.
bool Backend::wants_agent(const Server& server) const {
    return server.agent && server.agent->enabled;
}

check::Checker::Settings Backend::check_settings(const Server& server, Kind kind) const {
    const config::Server& settings = server.settings();
    auto found = limits(*settings_, kind == Kind::agent ? settings.agent.inter : settings.check.inter);
    found.spread_percent = spread_percent_;
    return found;
}

void Backend::start_checker(Server& server, Kind kind, Duration delay) {
    check::CheckObserver& observer = *this;
    checkers_.push_back(
        std::make_unique<check::Checker>(shared_.loop, server, observer, kind, check_settings(server, kind)));
    checkers_.back()->set_probe(make_probe(server, *checkers_.back()));
    checkers_.back()->start(delay);
}

std::unique_ptr<check::Probe> Backend::make_probe(Server& server, check::Checker& checker) {
    using check::DialogProbe;
    if (checker.kind() == Kind::agent) {
        DialogProbe::Setting agent{server, address_of_agent, check::make_agent_script(server.agent->send)};
        return std::make_unique<DialogProbe>(shared_.loop, checker.owner(), std::move(agent));
    }
    if (settings_->health_check.kind == config::CheckKind::external) {
        const config::HealthCheck& check = settings_->health_check;
        return std::make_unique<check::ProgramProbe>(
            shared_.loop, server, checker.owner(), shared_.programs,
            check::ProgramSetting{check.program, check.program_path, name(), settings_->id,
                                  server.settings().id, check.listener});
    }
    auto script = script_;
    if (!script && server.settings().check.send_proxy) script = check::make_connection_script();
    if (!script) return std::make_unique<check::HandshakeProbe>(shared_.loop, server, checker.owner());
    return std::make_unique<DialogProbe>(shared_.loop, checker.owner(),
                                         DialogProbe::Setting{server, address_of_check, std::move(script)});
}

check::Checker* Backend::checker_of(const Server& server, Kind kind) const {
    auto found = std::ranges::find_if(checkers_, [&](const auto& checker) {
        return &checker->server() == &server && checker->kind() == kind;
    });
    return found == checkers_.end() ? nullptr : found->get();
}

void Backend::erase_checker(const Server& server, Kind kind) {
    std::erase_if(checkers_,
                  [&](const auto& each) { return &each->server() == &server && each->kind() == kind; });
}

bool Backend::is_checking(const Server& server) const {
    return checker_of(server) != nullptr;
}

bool Backend::set_checking(Server& server, bool wanted) {
    if (!server.settings().check.enabled) return false;
    bool is = is_checking(server);
    if (wanted && !is && !server.in_maintenance()) start_checker(server, Kind::health, Duration::zero());
    if (!wanted) erase_checker(server, Kind::health);
    return true;
}

// ---- what a check says

void Backend::on_check(Server& server, Health::Change change, const CheckResult& result) {
    if (result.status == Status::inconclusive) return warn_inconclusive(server, result);
    log_check(server, Kind::health, result);
    // With log-health-checks the line above has said why.
    announce(server, change, settings_->log_health_checks ? std::string() : reason_of(result), is_up());
}

void Backend::announce(Server& server, Health::Change change, const std::string& why, bool had_servers) {
    bool was_running = server.uptime.up();
    pool_.refresh(server, shared_.loop.now());
    ServerIdentity who{name(), server.name(), server.settings().backup};
    bool resumed = change == Health::Change::went_up && was_running;
    if (was_running && !server.running()) {
        if (server.settings().check.enabled || server.agent) ++server.checks.downs;
        say(Level::alert, server_down(who, why, farm(server)));
    } else if (server.running() && change == Health::Change::went_stopping) {
        say(Level::notice, server_stopping(who, why, farm(server)));
    } else if (server.running() && (!was_running || resumed)) {
        say(Level::notice, server_up(who, why, farm(server)));
    }
    on_farm_changed(had_servers);
    on_state_changed(server, was_running);
}

void Backend::warn_inconclusive(const Server& server, const CheckResult& result) {
    unsigned held_back = 0;
    if (result.info.empty() || !shared_.check_shortage.allow(shared_.loop.now(), held_back)) return;
    log::say_to(sinks_, Level::warning,
                fmt::format("Health check for server {}/{} could not be made: {} ({} more messages held "
                            "back).",
                            name(), server.name(), result.info, held_back));
}

/// HAProxy logs what another status or the counter makes news.
void Backend::log_check(const Server& server, Kind kind, const CheckResult& result) {
    bool of_agent = kind == Kind::agent;
    const balance::CheckCounters& checks = of_agent ? server.agent->checks : server.checks;
    if (!settings_->log_health_checks || !checks.is_news) return;
    ServerIdentity who{name(), server.name(), server.settings().backup};
    const Health& health = of_agent ? server.agent->health : server.health();
    say(Level::notice, check_reported(who, result, {of_agent, health, server.weight() != 0}));
}

// ---- what traffic shows

void Backend::observe(Server& server, bool succeeded) {
    const config::Server& settings = server.settings();
    if (server.retired() || !is_checking(server)) return;
    if (succeeded) {
        server.failures_in_a_row = 0;
        return;
    }
    if (++server.failures_in_a_row < settings.error_limit) return;
    CheckResult result{Status::observed,
                       fmt::format("Detected {} consecutive errors, last one was: L4 unsuccessful connection",
                                   server.failures_in_a_row),
                       {}};
    server.failures_in_a_row = 0;
    ++server.checks.observed;
    checker_of(server)->hasten(settings.check.fastinter.value_or(settings.check.inter));
    if (settings.on_error == config::OnError::fastinter) return;
    if (server.health().up()) ++server.checks.failed;
    server.health().approach_failure(settings.on_error);
    server.checks.note(result, shared_.loop.now(), server.health().counter() > 0);
    auto change = server.health().on_result(result.status);
    on_check(server, change, result);
}

// ---- what an agent says

bool Backend::set_asking(Server& server, bool wanted) {
    if (!server.agent) return false;
    bool had_servers = is_up();
    server.agent->enabled = wanted;
    if (!wanted) erase_checker(server, Kind::agent);
    if (wanted && !checker_of(server, Kind::agent)) start_checker(server, Kind::agent, Duration::zero());
    announce(server, Health::Change::none, std::string(by_command), had_servers);
    return true;
}

void Backend::force_agent(Server& server, bool up) {
    bool had_servers = is_up();
    server.agent->health.force(up ? Health::Forced::up : Health::Forced::down);
    announce(server, Health::Change::none, std::string(by_command), had_servers);
}

void Backend::set_agent_send(Server& server, std::string send) {
    server.agent->send = std::move(send);
    if (auto* checker = checker_of(server, Kind::agent)) checker->set_probe(make_probe(server, *checker));
}

void Backend::on_agent(Server& server, CheckResult result) {
    if (result.status == Status::inconclusive) return warn_inconclusive(server, result);
    bool had_servers = is_up();
    protocol::AgentReply reply;
    if (result.status == Status::layer7_passed) {
        reply = protocol::read_agent_reply(result.info);
        result = obey_agent(server, reply, std::move(result));
    }
    Health& health = server.agent->health;
    bool counts = reply.health.has_value();
    server.agent->checks.note(result, shared_.loop.now(),
                              counts && (result.has_passed() ? !health.full() : health.counter() > 0));
    auto change = counts ? health.on_result(result.status) : Health::Change::none;
    log_check(server, Kind::agent, result);
    // Its up ends no drain and no stopping of a check's; whether the server runs is what is announced.
    if (change == Health::Change::went_up && server.uptime.up()) change = Health::Change::none;
    announce(server, change, settings_->log_health_checks ? std::string() : reason_of(result), had_servers);
}

/// Does what it asks for, and puts it into HAProxy's words.
CheckResult Backend::obey_agent(Server& server, const protocol::AgentReply& reply, CheckResult result) {
    if (reply.admin) obey_admin(server, *reply.admin);
    std::string trouble = reply.unknown;
    std::string warning;
    if (!reply.weight.empty()) warning = obey_weight(server, reply.weight);
    if (!reply.maxconn.empty() && warning.empty()) warning = obey_maxconn(server, reply.maxconn);
    result.status = Status::reported;
    result.info.clear();
    if (reply.health) {
        result.status = reply.takes_it_up() ? Status::layer7_passed : Status::layer7_wrong_status;
        // As in HAProxy what is wrong goes before what is good, and a reason before what is wrong with it.
        bool trouble_first = reply.takes_it_up() && !trouble.empty();
        std::string remark = trouble_first || reply.description.empty() ? trouble : reply.description;
        if (remark.empty()) remark = warning;
        result.info = fmt::format("via agent : {}", reply.health_word);
        if (!remark.empty()) result.info += fmt::format(" ({})", remark);
    } else if (!trouble.empty()) {
        result.info = "agent reports an error : " + trouble;
    } else if (!warning.empty()) {
        result.info = "agent warns : " + warning;
    }
    return result;
}

void Backend::obey_admin(Server& server, protocol::AgentReply::Admin wanted) {
    using Admin = protocol::AgentReply::Admin;
    unsigned state = server.admin() & ~balance::forced_states;
    if (wanted == Admin::drain) state |= balance::forced_drain;
    if (wanted == Admin::maint) state |= balance::forced_maintenance;
    set_admin(server, state);
}

std::string Backend::obey_maxconn(Server& server, const std::string& maxconn) {
    unsigned most = 0;
    auto [end, error] = std::from_chars(maxconn.data(), maxconn.data() + maxconn.size(), most);
    if (error != std::errc() || end == maxconn.data()) return "maxconn string empty or preceded by garbage";
    if (end != maxconn.data() + maxconn.size()) return "Trailing garbage in maxconn string";
    if (most != server.limits().most) pool_.set_maxconn(server, most);
    return {};
}

std::string Backend::obey_weight(Server& server, const std::string& weight) {
    auto wanted = balance::relative_weight(weight, server.settings().weight);
    if (!wanted) return "Trailing garbage in weight string";
    if (*wanted != server.weight()) set_weight(server, *wanted);
    return {};
}

}  // namespace spliced::proxy
