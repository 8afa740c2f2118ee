#include "spliced/control/table_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace spliced::control {
namespace {

constexpr std::array<std::pair<std::string_view, Comparison>, 6> comparisons{{{"eq", Comparison::eq},
                                                                              {"ne", Comparison::ne},
                                                                              {"le", Comparison::le},
                                                                              {"ge", Comparison::ge},
                                                                              {"lt", Comparison::lt},
                                                                              {"gt", Comparison::gt}}};

bool passes(std::int64_t value, const TableFilter& filter) {
    switch (filter.comparison) {
        case Comparison::eq:
            return value == filter.value;
        case Comparison::ne:
            return value != filter.value;
        case Comparison::le:
            return value <= filter.value;
        case Comparison::ge:
            return value >= filter.value;
        case Comparison::lt:
            return value < filter.value;
        case Comparison::gt:
            break;
    }
    return value > filter.value;
}

std::string data_text(const stick::Table& table, const stick::Entry& entry, const config::StickDataName& row,
                      TimePoint now) {
    if (row.form == config::StickForm::name) {
        std::string_view name = table.server(entry);
        return fmt::format(" {}={}", row.name, name.empty() ? "-" : name);
    }
    std::int64_t value = *table.value(entry, row.data, now);
    if (row.form != config::StickForm::rate) return fmt::format(" {}={}", row.name, value);
    auto period = *table.settings().store[static_cast<std::size_t>(row.data)];
    return fmt::format(" {}({})={}", row.name, period.count(), value);
}

}  // namespace

std::optional<Comparison> comparison_named(std::string_view name) {
    for (auto [word, comparison] : comparisons)
        if (word == name) return comparison;
    return std::nullopt;
}

std::vector<stick::Entry*> sorted_entries(stick::Table& table, std::span<const TableFilter> filters,
                                          TimePoint now) {
    std::vector<stick::Entry*> found;
    table.expire(now);
    table.for_each([&](stick::Entry& entry) {
        bool is_wanted = std::ranges::all_of(filters, [&](const TableFilter& filter) {
            auto value = table.value(entry, filter.data, now);
            return value && passes(*value, filter);
        });
        if (is_wanted) found.push_back(&entry);
    });
    std::ranges::sort(found, [&](const auto* a, const auto* b) { return table.key(*a) < table.key(*b); });
    return found;
}

std::string table_head(const stick::Table& table) {
    return fmt::format("# table: {}, type: {}, size:{}, used:{}\n", table.settings().name,
                       config::name_of(table.settings().key), table.settings().size, table.size());
}

std::string entry_line(const stick::Table& table, const stick::Entry& entry, TimePoint now) {
    std::string text = fmt::format("{}: key={} use={} exp={}", fmt::ptr(&entry),
                                   stick::text_of(table.shape(), table.key(entry)), entry.uses(),
                                   to_ms(table.time_left(entry, now)));
    for (const auto& row : config::stick_data_names())
        if (table.settings().stores(row.data)) text += data_text(table, entry, row, now);
    return text + '\n';
}

}  // namespace spliced::control
