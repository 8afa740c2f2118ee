// One [resolvers] section at work: its name servers, and the names that are followed through them.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spliced/resolve/channel.hpp"
#include "spliced/resolve/name_watch.hpp"

namespace spliced::resolve {

/// Who wants to know of names.
class NameObserver {
  public:
    /// A good set has come, or what was obsolete is left. Returns whether anything was moved by it.
    virtual bool on_records(const NameWatch& watch, const std::string& by_whom) = 0;
    /// The name has been failing for longer than its `hold`; what was known is kept.
    virtual void on_stale(const NameWatch& watch, const std::string& section) = 0;

  protected:
    ~NameObserver() = default;
};

class Resolver final : private AnswerSink {
  public:
    Resolver(event::Loop& loop, const config::Resolvers& settings, NameObserver& observer);
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// Other terms. What is known of names stays, and so do the channels of name servers that stay.
    void adopt(const config::Resolvers& settings);

    /// The watch of a name, made and begun where there is none yet.
    using Key = std::pair<std::string, std::vector<Kind>>;
    NameWatch& watch(const Key& key);
    const NameWatch* find(const Key& key) const;
    /// Names that nobody has asked for by watch() since are followed no more.
    void begin_sweep();
    void end_sweep();
    /// For good: the process is stopping.
    void stop();

    const std::string& name() const { return settings_.name; }
    const std::vector<std::unique_ptr<Channel>>& channels() const { return channels_; }
    std::size_t names() const { return watches_.size(); }
    /// Of names(): known, and failing for long.
    std::size_t known_names() const;
    std::size_t stale_names() const;

    event::Verdict on_due();
    /// For want of memory: looks again in a moment.
    void dispose();

  private:
    struct Watched {
        explicit Watched(const Key& key, std::uint64_t the_number)
            : watch(key.first, key.second), number(the_number) {}
        NameWatch watch;
        std::uint64_t number;  ///< in tickets; never used twice
        bool wanted = true;
    };

    void on_answer(Channel& channel, Ticket ticket, const Answer& answer) override;
    void open_channels();
    void ask(const Watched& watched, Kind kind);
    NameWatch::Rules rules() const;
    NameWatch::Moment moment();
    void arm();

    event::Loop& loop_;
    config::Resolvers settings_;
    NameObserver& observer_;
    std::minstd_rand random_;
    std::map<Key, std::unique_ptr<Watched>> watches_;
    std::uint64_t last_number_ = 0;
    bool stopped_ = false;
    std::vector<std::unique_ptr<Channel>> channels_;
    event::Timer due_;
};

}  // namespace spliced::resolve
