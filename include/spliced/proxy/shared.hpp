// What all sessions, frontends and backends of a process share.
#pragma once

#include <random>
#include <string>

#include "spliced/balance/server.hpp"
#include "spliced/base/keyed_hash.hpp"
#include "spliced/base/log.hpp"
#include "spliced/base/rate.hpp"
#include "spliced/event/loop.hpp"
#include "spliced/proxy/directory.hpp"
#include "spliced/proxy/gate.hpp"
#include "spliced/proxy/log_date.hpp"
#include "spliced/proxy/pace.hpp"
#include "spliced/proxy/stick_tables.hpp"
#include "spliced/relay/conduit.hpp"

namespace spliced::os {
class ProgramRunner;
}

namespace spliced::proxy {

class SessionTable;

/// Who passes the state of a server on to those that track it. Implemented by the engine.
class StateObserver {
  public:
    virtual void on_state_changed(const balance::Server& server) = 0;

  protected:
    ~StateObserver() = default;
};

struct Shared {
    Shared(event::Loop& the_loop, relay::PipePool::Settings pipes)
        : loop(the_loop),
          resources(the_loop, pipes),
          stick_tables(the_loop),
          connection_pace(the_loop, rate),
          session_pace(the_loop, session_rate) {}

    event::Loop& loop;
    SessionTable* sessions = nullptr;       ///< all of the process
    StateObserver* observer = nullptr;      ///< of the states of servers
    os::ProgramRunner* programs = nullptr;  ///< for external checks; null where they are not allowed
    relay::Resources resources;
    StickTables stick_tables;
    const Directory* directory = nullptr;           ///< set by the engine
    Gate connections;                               ///< of the process: global `maxconn`
    Rate rate;                                      ///< connections of the process
    Rate session_rate;                              ///< of those, sessions: nobody has turned them away
    Pace connection_pace;                           ///< `maxconnrate`
    Pace session_pace;                              ///< `maxsessrate`
    std::uint64_t sessions_begun = 0;               ///< connections that no rule of their beginning refused
    std::uint64_t bytes_out = 0;                    ///< to clients, of ended sessions
    std::uint64_t accept_shortages = 0;             ///< times that accepting had to pause
    std::uint64_t session_shortages = 0;            ///< clients turned away for want of memory
    std::minstd_rand dice{std::random_device{}()};  ///< of the fetch `rand`
    LogDate dates;
    std::string line;                              ///< room for one log line, reused
    std::string members;                           ///< the same for JSON
    KeyedHash client_names = KeyedHash::secret();  ///< what `log-anonymize = hash` calls clients
    std::string host_name = local_host_name();
    log::OncePerSecond accept_shortage;
    log::OncePerSecond session_shortage;
    log::OncePerSecond check_shortage;
};

}  // namespace spliced::proxy
