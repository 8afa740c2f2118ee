// A stick table: what is remembered of the last so many keys, and for how long.
//
// Memory is bounded by `size`: where the table is full the entry that was used longest ago makes room, unless
// `nopurge`. Entries that sessions hold neither expire nor make room, as in HAProxy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "spliced/base/clock.hpp"
#include "spliced/base/keyed_hash.hpp"
#include "spliced/config/stick_table.hpp"
#include "spliced/stick/entry.hpp"
#include "spliced/stick/key.hpp"
#include "spliced/stick/rate_window.hpp"

namespace spliced::stick {

/// Keeps a copy of its settings. No clock of its own: whoever calls says what time it is.
class Table {
  public:
    /// Under a secret hash clients cannot choose keys that collide.
    Table(const config::StickTable& settings, const KeyedHash& hash);
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    ~Table();

    const config::StickTable& settings() const { return settings_; }
    KeyShape shape() const { return {settings_.key, settings_.key_length}; }
    std::size_t size() const { return size_; }

    /// Another configuration of the same layout (config::StickTable::has_layout_of): what is too much or too
    /// old by it goes.
    void adopt(const config::StickTable& settings, TimePoint now);

    /// Null where the key is not known, or no more. A look is no use of it.
    Entry* find(const Key& key, TimePoint now);
    /// Null where the table is full and nothing may go, or the system has no memory.
    Entry* find_or_add(const Key& key, TimePoint now);
    /// It was used: its time begins anew.
    void touch(Entry& entry, TimePoint now);
    void hold(Entry& entry);
    /// Touches it as well.
    void release(Entry& entry, TimePoint now);
    /// False where somebody holds it.
    bool remove(Entry& entry);
    /// Removes what has expired, at most so many; false where some is left.
    bool expire(TimePoint now, std::size_t most = SIZE_MAX);
    /// When the next entry expires that nobody holds; `never` where none does.
    TimePoint next_expiry() const;
    Duration time_left(const Entry& entry, TimePoint now) const;

    // What an entry remembers. Data that the table does not store are none, and are not counted.
    std::optional<std::int64_t> value(const Entry& entry, config::StickData data, TimePoint now) const;
    void set(Entry& entry, config::StickData data, std::int64_t value, TimePoint now);
    void count(Entry& entry, config::StickData data, std::uint64_t events, TimePoint now);
    /// One less of a number that is not 0: conn_cur.
    void discount(Entry& entry, config::StickData data);
    /// The server that the key belongs to; empty where there is none.
    std::string_view server(const Entry& entry) const;
    void set_server(Entry& entry, const std::string& name);

    std::string_view key(const Entry& entry) const;
    /// Of an entry with the longest key; the heads of the buckets are 8 to 16 more.
    std::size_t entry_bytes() const { return layout_.entry_bytes(settings_.key_length) + sizeof(KeySize); }

    /// In no order. The visitor may not add or remove.
    template <typename Visit>
    void for_each(Visit visit) {
        for (std::size_t bucket = 0; bucket <= mask_; ++bucket)
            for (Entry* entry = buckets_.get()[bucket]; entry; entry = entry->next_) visit(*entry);
    }

  private:
    using KeySize = std::uint16_t;  ///< stands in front of the key
    struct Free {
        void operator()(Entry** buckets) const;
    };

    Entry* look_up(std::string_view key, std::uint32_t hash) const;
    Entry* create(std::string_view key, std::uint32_t hash);
    bool make_room();
    bool is_expired(const Entry& entry, TimePoint now) const;
    void destroy(Entry& entry);

    template <typename T>
    T* at(Entry& entry, config::StickData data) const;
    template <typename T>
    const T* at(const Entry& entry, config::StickData data) const {
        return at<T>(const_cast<Entry&>(entry), data);
    }
    std::uint32_t period(config::StickData data) const {
        return static_cast<std::uint32_t>(settings_.store[static_cast<std::size_t>(data)]->count());
    }

    config::StickTable settings_;
    Layout layout_;
    KeyedHash hash_;
    std::size_t mask_;
    std::unique_ptr<Entry*, Free> buckets_;
    AgeList unused_;
    std::size_t size_ = 0;
    std::set<std::string, std::less<>> names_;  ///< of servers; entries point into it
};

}  // namespace spliced::stick
