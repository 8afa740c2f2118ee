#include "spliced/control/stat_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "spliced/base/json_text.hpp"
#include "spliced/control/json.hpp"

namespace spliced::control {
namespace {

bool is_absent(const StatValue& value) {
    return std::holds_alternative<std::monostate>(value);
}

/// RFC 4180: what would break the line stands in quotes.
std::string csv_field(const StatValue& value) {
    std::string text = text_of(value);
    if (text.find_first_of("\",\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return quoted + '"';
}

char letter_of(StatKind kind) {
    constexpr std::string_view letters = "FBSL";
    return letters[static_cast<std::size_t>(kind)];
}

std::string_view word_of(StatKind kind) {
    constexpr std::string_view words[] = {"Frontend", "Backend", "Server", "Listener"};
    return words[static_cast<std::size_t>(kind)];
}

std::string_view tags_of(const StatColumn& column, StatKind kind) {
    return kind == StatKind::backend && !column.backend_tags.empty() ? column.backend_tags : column.tags;
}

/// What typed and JSON output say of a value besides where it stands.
struct Labelled {
    std::size_t position;
    std::string_view name;
    std::string_view tags;
    StatType type;
    const StatValue& value;
    std::string_view description;
};

void append_typed(std::string& text, const Labelled& field, bool described) {
    fmt::format_to(std::back_inserter(text), "{}.{}.1:{}:{}:{}", field.position, field.name, field.tags,
                   name_of(field.type), text_of(field.value));
    if (described) fmt::format_to(std::back_inserter(text), ":\"{}\"", field.description);
    text += '\n';
}

void append_json(std::string& text, const Labelled& field) {
    fmt::format_to(std::back_inserter(text),
                   R"("field":{{"pos":{},"name":"{}"}},"processNum":1,)"
                   R"("tags":{{"origin":"{}","nature":"{}","scope":"{}"}},"value":{{"type":"{}","value":)",
                   field.position, field.name, origin_of(field.tags), nature_of(field.tags),
                   scope_of(field.tags), name_of(field.type));
    std::string value = text_of(field.value);
    text += field.type == StatType::text ? json_string(value) : value;
    text += '}';
}

template <typename Visit>
void for_each_value(const StatRow& row, Visit visit) {
    for (std::size_t place = 0; place < column::count; ++place) {
        const StatColumn& column = stat_columns()[place];
        if (!is_absent(row[place]))
            visit(Labelled{place, column.name, tags_of(column, row.kind), column.type, row[place],
                           column.description});
    }
}

Labelled labelled(const InfoValue& value) {
    const InfoField& field = *value.field;
    return {field.position, field.name, field.tags, field.type, value.value, field.description};
}

}  // namespace

std::string stats_csv_header() {
    std::string text = "# ";
    for (std::size_t place = 0; place < column::count; ++place) {
        if (place == column::first_module) text += "-,";
        text.append(stat_columns()[place].name).append(",");
    }
    return text + '\n';
}

std::string stats_csv(std::span<const StatRow> rows) {
    std::string text = stats_csv_header();
    for (const StatRow& row : rows) {
        for (std::size_t place = 0; place < column::count; ++place) {
            if (place == column::first_module) text += "-,";
            text.append(csv_field(row[place])).append(",");
        }
        text += '\n';
    }
    return text;
}

std::string stats_typed(std::span<const StatRow> rows, bool described) {
    std::string text;
    for (const StatRow& row : rows)
        for_each_value(row, [&](const Labelled& field) {
            fmt::format_to(std::back_inserter(text), "{}.{}.{}.", letter_of(row.kind), row.iid, row.sid);
            append_typed(text, field, described);
        });
    return text;
}

std::string stats_json(std::span<const StatRow> rows) {
    std::string text = "[";
    for (const StatRow& row : rows) {
        text += text.size() > 1 ? ",[" : "[";
        bool first = true;
        for_each_value(row, [&](const Labelled& field) {
            fmt::format_to(std::back_inserter(text), R"({}{{"objType":"{}","proxyId":{},"id":{},)",
                           first ? "" : ",", word_of(row.kind), row.iid, row.sid);
            append_json(text, field);
            text += '}';
            first = false;
        });
        text += ']';
    }
    return text + ']';
}

std::string info_text(std::span<const InfoValue> info, bool described) {
    std::string text;
    for (const InfoValue& each : info) {
        text += fmt::format("{}: {}", each.field->name, text_of(each.value));
        if (described) text += fmt::format(":\"{}\"", each.field->description);
        text += '\n';
    }
    return text;
}

std::string info_typed(std::span<const InfoValue> info, bool described) {
    std::string text;
    for (const InfoValue& each : info) append_typed(text, labelled(each), described);
    return text;
}

std::string info_json(std::span<const InfoValue> info) {
    std::string text = "[";
    for (const InfoValue& each : info) {
        text += text.size() > 1 ? ",{" : "{";
        append_json(text, labelled(each));
        text += '}';
    }
    return text + ']';
}

}  // namespace spliced::control
