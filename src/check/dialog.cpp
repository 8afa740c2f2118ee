#include "spliced/check/dialog.hpp"

#include <fmt/format.h>

#include "spliced/check/expectation.hpp"

namespace spliced::check {
namespace {

bool awaits(const Step& step) {
    return step.kind == Step::Kind::expect || step.kind == Step::Kind::protocol;
}

}  // namespace

Dialog::Need Dialog::start(bool server_is_up) {
    at_ = 0;
    received_.clear();
    closed_ = said_something_ = false;
    server_is_up_ = server_is_up;
    last_ = result_ = {};
    last_.status = Status::layer7_passed;
    if (script_->flavour == Script::Flavour::rules) last_.info = "(tcp-check)";
    return need();
}

Dialog::Need Dialog::need() const {
    switch (step().kind) {
        case Step::Kind::connect:
            return Need::connect;
        case Step::Kind::send:
            return Need::send;
        default:
            return Need::receive;
    }
}

/// To the next step; an expectation is met at once by what was received before, unless something was said
/// since.
Dialog::Need Dialog::advance() {
    if (++at_ == script_->steps.size())
        return finish(said_something_ ? last_.status : Status::passed, last_.code, last_.info);
    if (step().kind == Step::Kind::connect) closed_ = false;
    if (awaits(step())) {
        bool first_after_another = awaits(script_->steps[at_ - 1]);
        said_something_ = true;
        return first_after_another || closed_ ? listen() : Need::receive;
    }
    said_something_ = said_something_ || step().kind == Step::Kind::send;
    received_.clear();
    return need();
}

Dialog::Need Dialog::listen() {
    Heard heard{received_, closed_ || room() == 0, server_is_up_};
    for (;;) {
        Judgement judgement = judge(*script_, step(), heard);
        if (judgement.kind == Judgement::Kind::wait) {
            // More bytes are judged by all expectations in a row again, as HAProxy does.
            while (at_ > 0 && awaits(script_->steps[at_ - 1])) --at_;
            return Need::receive;
        }
        if (judgement.kind == Judgement::Kind::failed)
            return finish(judgement.status, judgement.code, with_comment(std::move(judgement.info)));
        last_.status = judgement.status;
        last_.code = judgement.code;
        last_.info = std::move(judgement.info);
        if (at_ + 1 == script_->steps.size() || !awaits(script_->steps[at_ + 1])) return advance();
        ++at_;
    }
}

Dialog::Need Dialog::on_received(std::string_view bytes) {
    received_.append(bytes.substr(0, room()));
    return listen();
}

Dialog::Need Dialog::on_closed() {
    closed_ = true;
    return listen();
}

Dialog::Need Dialog::on_lost(Status status, std::string_view reason) {
    if (awaits(step()) && !received_.empty()) return on_closed();
    return finish(status, 0, with_place(reason));
}

Dialog::Need Dialog::on_timeout() {
    Status status = Status::layer7_timed_out;
    if (step().kind == Step::Kind::connect) status = Status::timed_out;
    if (step().kind == Step::Kind::protocol) status = step().protocol.timeout;
    if (step().kind == Step::Kind::expect) status = step().expect.on_timeout.value_or(status);
    return finish(status, 0, with_place({}));
}

Dialog::Need Dialog::finish(Status status, unsigned code, std::string info) {
    result_.status = status;
    result_.code = code;
    result_.info = std::move(info);
    return Need::over;
}

std::string Dialog::with_comment(std::string info) const {
    if (!step().comment.empty())
        info += fmt::format("{}comment: {}", info.empty() ? "" : " ", step().comment);
    return info;
}

/// Only a dialog that an administrator wrote has steps that mean something to them.
std::string Dialog::with_place(std::string_view reason) const {
    std::string text(reason);
    if (script_->flavour == Script::Flavour::rules) text += place_of(step());
    return text;
}

}  // namespace spliced::check
