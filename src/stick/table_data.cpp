// What an entry remembers: a part of table.hpp.
#include "spliced/stick/table.hpp"

namespace spliced::stick {

using config::StickData;
using config::StickForm;

template <typename T>
T* Table::at(Entry& entry, StickData data) const {
    std::size_t offset = layout_.offset(data);
    if (offset == 0) return nullptr;
    return reinterpret_cast<T*>(reinterpret_cast<char*>(&entry) + offset);
}

std::optional<std::int64_t> Table::value(const Entry& entry, StickData data, TimePoint now) const {
    if (!settings_.stores(data)) return std::nullopt;
    switch (config::row_of(data).form) {
        case StickForm::number: {
            std::uint32_t number = *at<std::uint32_t>(entry, data);
            // HAProxy's server_id alone has a sign.
            if (data == StickData::server_id) return static_cast<std::int32_t>(number);
            return number;
        }
        case StickForm::total:
            return static_cast<std::int64_t>(*at<std::uint64_t>(entry, data));
        case StickForm::rate:
            return at<RateWindow>(entry, data)->events(period(data), now);
        case StickForm::name:
            break;
    }
    return std::nullopt;
}

void Table::set(Entry& entry, StickData data, std::int64_t value, TimePoint now) {
    if (!settings_.stores(data)) return;
    switch (config::row_of(data).form) {
        case StickForm::number:
            *at<std::uint32_t>(entry, data) = static_cast<std::uint32_t>(value);
            return;
        case StickForm::total:
            *at<std::uint64_t>(entry, data) = static_cast<std::uint64_t>(value);
            return;
        case StickForm::rate:
            return at<RateWindow>(entry, data)->set(static_cast<std::uint32_t>(value), now);
        case StickForm::name:
            return;
    }
}

void Table::count(Entry& entry, StickData data, std::uint64_t events, TimePoint now) {
    if (!settings_.stores(data)) return;
    switch (config::row_of(data).form) {
        case StickForm::number:
            *at<std::uint32_t>(entry, data) += static_cast<std::uint32_t>(events);
            return;
        case StickForm::total:
            *at<std::uint64_t>(entry, data) += events;
            return;
        case StickForm::rate:
            return at<RateWindow>(entry, data)->count(static_cast<std::uint32_t>(events), period(data), now);
        case StickForm::name:
            return;
    }
}

void Table::discount(Entry& entry, StickData data) {
    auto* number = at<std::uint32_t>(entry, data);
    if (number && *number > 0) --*number;
}

std::string_view Table::server(const Entry& entry) const {
    const auto* name = at<const std::string*>(entry, StickData::server_key);
    return name && *name ? std::string_view(**name) : std::string_view();
}

void Table::set_server(Entry& entry, const std::string& name) {
    if (auto** place = at<const std::string*>(entry, StickData::server_key))
        *place = &*names_.insert(name).first;
}

}  // namespace spliced::stick
