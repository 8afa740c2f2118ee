#include "spliced/ctl/server_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>

namespace spliced::ctl {
namespace {

std::vector<std::string> fields_of(std::string_view line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        char letter = line[at];
        if (quoted && letter == '"' && at + 1 < line.size() && line[at + 1] == '"')
            fields.back() += line[++at];
        else if (letter == '"')
            quoted = !quoted;
        else if (letter == ',' && !quoted)
            fields.emplace_back();
        else
            fields.back() += letter;
    }
    return fields;
}

std::string field(const CsvRow& row, std::string_view name) {
    auto found = row.find(name);
    return found == row.end() ? std::string() : found->second;
}

struct Heading {
    std::string_view title;
    std::string_view column;
    bool number;
};

constexpr std::array headings{Heading{"STATUS", "status", false},  Heading{"WEIGHT", "weight", true},
                              Heading{"CUR", "scur", true},        Heading{"MAX", "smax", true},
                              Heading{"QUEUE", "qcur", true},      Heading{"RATE", "rate", true},
                              Heading{"TOTAL", "stot", true},      Heading{"IN", "bin", true},
                              Heading{"OUT", "bout", true},        Heading{"ERR", "econ", true},
                              Heading{"LASTCHG", "lastchg", true}, Heading{"CHECK", "check_status", false}};

using Line = std::vector<std::string>;

Line heading_line() {
    Line line{"NAME"};
    for (const auto& heading : headings) line.emplace_back(heading.title);
    return line;
}

Line line_of(const CsvRow& row) {
    bool server = field(row, "type") == "2";
    Line line{server ? "  " + field(row, "pxname") + "/" + field(row, "svname")
                     : field(row, "pxname") + " " + field(row, "svname")};
    for (const auto& heading : headings) {
        auto value = field(row, heading.column);
        line.push_back(heading.number && heading.column != "weight" ? short_number(value) : value);
    }
    return line;
}

}  // namespace

std::vector<CsvRow> parse_csv(std::string_view text) {
    std::vector<std::string> names;
    std::vector<CsvRow> rows;
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.empty()) continue;
        if (line.starts_with("# ")) {
            names = fields_of(line.substr(2));
            continue;
        }
        auto fields = fields_of(line);
        if (names.empty()) continue;
        CsvRow& row = rows.emplace_back();
        for (std::size_t i = 0; i < std::min(names.size(), fields.size()); ++i) row[names[i]] = fields[i];
    }
    return rows;
}

std::string short_number(std::string_view digits) {
    if (digits.size() < 4) return std::string(digits);
    constexpr std::string_view units = "kMGTPE";
    double value = std::strtod(std::string(digits).c_str(), nullptr);
    std::size_t step = 0;
    for (value /= 1000; value >= 999.5 && step + 1 < units.size(); ++step) value /= 1000;
    return value < 9.95 ? fmt::format("{:.1f}{}", value, units[step])
                        : fmt::format("{:.0f}{}", value, units[step]);
}

std::string server_table(const std::vector<CsvRow>& rows) {
    std::vector<Line> lines{heading_line()};
    for (const auto& row : rows) lines.push_back(line_of(row));
    std::vector<std::size_t> widths(headings.size() + 1);
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
    std::string text;
    for (const auto& line : lines) {
        std::string shown;
        for (std::size_t i = 0; i < line.size(); ++i) {
            bool right = i > 0 && headings[i - 1].number;
            auto out = std::back_inserter(shown);
            right ? fmt::format_to(out, "{:>{}}  ", line[i], widths[i])
                  : fmt::format_to(out, "{:<{}}  ", line[i], widths[i]);
        }
        shown.erase(shown.find_last_not_of(' ') + 1);
        text += shown + "\n";
    }
    return text;
}

}  // namespace spliced::ctl
