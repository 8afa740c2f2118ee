// The status page and what monitoring reads, over HTTP.
#pragma once

#include <vector>

#include "spliced/control/admin.hpp"
#include "spliced/control/handover.hpp"
#include "spliced/control/history.hpp"
#include "spliced/control/http_server.hpp"
#include "spliced/control/page_sockets.hpp"

namespace spliced::control {

/// Read only: nothing that a client sends changes anything.
class StatusServer final : private HttpSite {
  public:
    explicit StatusServer(const Admin& admin);

    /// Takes what is to be listened on; without any there is nothing to do. False where the loop cannot watch
    /// them.
    bool start(PageSockets sockets);
    /// For a process that stops, or that a successor replaces.
    void stop_accepting() { http_.stop_accepting(); }
    /// Its sockets, for a successor.
    std::vector<Listening> listening() const;

    event::Verdict on_sample();
    void dispose() {}

  private:
    HttpAnswer answer(std::string_view uri) override;
    std::size_t connection_limit() const override { return admin_.engine.config().page.maxconn; }
    HttpAnswer page() const;
    HttpAnswer metrics() const;
    HttpAnswer health() const;

    const Admin& admin_;
    History history_;
    event::Timer sample_;
    std::vector<os::InheritedSockets::Label> labels_;  ///< of the listeners, as the server holds them
    HttpServer http_;
};

}  // namespace spliced::control
