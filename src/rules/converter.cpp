#include "spliced/rules/converter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "spliced/base/text.hpp"

namespace spliced::rules {
namespace {

// Locale-free, as TLS names and the like are ASCII.
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

template <char (*Change)(char)>
Sample change_case(const Conversion&, const Sample& sample, Scratch& scratch) {
    std::string_view from = sample.as_text(scratch).bytes();
    auto room = scratch.take(from.size());
    if (room.size() < from.size()) return {};
    std::ranges::transform(from, room.begin(), Change);
    return Sample::text({room.data(), room.size()});
}

Sample length(const Conversion&, const Sample& sample, Scratch& scratch) {
    return Sample::integer(static_cast<std::int64_t>(sample.as_text(scratch).bytes().size()));
}

Sample mask(const Conversion& how, const Sample& sample, Scratch&) {
    Sample address = sample.as_address();
    if (address.is_ipv4()) {
        std::uint32_t bits = how.ipv4_length == 0 ? 0 : ~std::uint32_t{0} << (32 - how.ipv4_length);
        return Sample::ipv4(address.ipv4() & bits);
    }
    if (!address.is_ipv6()) return {};
    in6_addr masked = address.ipv6();
    for (unsigned i = 0; i < 16; ++i) {
        unsigned kept = std::clamp(how.ipv6_length, i * 8, i * 8 + 8) - i * 8;
        masked.s6_addr[i] &= static_cast<std::uint8_t>(0xff00U >> kept);
    }
    return Sample::ipv6(masked);
}

struct Converter {
    std::string_view name;
    Conversion::Apply apply;
    Type type;
    bool takes_masks = false;
};

constexpr Converter table[] = {
    {"ipmask", mask, Type::address, true},
    {"length", length, Type::integer},
    {"lower", change_case<lower>, Type::text},
    {"upper", change_case<upper>, Type::text},
};

bool read_length(std::string_view text, unsigned most, unsigned& length) {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    return error == std::errc() && end == text.data() + text.size() && length <= most;
}

Result<void> read_masks(std::string_view arguments, Conversion& conversion) {
    auto parts = split_at(arguments, ',');
    if (parts.size() > 2 || !read_length(parts[0], 32, conversion.ipv4_length) ||
        (parts.size() == 2 && !read_length(parts[1], 128, conversion.ipv6_length)))
        return Error{fmt::format("ipmask({}): write ipmask(0..32) or ipmask(0..32,0..128)", arguments)};
    return {};
}

Result<Conversion> read_table(const CounterConverter& row, std::optional<std::string_view> arguments) {
    Conversion conversion;
    conversion.name = row.name;
    conversion.type = row.counter == Counter::tracked ? Type::boolean : Type::integer;
    conversion.counter = row.counter;
    conversion.table.kind = ArgumentKind::table;
    conversion.table.text = trim(arguments.value_or(""));
    return conversion;
}

}  // namespace

Result<Conversion> read_conversion(std::string_view name, std::optional<std::string_view> arguments,
                                   Type before) {
    for (const CounterConverter& each : counter_converters())
        if (each.name == name) return read_table(each, arguments);
    const auto* row = std::ranges::find(table, name, &Converter::name);
    if (row == std::end(table)) {
        std::vector<std::string_view> known;
        for (const Converter& each : table) known.push_back(each.name);
        known.insert(known.end(), {"in_table", "table_*"});
        return Error{fmt::format("'{}' is no converter that this version knows: there are {}", name,
                                 fmt::join(known, ", "))};
    }
    Conversion conversion;
    conversion.name = row->name;
    conversion.apply = row->apply;
    conversion.type = row->type;
    bool fits = !row->takes_masks || before == Type::address || before == Type::text;
    if (!fits) return Error{fmt::format("'{}' cannot be made of {}", name, name_of(before))};
    if (row->takes_masks) {
        auto read = read_masks(arguments.value_or(""), conversion);
        if (!read) return read.error();
    } else if (arguments && !trim(*arguments).empty()) {
        return Error{fmt::format("'{}' takes no argument", name)};
    }
    return conversion;
}

}  // namespace spliced::rules
