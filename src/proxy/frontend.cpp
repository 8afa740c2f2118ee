#include "spliced/proxy/frontend.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>

namespace spliced::proxy {
BoundListener::BoundListener(Frontend& frontend, const config::Bind& settings, UniqueFd socket,
                             event::Listener::Settings how)
    : frontend_(frontend), settings_(&settings), listener_(std::move(socket), *this, how) {
    gate_.limit = settings.maxconn;
    set_bandwidth();
}

void BoundListener::set_bandwidth() {
    if (!bandwidth_ && !ListenerBandwidth::is_wanted(*settings_)) return;
    if (!bandwidth_) bandwidth_ = std::make_unique<ListenerBandwidth>();
    bandwidth_->adopt(*settings_);
}

std::string BoundListener::label() const {
    return settings_->name.empty() ? fmt::format("sock-{}", settings_->id) : settings_->name;
}

void BoundListener::adopt(const config::Bind& settings, event::Listener::Settings how) {
    settings_ = &settings;
    gate_.limit = settings.maxconn;
    set_bandwidth();
    listener_.set_settings(how);
    update();
}

bool BoundListener::start() {
    return listener_.start(frontend_.shared().loop);
}

void BoundListener::update() {
    const Shared& shared = frontend_.shared();
    bool full = gate_.full() || frontend_.sessions.full() || frontend_.pace.is_closed() ||
                shared.connections.full() || shared.connection_pace.is_closed() ||
                shared.session_pace.is_closed();
    if (full == paused_) return;
    paused_ = full;
    if (full)
        listener_.pause();
    else
        listener_.resume();
}

void BoundListener::enter() {
    gate_.enter();
    frontend_.enter();
    if (gate_.full()) update();
}

void BoundListener::leave() {
    bool was_full = gate_.full();
    gate_.leave();
    frontend_.leave();
    if (was_full) update();
}

void BoundListener::on_accept(event::Listener&, os::Accepted accepted) {
    frontend_.count_connection();
    Welcome client = welcome(accepted);
    if (!client.granted) return;
    if (frontend_.table().open(*this, std::move(accepted), client.header, std::move(client.tracked))) return;
    unsigned held_back = 0;
    Shared& shared = frontend_.shared();
    ++shared.session_shortages;
    if (shared.session_shortage.allow(shared.loop.now(), held_back))
        log::say(Level::err, fmt::format("Proxy {}: no memory for a session, a client was turned away "
                                         "({} more messages held back).",
                                         frontend_.name(), held_back));
}

void BoundListener::on_accept_shortage(event::Listener&, int error) {
    unsigned held_back = 0;
    Shared& shared = frontend_.shared();
    ++shared.accept_shortages;
    if (!shared.accept_shortage.allow(shared.loop.now(), held_back)) return;
    log::say(Level::warning, fmt::format("Proxy {}/{} cannot accept: {}; clients wait, next try in 100 ms "
                                         "({} more messages held back).",
                                         frontend_.name(), label(), std::strerror(error), held_back));
}

Frontend::Frontend(Setting setting, Shared& shared, SessionTable& table, RoomObserver& observer)
    : pace(shared.loop, rate),
      terms_(std::make_unique<Terms>(std::move(setting.config), setting.settings, setting.backend,
                                     setting.ruled)),
      sinks_(std::move(setting.sinks)),
      shared_(shared),
      table_(table),
      observer_(observer) {
    sessions.limit = settings().maxconn;
    pace.observe(*this);
    pace.set_limit(settings().session_rate);
}

std::unique_ptr<Terms> Frontend::adopt(Setting setting) {
    // What was set at run time stays where the file says the same as before.
    if (setting.settings.maxconn != settings().maxconn) sessions.limit = setting.settings.maxconn;
    pace.set_limit(setting.settings.session_rate);
    sinks_ = std::move(setting.sinks);
    if (state_ == State::stopped) state_ = State::open;
    return std::exchange(terms_, std::make_unique<Terms>(std::move(setting.config), setting.settings,
                                                         setting.backend, setting.ruled));
}

bool Frontend::start() {
    for (auto& listener : listeners_)
        if (!listener->start()) return false;
    return true;
}

void Frontend::stop_accepting(event::Listener::Waiting waiting) {
    for (auto& listener : listeners_) listener->close(waiting);
}

void Frontend::update_listeners() {
    for (auto& listener : listeners_) listener->update();
}

void Frontend::disable() {
    if (state_ != State::open) return;
    state_ = State::disabled;
    for (auto& listener : listeners_) listener->stop_listening();
}

bool Frontend::enable() {
    if (state_ != State::disabled) return state_ == State::open;
    state_ = State::open;
    bool all = true;
    for (auto& listener : listeners_) all = listener->listen_again() && all;
    return all;
}

void Frontend::shut_down() {
    state_ = State::stopped;
    stop_accepting();
}

void BoundListener::clear_counters(bool all) {
    gate_.forget_peak();
    if (!all) return;
    gate_.forget_counters();
    bytes_in = bytes_out = admitted = 0;
    denials = {};
}

void Frontend::clear_counters(bool all) {
    for (auto& listener : listeners_) listener->clear_counters(all);
    sessions.forget_peak();
    rate.forget_peak();
    connection_rate.forget_peak();
    if (!all) return;
    sessions.forget_counters();
    bytes_in = bytes_out = admitted = refused_greetings = 0;
    denials = {};
}

void Frontend::set_limit(unsigned maxconn) {
    sessions.limit = maxconn;
    update_listeners();
}

void Frontend::enter() {
    sessions.enter();
    shared_.connections.enter();
    on_limits_moved(sessions.full(), shared_.connections.full());
}

void Frontend::count_connection() {
    TimePoint now = shared_.loop.now();
    connection_rate.count(now);
    shared_.rate.count(now);
    on_limits_moved(false, shared_.connection_pace.on_count(now));
}

void Frontend::count_session(BoundListener& listener) {
    ++admitted;
    ++listener.admitted;
    TimePoint now = shared_.loop.now();
    rate.count(now);
    shared_.session_rate.count(now);
    bool process_paced = shared_.session_pace.on_count(now);
    on_limits_moved(pace.on_count(now), process_paced);
}

void Frontend::leave() {
    bool was_full = sessions.full();
    bool process_was_full = shared_.connections.full();
    sessions.leave();
    shared_.connections.leave();
    on_limits_moved(was_full, process_was_full);
}

void Frontend::on_limits_moved(bool own_moved, bool process_moved) {
    if (process_moved)
        observer_.on_room_changed();
    else if (own_moved)
        update_listeners();
}

}  // namespace spliced::proxy
