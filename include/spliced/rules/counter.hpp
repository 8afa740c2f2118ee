// What rules ask of stick tables: the fetches src_*, sc_*, sc0_* to sc2_* and the converters table_* alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace spliced::rules {

struct Fetch;

/// track-sc0 to track-sc2
inline constexpr std::size_t tracking_slots = 3;

enum class Counter : std::uint8_t {
    bytes_in_rate,
    bytes_out_rate,
    clear_gpc0,  ///< sets it to 0, and gives what it was
    clear_gpc1,
    conn_cnt,
    conn_cur,
    conn_rate,
    gpc0,
    gpc0_rate,
    gpc1,
    gpc1_rate,
    gpt0,
    increase_gpc0,  ///< and gives what it is then
    increase_gpc1,
    kbytes_in,
    kbytes_out,
    server_id,
    sess_cnt,
    sess_rate,
    tracked,       ///< whether the client is
    trackers,      ///< sessions that track the same
    updated_conn,  ///< counts a connection, and gives conn_cnt
};

/// Their rows of the table of fetches.
std::span<const Fetch> counter_fetches();

struct CounterConverter {
    std::string_view name;
    Counter counter;
};
std::span<const CounterConverter> counter_converters();

}  // namespace spliced::rules
