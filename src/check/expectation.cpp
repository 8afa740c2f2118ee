#include "spliced/check/expectation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spliced/protocol/http_answer.hpp"

namespace spliced::check {
namespace {

using config::CheckExpect;
using Match = CheckExpect::Match;
using Kind = Judgement::Kind;

std::string hex_of(std::string_view bytes) {
    std::string text;
    for (char byte : bytes) text += fmt::format("{:02X}", static_cast<unsigned char>(byte));
    return text;
}

bool matches(const CheckExpect& expect, std::string_view bytes) {
    switch (expect.match) {
        case Match::string:
        case Match::binary:
            return bytes.find(expect.pattern) != std::string_view::npos;
        case Match::regex:
            return expect.regex->matches(bytes);
        case Match::binary_regex:
            return expect.regex->matches(hex_of(bytes));
        case Match::status:
        case Match::status_regex:
            break;
    }
    return false;
}

bool matches_status(const CheckExpect& expect, unsigned status) {
    if (expect.match == Match::status_regex) return expect.regex->matches(std::to_string(status));
    return std::any_of(expect.codes.begin(), expect.codes.end(),
                       [&](auto range) { return status >= range.first && status <= range.second; });
}

/// Behind "TCPCHK did not match content".
std::string content_of(const Step& step) {
    switch (step.expect.match) {
        case Match::string:
            return fmt::format(" '{}' at step {}", step.expect.pattern, step.number);
        case Match::binary:
            return fmt::format(" (binary) at step {}", step.number);
        case Match::binary_regex:
            return fmt::format(" (binary regex) at step {}", step.number);
        default:
            return fmt::format(" (regex) at step {}", step.number);
    }
}

Judgement failed(const Step& step, Status status, unsigned code, std::string info) {
    if (step.expect.on_wrong) status = *step.expect.on_wrong;
    if (!step.expect.text_on_wrong.empty()) info = step.expect.text_on_wrong;
    return {Kind::failed, status, code, std::move(info)};
}

Judgement met(const Step& step, unsigned code, std::string info) {
    Status status = step.expect.on_ok.value_or(Status::layer7_passed);
    if (!step.expect.text_on_ok.empty()) info = step.expect.text_on_ok;
    return {Kind::met, status, code, std::move(info)};
}

Judgement judge_bytes(const Step& step, const Heard& heard) {
    const CheckExpect& expect = step.expect;
    if (heard.last && heard.bytes.empty())
        return failed(step, Status::layer7_invalid, 0,
                      fmt::format("TCPCHK got an empty response at step {}", step.number));
    if (!heard.last && expect.min_recv && heard.bytes.size() < *expect.min_recv) return {};
    bool found = matches(expect, heard.bytes);
    // Without a minimum more may come that matches; what must not match has not been seen yet, either.
    if (!found && !heard.last && !expect.min_recv) return {};
    if (found != expect.unwanted) return met(step, 0, "(tcp-check)");
    return failed(
        step, Status::layer7_invalid, 0,
        (found ? "TCPCHK matched unwanted content" : "TCPCHK did not match content") + content_of(step));
}

Judgement judge_http(const Script& script, const Step& step, const Heard& heard) {
    using State = protocol::HttpAnswer::State;
    const CheckExpect& expect = step.expect;
    protocol::HttpAnswer answer =
        protocol::read_http_answer(heard.bytes, heard.last, script.answers_have_no_body);
    if (answer.state == State::incomplete) return {};
    if (answer.state == State::invalid) return failed(step, Status::layer7_invalid, 0, {});
    bool disabled = script.not_found_stops && answer.status == 404 && heard.server_up;
    if (disabled) return {Kind::met, Status::layer7_conditional, answer.status, {}};
    if (!expect.in_body) {
        if (matches_status(expect, answer.status) != expect.unwanted) return met(step, answer.status, {});
        return failed(step, Status::layer7_wrong_status, answer.status, answer.reason);
    }
    bool found = matches(expect, answer.body);
    bool enough = answer.state == State::whole || heard.last ||
                  (expect.min_recv && answer.body.size() >= *expect.min_recv);
    if (!enough && (!found || expect.unwanted)) return {};
    if (found != expect.unwanted) return met(step, answer.status, {});
    return failed(step, Status::layer7_invalid, answer.status,
                  found ? "HTTP check matched unwanted content" : "HTTP content check did not match");
}

Judgement judge_protocol(const Step& step, const Heard& heard) {
    const ProtocolExpect& expect = step.protocol;
    if (heard.last && heard.bytes.empty())
        return {Kind::failed, expect.silence, 0,
                fmt::format("TCPCHK got an empty response at step {}", step.number)};
    protocol::Answer answer = expect.read(heard.bytes, heard.last);
    switch (answer.kind) {
        case protocol::Answer::Kind::incomplete:
            return {};
        case protocol::Answer::Kind::good:
            return {Kind::met, expect.good, answer.code, std::move(answer.text)};
        case protocol::Answer::Kind::wrong:
            return {Kind::failed, expect.wrong, answer.code, std::move(answer.text)};
        case protocol::Answer::Kind::invalid:
            break;
    }
    return {Kind::failed, expect.invalid, answer.code, std::move(answer.text)};
}

std::string expectation_of(const CheckExpect& expect) {
    switch (expect.match) {
        case Match::string:
            return fmt::format(" (expect string '{}')", expect.pattern);
        case Match::binary:
            return fmt::format(" (expect binary '{}')", protocol::one_line(expect.pattern));
        case Match::binary_regex:
            return " (expect binary regex)";
        default:
            return " (expect regex)";
    }
}

}  // namespace

Judgement judge(const Script& script, const Step& step, const Heard& heard) {
    if (step.kind == Step::Kind::protocol) return judge_protocol(step, heard);
    return script.flavour == Script::Flavour::http ? judge_http(script, step, heard)
                                                   : judge_bytes(step, heard);
}

std::string place_of(const Step& step) {
    if (step.number == 0) return " at initial connection step of tcp-check";
    std::string text = fmt::format(" at step {} of tcp-check", step.number);
    if (step.kind == Step::Kind::connect)
        text += step.connect.port ? fmt::format(" (connect port {})", *step.connect.port) : " (connect)";
    if (step.kind == Step::Kind::send) text += " (send)";
    if (step.kind == Step::Kind::expect) text += expectation_of(step.expect);
    if (!step.comment.empty()) text += fmt::format(" comment: '{}'", step.comment);
    return text;
}

}  // namespace spliced::check
