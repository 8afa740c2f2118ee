#include "spliced/stick/table.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>

namespace spliced::stick {
namespace {

// So that a burst of expiries does not make one session wait; more goes than comes.
constexpr std::size_t most_expiries_of_a_look = 16;

// Zeroed pages that the system lends only when they are touched: a large table that is nearly empty costs
// little, and none ever has to move.
std::size_t buckets_for(std::size_t size) {
    constexpr std::size_t most = std::size_t{1} << 22;
    return std::min(std::bit_ceil(size), most);
}

}  // namespace

void Table::Free::operator()(Entry** buckets) const {
    std::free(buckets);
}

Table::Table(const config::StickTable& settings, const KeyedHash& hash)
    : settings_(settings),
      layout_(settings),
      hash_(hash),
      mask_(buckets_for(settings.size) - 1),
      buckets_(static_cast<Entry**>(std::calloc(mask_ + 1, sizeof(void*)))) {
    if (buckets_) return;
    mask_ = 0;  // one chain: slow, and right
    buckets_.reset(static_cast<Entry**>(std::calloc(1, sizeof(void*))));
    if (!buckets_) throw std::bad_alloc();
}

Table::~Table() {
    for (std::size_t bucket = 0; bucket <= mask_; ++bucket)
        while (Entry* entry = buckets_.get()[bucket]) {
            buckets_.get()[bucket] = entry->next_;
            ::operator delete(entry);
        }
}

void Table::adopt(const config::StickTable& settings, TimePoint now) {
    settings_ = settings;
    expire(now);
    while (size_ > settings_.size && unused_.oldest()) destroy(*unused_.oldest());
}

// ---- finding

Entry* Table::look_up(std::string_view wanted, std::uint32_t hash) const {
    for (Entry* entry = buckets_.get()[hash & mask_]; entry; entry = entry->next_)
        if (entry->hash_ == hash && key(*entry) == wanted) return entry;
    return nullptr;
}

Entry* Table::find(const Key& key, TimePoint now) {
    Entry* entry = look_up(key.bytes(), static_cast<std::uint32_t>(hash_(key.bytes())));
    return entry && !is_expired(*entry, now) ? entry : nullptr;
}

Entry* Table::find_or_add(const Key& key, TimePoint now) {
    expire(now, most_expiries_of_a_look);
    auto place = static_cast<std::uint32_t>(hash_(key.bytes()));
    Entry* entry = look_up(key.bytes(), place);
    if (entry && is_expired(*entry, now)) {
        destroy(*entry);
        entry = nullptr;
    }
    if (!entry && make_room()) entry = create(key.bytes(), place);
    if (entry) touch(*entry, now);
    return entry;
}

bool Table::make_room() {
    if (size_ < settings_.size) return true;
    if (settings_.nopurge || !unused_.oldest()) return false;
    destroy(*unused_.oldest());
    return size_ < settings_.size;
}

Entry* Table::create(std::string_view key, std::uint32_t hash) {
    std::size_t bytes = layout_.entry_bytes(sizeof(KeySize) + key.size());
    void* memory = ::operator new(bytes, std::nothrow);
    if (!memory) return nullptr;
    std::memset(memory, 0, bytes);
    auto* entry = new (memory) Entry;
    char* place = static_cast<char*>(memory) + layout_.key_offset();
    auto size = static_cast<KeySize>(key.size());
    std::memcpy(place, &size, sizeof size);
    std::memcpy(place + sizeof size, key.data(), key.size());
    entry->hash_ = hash;
    Entry*& bucket = buckets_.get()[hash & mask_];
    entry->next_ = bucket;
    bucket = entry;
    unused_.append(*entry);
    ++size_;
    return entry;
}

void Table::destroy(Entry& entry) {
    Entry** link = &buckets_.get()[entry.hash_ & mask_];
    while (*link != &entry) link = &(*link)->next_;
    *link = entry.next_;
    unused_.remove(entry);
    --size_;
    ::operator delete(&entry);
}

std::string_view Table::key(const Entry& entry) const {
    const char* place = reinterpret_cast<const char*>(&entry) + layout_.key_offset();
    KeySize size = 0;
    std::memcpy(&size, place, sizeof size);
    return {place + sizeof size, size};
}

// ---- use and age

void Table::touch(Entry& entry, TimePoint now) {
    entry.touched_ = now;
    if (entry.uses_ > 0) return;
    unused_.remove(entry);
    unused_.append(entry);
}

void Table::hold(Entry& entry) {
    if (entry.uses_++ == 0) unused_.remove(entry);
}

void Table::release(Entry& entry, TimePoint now) {
    entry.touched_ = now;
    if (--entry.uses_ > 0) return;
    unused_.append(entry);
    // A reload may have made the table smaller while all were held.
    if (size_ > settings_.size) destroy(*unused_.oldest());
}

bool Table::remove(Entry& entry) {
    if (entry.uses_ > 0) return false;
    destroy(entry);
    return true;
}

bool Table::is_expired(const Entry& entry, TimePoint now) const {
    return entry.uses_ == 0 && settings_.expire.count() > 0 && entry.touched_ + settings_.expire <= now;
}

bool Table::expire(TimePoint now, std::size_t most) {
    for (; unused_.oldest() && is_expired(*unused_.oldest(), now); --most) {
        if (most == 0) return false;
        destroy(*unused_.oldest());
    }
    return true;
}

TimePoint Table::next_expiry() const {
    if (!unused_.oldest() || settings_.expire.count() == 0) return never;
    return unused_.oldest()->touched_ + settings_.expire;
}

Duration Table::time_left(const Entry& entry, TimePoint now) const {
    return std::max(Duration::zero(), entry.touched_ + Duration(settings_.expire) - now);
}

}  // namespace spliced::stick
