// The status page and what monitoring reads, over HTTP.
#pragma once

#include <vector>

#include "spliced/control/admin.hpp"
#include "spliced/control/history.hpp"
#include "spliced/control/http_server.hpp"

namespace spliced::control {

/// As Config::page.binds; every one that failed is in `errors`, with its file and line.
struct PageSockets {
    std::vector<UniqueFd> listening;
    std::vector<Error> errors;
};

/// Before privileges are dropped.
PageSockets bind_page_sockets(const config::Config& config);

/// Read only: nothing that a client sends changes anything.
class StatusServer final : private HttpSite {
  public:
    explicit StatusServer(const Admin& admin);

    /// Takes what is to be listened on; without any there is nothing to do. False where the loop cannot watch
    /// them.
    bool start(PageSockets sockets);
    /// The port is a successor's.
    void stop_accepting() { http_.stop_accepting(); }

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
    HttpServer http_;
};

}  // namespace spliced::control
