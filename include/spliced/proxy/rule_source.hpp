// What the rules of the configuration learn of a client and of the proxy (rules/source.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "spliced/config/config.hpp"
#include "spliced/os/socket.hpp"
#include "spliced/protocol/client_hello.hpp"
#include "spliced/proxy/tracked_entries.hpp"
#include "spliced/rules/rule.hpp"
#include "spliced/rules/source.hpp"

namespace spliced::proxy {

class BoundListener;
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
    rules::Answer look_up(const rules::Argument& table, rules::Counter counter, const rules::Sample& key,
                          rules::Sample& sample) override;

    /// Does what a rule says that decides nothing. False where that needs more of the client's bytes.
    bool perform(const rules::Action& action, rules::Moment moment);
    /// A rule wants a PROXY protocol header of this client.
    bool expects_header() const { return expects_header_; }
    /// The limits that rules put this session under; null where they say nothing of that direction.
    const config::BandwidthFilter* limit_in() const { return limits_[0]; }
    const config::BandwidthFilter* limit_out() const { return limits_[1]; }
    /// What rules have begun to track where nothing was tracked before; whoever asks keeps it.
    std::unique_ptr<TrackedEntries> take_tracked() { return std::move(fresh_); }

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

    // Stick tables: rule_source_tables.cpp
    rules::Answer get_of_table(const rules::Call& call, rules::Sample& sample);
    rules::Answer get_tracked(const rules::Call& call, rules::Sample& sample);
    rules::Answer look_up(stick::Table& table, rules::Counter counter, const rules::Sample& key,
                          rules::Sample& sample);
    bool perform_on_table(const rules::Action& action, rules::Moment moment);
    bool track(const rules::Action& action, rules::Moment moment);
    bool set_tag(const TrackedEntries::Place& place, const rules::Action& action, rules::Moment moment);
    StickTablePtr table_of(const rules::Argument& argument) const;
    TrackedEntries::Place tracked_at(std::size_t slot) const;
    TrackedEntries& tracked();

    const BoundListener& listener_;
    Shared& shared_;
    const Session* session_ = nullptr;
    const os::Accepted* accepted_ = nullptr;
    TrackedEntries* tracked_ = nullptr;      ///< the session's
    std::unique_ptr<TrackedEntries> fresh_;  ///< where it has none
    std::array<const config::BandwidthFilter*, 2> limits_{};
    bool expects_header_ = false;
    int socket_;
    bool has_looked_ = false;
    bool has_read_hello_ = false;
    std::string_view bytes_;
    protocol::ClientHello hello_;
};

}  // namespace spliced::proxy
