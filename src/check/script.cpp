#include "spliced/check/script.hpp"

#include "spliced/check/script_rules.hpp"

#include <random>

#include "spliced/protocol/agent_reply.hpp"
#include "spliced/protocol/ldap.hpp"
#include "spliced/protocol/mysql.hpp"
#include "spliced/protocol/postgres.hpp"
#include "spliced/protocol/redis.hpp"
#include "spliced/protocol/smtp.hpp"
#include "spliced/protocol/tls_hello.hpp"

namespace spliced::check {
namespace {

using config::CheckKind;
using config::HealthCheck;

Step connect_step() {
    Step step;
    step.connect.defaults = true;
    return step;
}

/// HAProxy's numbers, which begin now with the connection and now behind it; they stand in its sentences.
void number_steps(Script& script, unsigned first) {
    for (Step& step : script.steps) step.number = first++;
}

Step send_step(std::string bytes) {
    Step step;
    step.kind = Step::Kind::send;
    step.bytes = std::move(bytes);
    return step;
}

Step answer_step(ProtocolExpect expect) {
    Step step;
    step.kind = Step::Kind::protocol;
    step.protocol = expect;
    return step;
}

/// The same in every check: a server has no use for it, and no secret depends on it.
std::string tls_hello() {
    std::random_device random;
    protocol::TlsLots lots{};
    for (auto& lot : lots) lot = static_cast<std::uint8_t>(random());
    return protocol::tls_client_hello(lots);
}

std::vector<Step> mysql_steps(const HealthCheck& check) {
    std::vector<Step> steps{connect_step(), answer_step({.read = protocol::read_mysql_greeting})};
    if (check.mysql == config::MysqlLogin::none) return steps;
    bool old = check.mysql == config::MysqlLogin::pre_41;
    auto dialect = old ? protocol::MysqlDialect::pre_41 : protocol::MysqlDialect::post_41;
    steps.push_back(send_step(protocol::mysql_login(check.user, dialect)));
    steps.push_back(answer_step({.read = protocol::read_mysql_login_result}));
    steps.push_back(send_step(protocol::mysql_quit()));
    return steps;
}

std::vector<Step> smtp_steps(const HealthCheck& check) {
    Step reply = answer_step({.read = protocol::read_smtp_reply});
    return {connect_step(), reply, send_step(check.hello + "\r\n"), reply, send_step("QUIT\r\n"), reply};
}

std::vector<Step> protocol_steps(const HealthCheck& check) {
    switch (check.kind) {
        case CheckKind::redis:
            return {connect_step(), send_step(protocol::redis_ping()),
                    answer_step({.read = protocol::read_redis_pong, .silence = Status::layer7_wrong_status})};
        case CheckKind::mysql:
            return mysql_steps(check);
        case CheckKind::pgsql:
            return {connect_step(), send_step(protocol::postgres_startup(check.user)),
                    answer_step({.read = protocol::read_postgres_answer})};
        case CheckKind::smtp:
            return smtp_steps(check);
        case CheckKind::ssl_hello:
            return {connect_step(), send_step(tls_hello()),
                    answer_step({protocol::read_tls_answer, Status::layer6_passed, Status::layer6_invalid,
                                 Status::layer6_invalid, Status::layer6_timed_out, Status::layer6_invalid})};
        case CheckKind::ldap:
            return {connect_step(), send_step(protocol::ldap_bind()),
                    answer_step({.read = protocol::read_ldap_bind_response})};
        default:
            return {};
    }
}

}  // namespace

std::shared_ptr<const Script> make_script(const HealthCheck& check) {
    auto script = std::make_shared<Script>();
    switch (check.kind) {
        case CheckKind::connection:
        case CheckKind::external:
            return nullptr;
        case CheckKind::tcp:
            if (check.tcp_rules.empty()) return nullptr;
            script->steps = steps_of(check.tcp_rules);
            break;
        case CheckKind::http:
            script->flavour = Script::Flavour::http;
            script->steps = http_steps_of(check);
            script->not_found_stops = check.not_found_stops;
            script->answers_have_no_body = check.request.method == "HEAD";
            break;
        default:
            script->flavour = Script::Flavour::protocol;
            script->steps = protocol_steps(check);
            number_steps(*script, check.kind == CheckKind::redis || check.kind == CheckKind::ssl_hello ||
                                          check.kind == CheckKind::ldap
                                      ? 0
                                      : 1);
            break;
    }
    return script;
}

std::shared_ptr<const Script> make_agent_script(const std::string& send) {
    auto script = std::make_shared<Script>();
    script->flavour = Script::Flavour::protocol;
    script->steps.emplace_back();  // what the server wants of its connections, the agent does not
    if (!send.empty()) script->steps.push_back(send_step(send));
    script->steps.push_back(
        answer_step({.read = protocol::read_agent_line, .invalid = Status::layer7_timed_out}));
    number_steps(*script, send.empty() ? 1 : 0);
    return script;
}

std::shared_ptr<const Script> make_connection_script() {
    auto script = std::make_shared<Script>();
    script->flavour = Script::Flavour::protocol;
    script->steps.push_back(connect_step());
    return script;
}

}  // namespace spliced::check
