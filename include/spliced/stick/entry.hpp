// One key of a table and what is remembered of it: a head, then as many bytes as the table's data and keys
// take.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "spliced/base/clock.hpp"
#include "spliced/config/stick_table.hpp"

namespace spliced::stick {

class Table;

/// Made, owned and destroyed by its table. Whoever keeps a pointer to one holds it (Table::hold).
class Entry {
  public:
    /// Sessions that hold it.
    std::uint32_t uses() const { return uses_; }
    /// Of whatever was last done with it, except looking.
    TimePoint touched() const { return touched_; }

  private:
    friend class Table;
    friend class AgeList;
    Entry() = default;

    Entry* next_ = nullptr;  ///< in its bucket
    Entry* older_ = nullptr;
    Entry* newer_ = nullptr;
    TimePoint touched_{};
    std::uint32_t hash_ = 0;
    std::uint32_t uses_ = 0;
    // What follows is the table's Layout.
};

/// Where an entry's data are, in bytes from its start: the widest first, then the key.
class Layout {
  public:
    explicit Layout(const config::StickTable& settings);

    /// 0 where it is not stored.
    std::size_t offset(config::StickData data) const { return offsets_[static_cast<std::size_t>(data)]; }
    std::size_t key_offset() const { return key_offset_; }
    /// Of an entry with a key of `key_bytes`.
    std::size_t entry_bytes(std::size_t key_bytes) const { return key_offset_ + key_bytes; }

  private:
    std::array<std::uint16_t, config::stick_data_count> offsets_{};
    std::size_t key_offset_ = 0;
};

/// The entries that nobody holds, in the order of their last use, which is that of their expiry.
class AgeList {
  public:
    Entry* oldest() const { return oldest_; }
    void append(Entry& entry);
    void remove(Entry& entry);

  private:
    Entry* oldest_ = nullptr;
    Entry* newest_ = nullptr;
};

}  // namespace spliced::stick
