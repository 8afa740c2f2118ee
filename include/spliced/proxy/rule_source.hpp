// What the rules of the configuration learn of a client and of the proxy (rules/source.hpp).
#pragma once

#include <cstddef>
#include <string_view>

#include "spliced/os/socket.hpp"
#include "spliced/protocol/client_hello.hpp"
#include "spliced/rules/source.hpp"

namespace spliced::proxy {

class Backend;
class BoundListener;
class Frontend;
class Session;
struct Shared;

/// Lives while rules are looked at, once. The client's bytes are looked at where a rule asks for them, in the
/// shared buffer, which nobody else uses meanwhile.
class RuleSource final : public rules::Source {
  public:
    /// A client that was just accepted and has no session yet.
    RuleSource(const BoundListener& listener, const os::Accepted& accepted);
    explicit RuleSource(const Session& session);

    rules::Answer get(const rules::Call& call, rules::Sample& sample) override;

    /// So much has come that waiting for more makes no sense.
    bool is_full() const;

  private:
    os::Address source() const;
    os::Address destination() const;
    os::Address peer() const;
    rules::Answer get_of_client(rules::FetchId id, rules::Sample& sample);
    rules::Answer get_of_frontend(const rules::Call& call, rules::Sample& sample) const;
    rules::Answer get_of_backend(const rules::Call& call, rules::Sample& sample) const;
    rules::Answer get_of_server(const rules::Call& call, rules::Sample& sample) const;
    rules::Answer get_of_content(const rules::Call& call, rules::Sample& sample);
    rules::Answer get_of_hello(rules::FetchId id, rules::Sample& sample);
    rules::Answer get_payload(const rules::Call& call, rules::Sample& sample) const;
    void look();

    const BoundListener& listener_;
    Shared& shared_;
    const Session* session_ = nullptr;
    const os::Accepted* accepted_ = nullptr;
    int socket_;
    bool has_looked_ = false;
    bool has_read_hello_ = false;
    std::string_view bytes_;
    protocol::ClientHello hello_;
};

}  // namespace spliced::proxy
