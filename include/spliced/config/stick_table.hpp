// `stick-table`: what a table remembers of which keys, as immutable values.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "spliced/config/location.hpp"

namespace spliced::config {

enum class StickKey : std::uint8_t { ip, ipv6, integer, string, binary };

/// What an entry may hold, in the order in which `show table` shows it.
enum class StickData : std::uint8_t {
    server_id,
    gpt0,
    gpc0,
    gpc0_rate,
    conn_cnt,
    conn_rate,
    conn_cur,
    sess_cnt,
    sess_rate,
    bytes_in_cnt,
    bytes_in_rate,
    bytes_out_cnt,
    bytes_out_rate,
    gpc1,
    gpc1_rate,
    server_key,  ///< not for `store`: `stick on` asks for it
};
inline constexpr std::size_t stick_data_count = 16;

/// How a kind of data is kept: a number of 32 or 64 bits, a number of events in a period, a server's name.
enum class StickForm : std::uint8_t { number, total, rate, name };

struct StickDataName {
    StickData data;
    std::string_view name;
    StickForm form;
};

/// In the order of StickData.
std::span<const StickDataName> stick_data_names();
inline const StickDataName& row_of(StickData data) {
    return stick_data_names()[static_cast<std::size_t>(data)];
}
std::optional<StickData> stick_data_named(std::string_view name);
std::string_view name_of(StickKey key);

/// The longest key, in bytes.
inline constexpr std::size_t longest_stick_key = 1024;

/// Its name is that of the section it stands in.
struct StickTable {
    std::string name;
    StickKey key = StickKey::ip;
    std::size_t key_length = 4;           ///< bytes; the most of them where it is a string
    std::size_t size = 0;                 ///< entries
    std::chrono::milliseconds expire{0};  ///< 0: never
    bool nopurge = false;
    bool of_backend = false;  ///< from a [backend] section
    /// The period of a rate, 0 for other data, absent where it is not kept; by StickData.
    std::array<std::optional<std::chrono::milliseconds>, stick_data_count> store;
    Location where;

    bool stores(StickData data) const { return store[static_cast<std::size_t>(data)].has_value(); }
    void keep(StickData data, std::chrono::milliseconds period = {}) {
        store[static_cast<std::size_t>(data)] = period;
    }
    /// Entries of one are entries of the other.
    bool has_layout_of(const StickTable& other) const {
        return key == other.key && key_length == other.key_length && store == other.store;
    }
};

/// The value of `stick-table`, as it is written; without what `stick` adds to it by itself.
std::string text_of(const StickTable& table);

}  // namespace spliced::config
