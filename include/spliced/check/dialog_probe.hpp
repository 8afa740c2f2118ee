// A dialog over real connections, one after another.
#pragma once

#include <string>

#include "spliced/check/dialog.hpp"
#include "spliced/check/probe.hpp"
#include "spliced/event/io_event.hpp"
#include "spliced/os/socket.hpp"

namespace spliced::check {

class DialogProbe final : public Probe {
  public:
    /// `to` answers where the server is asked, at each attempt anew: it may be moved meanwhile.
    struct Setting {
        const balance::Server& server;
        os::Address (*to)(const balance::Server& server);
        std::shared_ptr<const Script> script;
    };

    DialogProbe(event::Loop& loop, ProbeOwner& owner, Setting setting)
        : loop_(loop),
          owner_(owner),
          server_(setting.server),
          to_(setting.to),
          dialog_(std::move(setting.script)) {}

    void begin() override;
    balance::CheckResult time_out() override;
    void stop() override;

    event::Verdict on_writable();
    event::Verdict on_readable();
    void dispose() {}

  private:
    void follow(Dialog::Need need);
    Dialog::Need connect();
    Dialog::Need on_attempt(os::Attempt attempt);
    Dialog::Need on_connection();
    Dialog::Need send();
    Dialog::Need receive();
    Dialog::Need lost(int error);
    os::Address target() const;

    event::Loop& loop_;
    ProbeOwner& owner_;
    const balance::Server& server_;
    os::Address (*to_)(const balance::Server& server);
    Dialog dialog_;
    bool connecting_ = false;
    bool announced_ = false;  ///< the connection under way begins with a PROXY header
    std::string unsent_;
    UniqueFd socket_;
    std::uint16_t port_ = 0;  ///< of the server's `source` range, while the socket has it
    event::IoEvent writable_;
    event::IoEvent readable_;
};

}  // namespace spliced::check
