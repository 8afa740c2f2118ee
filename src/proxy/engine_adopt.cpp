// How an engine takes another configuration in the running process: a part of engine.hpp.
//
// What has the same name goes on with all that it knows; what is new is made; what is gone, and the terms
// that running sessions live under, are retired (retired.hpp). Nothing here can fail.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "spliced/config/bind_key.hpp"
#include "spliced/os/inherited_sockets.hpp"
#include "spliced/proxy/engine.hpp"

namespace spliced::proxy {
namespace {

// The one of that name, taken out of the list; null where there is none.
template <typename T>
std::unique_ptr<T> take_named(std::vector<std::unique_ptr<T>>& list, std::string_view name) {
    auto found = std::ranges::find_if(list, [&](const auto& each) { return each && each->name() == name; });
    return found == list.end() ? nullptr : std::move(*found);
}

std::set<std::string> wanted_keys(const config::Config& config) {
    std::set<std::string> keys;
    for (const config::Frontend& frontend : config.frontends)
        for (const config::Bind& bind : frontend.binds) keys.insert(config::bind_key(bind));
    return keys;
}

}  // namespace

void Engine::adopt(std::shared_ptr<const config::Config> config, const Capacity& capacity, ProxySinks sinks,
                   BoundSockets sockets) {
    close_unwanted_listeners(*config);
    auto before = std::exchange(config_, std::move(config));
    shared_.stick_tables.adopt(*config_);
    adopt_backends(std::move(sinks.backends), before);
    if (!is_stopping_) discovery_.adopt(config_->resolvers);
    adopt_frontends(std::move(sinks.frontends), std::move(sockets), before);
    adopt_global(before->global, capacity);
    set_fullconns();
    retired_.reap();
    on_room_changed();
}

void Engine::adopt_backends(std::vector<LogSinks> sinks, const Retired::Whole& before) {
    auto old = std::exchange(backends_, {});
    unsigned spread = config_->global.spread_checks;
    for (std::size_t i = 0; i < config_->backends.size(); ++i) {
        const config::Backend& settings = config_->backends[i];
        auto backend = take_named(old, settings.name);
        if (backend) {
            retired_.add(backend->adopt(settings, std::move(sinks[i]), spread), before);
        } else {
            backend = std::make_unique<Backend>(settings, shared_, std::move(sinks[i]));
            backend->start_checks({Duration::zero(), first_check_step, spread});
        }
        backends_.push_back(std::move(backend));
    }
    std::erase(old, nullptr);
    for (auto& backend : old) retired_.add(std::move(backend), before);
    link_servers();
}

void Engine::adopt_frontends(std::vector<LogSinks> sinks, BoundSockets sockets,
                             const Retired::Whole& before) {
    auto old = std::exchange(frontends_, {});
    HeldListeners held = take_listeners(old, before);
    for (std::size_t i = 0; i < config_->frontends.size(); ++i) {
        auto frontend = take_named(old, config_->frontends[i].name);
        auto setting = setting_of(i, std::move(sinks[i]));
        if (frontend) {
            retired_.add(frontend->adopt(std::move(setting)), *this);
        } else {
            RoomObserver& observer = *this;
            frontend = std::make_unique<Frontend>(std::move(setting), shared_, sessions_, observer);
            log::say_to(frontend->sinks(), Level::notice, fmt::format("Proxy {} started.", frontend->name()));
        }
        adopt_listeners(*frontend, std::move(sockets.by_frontend[i]), held, before);
        frontends_.push_back(std::move(frontend));
    }
    std::erase(old, nullptr);
    for (auto& frontend : old) {
        log_stopped(*frontend);
        retired_.add(std::move(frontend), *this);
    }
}

// While all is as it was: clients in their backlog are taken first, as far as the limits allow, and come
// under the terms of before.
void Engine::close_unwanted_listeners(const config::Config& wanted) {
    auto keys = wanted_keys(wanted);
    for (auto& frontend : frontends_)
        for (const auto& listener : frontend->listeners())
            if (!keys.contains(config::bind_key(listener->settings()))) listener->close();
}

Engine::HeldListeners Engine::take_listeners(std::vector<std::unique_ptr<Frontend>>& frontends,
                                             const Retired::Whole& before) {
    HeldListeners held;
    for (auto& frontend : frontends) {
        for (auto& listener : frontend->take_listeners()) {
            std::string key = config::bind_key(listener->settings());
            if (listener->fd() < 0)
                retired_.add(std::move(listener), before);
            else
                held.emplace(std::move(key), std::move(listener));
        }
    }
    return held;
}

void Engine::adopt_listeners(Frontend& frontend, std::vector<UniqueFd> sockets, HeldListeners& held,
                             const Retired::Whole& before) {
    const config::Frontend& settings = frontend.settings();
    event::Listener::Settings how = accept_settings(settings);
    Frontend::Listeners listeners;
    for (std::size_t i = 0; i < settings.binds.size(); ++i) {
        const config::Bind& bind = settings.binds[i];
        auto kept = held.extract(config::bind_key(bind));
        if (kept && &kept.mapped()->frontend() == &frontend) {
            const config::Bind& old = kept.mapped()->settings();
            kept.mapped()->adopt(bind, how);
            retune(*kept.mapped(), old);
            listeners.push_back(std::move(kept.mapped()));
            continue;
        }
        // The socket of another frontend moves as it is, with those who wait in its backlog.
        UniqueFd socket = kept ? kept.mapped()->release() : std::move(sockets[i]);
        bool was_deaf = kept && kept.mapped()->frontend().state() == Frontend::State::disabled;
        if (was_deaf && !os::listen_again(socket.get()))
            log::say(Level::err, fmt::format("{}:{}: {} is taken by another process meanwhile",
                                             bind.where.file, bind.where.line, config::bind_key(bind)));
        listeners.push_back(std::make_unique<BoundListener>(frontend, bind, std::move(socket), how));
        if (kept) {
            retune(*listeners.back(), kept.mapped()->settings());
            retired_.add(std::move(kept.mapped()), before);
        }
        listeners.back()->start();
        if (frontend.state() == Frontend::State::disabled) listeners.back()->stop_listening();
    }
    frontend.set_listeners(std::move(listeners));
}

void Engine::retune(const BoundListener& listener, const config::Bind& before) const {
    const config::Bind& now = listener.settings();
    const config::UnixRights& rights = now.rights;
    bool same = before.backlog == now.backlog && before.defer_accept == now.defer_accept &&
                before.fast_open == now.fast_open && before.mss == now.mss &&
                before.user_timeout == now.user_timeout && before.keepalive == now.keepalive &&
                before.reset_on_close == now.reset_on_close && before.rights.mode == rights.mode &&
                before.rights.user == rights.user && before.rights.group == rights.group;
    auto wanted = listen_options(listener.frontend().settings(), now, capacity_.maxconn);
    if (now.inherited_fd) return os::retune_inherited(listener.fd(), wanted);
    if (same || listener.frontend().state() == Frontend::State::disabled) return;
    auto tuned = os::retune_listener(listener.fd(), wanted);
    if (!tuned)
        log::say(Level::warning, fmt::format("{}:{}: {}; it goes on as it was", now.where.file,
                                             now.where.line, tuned.error().message));
}

void Engine::adopt_global(const config::Global& before, const Capacity& capacity) {
    const config::Global& now = config_->global;
    // What was set at run time stays where the file says the same as before.
    bool set_at_run_time = shared_.connections.limit != capacity_.maxconn;
    if (!set_at_run_time || before.maxconn != now.maxconn) shared_.connections.limit = capacity.maxconn;
    if (before.connection_rate != now.connection_rate) shared_.connection_pace.set_limit(now.connection_rate);
    if (before.session_rate != now.session_rate) shared_.session_pace.set_limit(now.session_rate);
    capacity_ = capacity;
    shared_.resources.pipes.set_settings(pipe_settings(*config_, capacity));
    if (before.pipesize != now.pipesize) warn_of_small_pipes();
}

const config::Bind* Engine::held(const std::string& key) const {
    for (const auto& frontend : frontends_)
        for (const auto& listener : frontend->listeners())
            if (listener->fd() >= 0 && config::bind_key(listener->settings()) == key)
                return &listener->settings();
    return nullptr;
}

std::size_t Engine::end_retired_sessions(TimePoint until) {
    auto is_due = [&](std::optional<TimePoint> retired) { return retired && *retired <= until; };
    return sessions_.kill_where([&](const Session& session) {
        const Frontend& frontend = session.listener().frontend();
        if (frontend.state() == Frontend::State::retired && is_due(frontend.retired_at())) return true;
        if (session.backend() && is_due(session.backend()->retired_at())) return true;
        return session.server() && is_due(session.server()->retired_at());
    });
}

event::Verdict Engine::on_reap() {
    retired_.reap();
    return event::Verdict::keep;
}

}  // namespace spliced::proxy
