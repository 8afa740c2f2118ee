// Scripts from the rules of the configuration: a part of script.hpp.
#include "spliced/check/script_rules.hpp"

#include <algorithm>

#include "spliced/protocol/http_answer.hpp"

namespace spliced::check {
namespace {

using config::CheckRule;

/// A comment that stands alone belongs to the rules of one kind that follow it, as far as they have none.
class Comments {
  public:
    void note(const CheckRule& rule) {
        bool is_comment = std::holds_alternative<config::CheckComment>(rule.what);
        if (rule.what.index() != last_ && last_ != comment_index) current_.clear();
        last_ = rule.what.index();
        if (is_comment) current_ = rule.comment;
    }
    std::string of(const CheckRule& rule) const { return rule.comment.empty() ? current_ : rule.comment; }

  private:
    static constexpr std::size_t comment_index = 0;
    std::size_t last_ = comment_index;
    std::string current_;
};

void put(Step& step, const config::CheckConnect& connect) {
    step.kind = Step::Kind::connect;
    step.connect = connect;
}
void put(Step& step, const config::CheckSend& send) {
    step.kind = Step::Kind::send;
    step.bytes = send.bytes;
}
void put(Step& step, const config::CheckExpect& expect) {
    step.kind = Step::Kind::expect;
    step.expect = expect;
}
void put(Step&, const config::CheckComment&) {}
void put(Step& step, const config::HttpSend& send) {
    step.kind = Step::Kind::send;
    step.bytes = request_text(send, {});
}

std::vector<Step> plain_steps_of(const std::vector<CheckRule>& rules) {
    std::vector<Step> steps;
    Comments comments;
    unsigned number = 0;
    for (const CheckRule& rule : rules) {
        ++number;
        comments.note(rule);
        if (std::holds_alternative<config::CheckComment>(rule.what)) continue;
        Step& step = steps.emplace_back();
        step.number = number;
        step.comment = comments.of(rule);
        std::visit([&](const auto& what) { put(step, what); }, rule.what);
    }
    return steps;
}

void begin_with_connect(std::vector<Step>& steps) {
    if (!steps.empty() && steps.front().kind == Step::Kind::connect) return;
    steps.insert(steps.begin(), Step())->connect.defaults = true;
}

/// The first request, to which `option httpchk` and the first `send` each give a part.
const config::HttpSend* first_send(const std::vector<CheckRule>& rules) {
    for (const CheckRule& rule : rules) {
        if (const auto* send = std::get_if<config::HttpSend>(&rule.what)) return send;
        if (std::holds_alternative<config::CheckExpect>(rule.what)) return nullptr;
    }
    return nullptr;
}

}  // namespace

std::string request_text(const config::HttpSend& send, const config::HttpSend& base) {
    protocol::HttpRequest request;
    auto choose = [](std::string& field, const std::optional<std::string>& a,
                     const std::optional<std::string>& b) {
        if (a || b) field = a ? *a : *b;
    };
    choose(request.method, send.method, base.method);
    choose(request.uri, send.uri, base.uri);
    choose(request.version, send.version, base.version);
    request.headers = base.headers;
    request.headers.insert(request.headers.end(), send.headers.begin(), send.headers.end());
    request.body = send.body;
    return protocol::text_of(request);
}

std::vector<Step> steps_of(const std::vector<CheckRule>& rules) {
    std::vector<Step> steps = plain_steps_of(rules);
    begin_with_connect(steps);
    return steps;
}

std::vector<Step> http_steps_of(const config::HealthCheck& check) {
    std::vector<Step> steps = plain_steps_of(check.http_rules);
    begin_with_connect(steps);
    const config::HttpSend* explicit_send = first_send(check.http_rules);
    auto first =
        std::find_if(steps.begin(), steps.end(), [](const Step& s) { return s.kind != Step::Kind::connect; });
    if (!explicit_send) {
        first = steps.insert(first, Step());
        first->kind = Step::Kind::send;
    }
    first->bytes = request_text(explicit_send ? *explicit_send : config::HttpSend(), check.request);
    if (steps.back().kind == Step::Kind::send) {
        Step& last = steps.emplace_back();
        last.kind = Step::Kind::expect;
        last.expect.match = config::CheckExpect::Match::status;
        last.expect.codes = {{200, 399}};
    }
    return steps;
}

}  // namespace spliced::check
