// One check as a dialog: a script and where it stands. A state machine without sockets: it says what is to be
// done next, and is told what came of it.
//
//   start() -> connect -> on_connected() -> send -> on_sent() -> receive -> on_received(), on_closed() -> ...
//                                                             any -> over: result()
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "spliced/check/script.hpp"

namespace spliced::check {

class Dialog {
  public:
    /// What is to be done next.
    enum class Need { connect, send, receive, over };

    explicit Dialog(std::shared_ptr<const Script> script) : script_(std::move(script)) {}

    Need start(bool server_is_up);
    Need on_connected() { return advance(); }
    Need on_sent() { return advance(); }
    Need on_received(std::string_view bytes);
    /// The server has ended its side.
    Need on_closed();
    /// The connection could not be made, or is lost; `status` where it could not be made.
    Need on_lost(Status status, std::string_view reason);
    Need on_timeout();

    /// Of Need::connect, and of Need::send.
    const config::CheckConnect& connect() const { return step().connect; }
    std::string_view to_send() const { return step().bytes; }
    /// On the connection that is to be made nothing will be said, and nothing awaited.
    bool is_wordless() const {
        return at_ + 1 == script_->steps.size() || script_->steps[at_ + 1].kind == Step::Kind::connect;
    }
    /// Room for what may still be received.
    std::size_t room() const { return most_received - received_.size(); }

    /// Its duration is not known here.
    const balance::CheckResult& result() const { return result_; }

  private:
    /// HAProxy's buffer (tune.bufsize): an answer that is longer is judged by its beginning.
    static constexpr std::size_t most_received = 16384;

    const Step& step() const { return script_->steps[at_]; }
    Need need() const;
    Need advance();
    Need listen();
    Need finish(Status status, unsigned code, std::string info);
    std::string with_comment(std::string info) const;
    std::string with_place(std::string_view reason) const;

    std::shared_ptr<const Script> script_;
    std::size_t at_ = 0;
    std::string received_;
    bool closed_ = false;
    bool server_is_up_ = true;
    bool said_something_ = false;
    balance::CheckResult last_;  ///< of the last expectation that was met
    balance::CheckResult result_;
};

}  // namespace spliced::check
