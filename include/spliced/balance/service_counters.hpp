// What is counted of the sessions that are served: once for each server, and once for the backend that they
// belong to, where it outlives the servers. Named after HAProxy's CSV columns where those differ.
#pragma once

#include <cstdint>
#include <optional>

#include "spliced/base/average.hpp"
#include "spliced/base/rate.hpp"

namespace spliced::balance {

struct ServiceCounters {
    std::uint64_t chosen = 0;           ///< a server's stot
    std::uint64_t balanced = 0;         ///< lbtot: those that did not come out of a queue
    std::uint64_t connects = 0;         ///< connect: attempts
    std::uint64_t failures = 0;         ///< econ: sessions that failed after all retries
    std::uint64_t retries = 0;          ///< wretr
    std::uint64_t redispatches = 0;     ///< wredis
    std::uint64_t bytes_in = 0;         ///< from clients, of ended sessions
    std::uint64_t bytes_out = 0;        ///< from servers, of ended sessions
    std::uint64_t client_aborts = 0;    ///< cli_abrt: resets and silences of clients while bytes moved
    std::uint64_t server_aborts = 0;    ///< srv_abrt
    std::uint64_t response_errors = 0;  ///< eresp: those of the server that were no silence
    Rate rate;                          ///< sessions that were given a server
    std::optional<TimePoint> last_session;
    Average queue_time;    ///< milliseconds, as the two below
    Average connect_time;  ///< of sessions that reached a server
    Average total_time;    ///< from accept to the end

    void forget_peaks() {
        rate.forget_peak();
        queue_time.forget_peak();
        connect_time.forget_peak();
        total_time.forget_peak();
    }
};

}  // namespace spliced::balance
