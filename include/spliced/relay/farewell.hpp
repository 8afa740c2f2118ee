// The last words to a client for whom no server can be reached: a page sent verbatim, then FIN, then what the
// client still says is read and thrown away. Closing with unread bytes would send RST, and RST makes the
// client lose the page (RFC 9112 section 9.6 tells of it for HTTP; it is TCP's doing).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace spliced::relay {

class Farewell {
  public:
    enum class Progress {
        waiting,   ///< for readiness
        again,     ///< this turn's share is used up
        finished,  ///< the client has closed, or is lost
    };

    /// `page` may be null: then FIN comes at once.
    explicit Farewell(std::shared_ptr<const std::string> page) : page_(std::move(page)) {}

    Progress run(int client, std::span<char> scratch);

    std::uint64_t bytes_sent() const { return sent_; }
    std::uint64_t bytes_received() const { return received_; }

  private:
    bool say(int client);
    Progress listen(int client, std::span<char> scratch);

    std::shared_ptr<const std::string> page_;
    std::size_t sent_ = 0;
    std::uint64_t received_ = 0;
    bool fin_sent_ = false;
};

}  // namespace spliced::relay
