#include "spliced/resolve/resolver.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spliced::resolve {
namespace {

bool same_channel(const Channel::Settings& a, const Channel::Settings& b) {
    return a.server.name == b.server.name && a.server.address == b.server.address &&
           a.server.tcp == b.server.tcp && a.patience == b.patience && a.payload == b.payload;
}

}  // namespace

Resolver::Resolver(event::Loop& loop, const config::Resolvers& settings, NameObserver& observer)
    : loop_(loop), settings_(settings), observer_(observer), random_(std::random_device{}()) {
    due_.bind<&Resolver::on_due>(loop, *this);
    open_channels();
}

void Resolver::adopt(const config::Resolvers& settings) {
    settings_ = settings;
    open_channels();
    arm();
}

// An attempt that is under way waits for as many answers as there were name servers; those that are gone are
// silent, and the next attempt asks the new ones.
void Resolver::open_channels() {
    auto old = std::exchange(channels_, {});
    for (const config::NameServer& server : settings_.servers) {
        Channel::Settings wanted{server, settings_.timeout_retry, settings_.payload};
        auto same = std::find_if(old.begin(), old.end(), [&](const auto& each) {
            return each && same_channel(each->settings(), wanted);
        });
        AnswerSink& sink = *this;
        channels_.push_back(same == old.end() ? std::make_unique<Channel>(loop_, std::move(wanted), sink)
                                              : std::move(*same));
    }
}

NameWatch::Rules Resolver::rules() const {
    NameWatch::Rules rules;
    rules.servers = static_cast<unsigned>(settings_.servers.size());
    rules.retries = settings_.retries;
    rules.resolve = settings_.timeout_resolve;
    rules.retry = settings_.timeout_retry;
    rules.valid = settings_.hold_valid;
    rules.obsolete = settings_.hold_obsolete;
    rules.nx = settings_.hold_nx;
    rules.timeout = settings_.hold_timeout;
    rules.refused = settings_.hold_refused;
    rules.other = settings_.hold_other;
    return rules;
}

NameWatch::Moment Resolver::moment() {
    std::uniform_real_distribution<double> chance(0.0, 1.0);
    return {loop_.now(), chance(random_)};
}

NameWatch& Resolver::watch(const Key& key) {
    auto& watched = watches_[key];
    if (!watched) {
        watched = std::make_unique<Watched>(key, ++last_number_);
        arm();
    }
    watched->wanted = true;
    return watched->watch;
}

const NameWatch* Resolver::find(const Key& key) const {
    auto found = watches_.find(key);
    return found == watches_.end() ? nullptr : &found->second->watch;
}

void Resolver::begin_sweep() {
    for (auto& [key, watched] : watches_) watched->wanted = false;
}

void Resolver::end_sweep() {
    std::erase_if(watches_, [](const auto& each) { return !each.second->wanted; });
}

void Resolver::stop() {
    stopped_ = true;
    due_.disarm();
    channels_.clear();
}

std::size_t Resolver::known_names() const {
    return static_cast<std::size_t>(std::count_if(
        watches_.begin(), watches_.end(), [](const auto& each) { return each.second->watch.is_known(); }));
}

std::size_t Resolver::stale_names() const {
    return static_cast<std::size_t>(std::count_if(
        watches_.begin(), watches_.end(), [](const auto& each) { return each.second->watch.is_stale(); }));
}

void Resolver::arm() {
    if (stopped_) return due_.disarm();
    TimePoint next = never;
    for (const auto& [key, watched] : watches_) next = std::min(next, watched->watch.due());
    due_.arm(loop_.now(), next);
}

event::Verdict Resolver::on_due() {
    // By keys: what the observer does may end watches, and begin others, which are due the next time.
    std::vector<Key> due;
    for (const auto& [key, watched] : watches_)
        if (watched->watch.due() <= loop_.now()) due.push_back(key);
    for (const Key& key : due) {
        auto found = watches_.find(key);
        if (found == watches_.end()) continue;
        Watched& watched = *found->second;
        NameWatch::Step step = watched.watch.step(moment(), rules());
        if (step.ask) ask(watched, *step.ask);
        if (step.stale) observer_.on_stale(watched.watch, settings_.name);
        if (step.changed) observer_.on_records(watched.watch, "DNS cache");
    }
    arm();
    return event::Verdict::keep;
}

void Resolver::dispose() {
    constexpr seconds moment{1};
    if (!stopped_) due_.arm(loop_.now(), loop_.now() + moment);
}

void Resolver::ask(const Watched& watched, Kind kind) {
    Ticket ticket{watched.number, watched.watch.attempt()};
    std::string name = watched.watch.name();
    for (auto& channel : channels_) channel->ask(name, kind, ticket);
}

void Resolver::on_answer(Channel& channel, Ticket ticket, const Answer& answer) {
    auto found = std::find_if(watches_.begin(), watches_.end(),
                              [&](const auto& each) { return each.second->number == ticket.watch; });
    if (found == watches_.end()) return;
    NameWatch& watch = found->second->watch;
    bool settled = watch.on_answer(ticket.attempt, answer, moment(), rules());
    if (!settled && answer.failure == Failure::none) ++channel.counters.outdated;
    if (settled) {
        auto by_whom = fmt::format("{}/{}", settings_.name, channel.settings().server.name);
        if (observer_.on_records(watch, by_whom)) ++channel.counters.updates;
    }
    arm();
}

}  // namespace spliced::resolve
