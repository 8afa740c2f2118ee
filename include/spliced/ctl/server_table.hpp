// The CSV of `show stat` as a table for people.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace spliced::ctl {

/// The fields of one row, by the names in the header.
using CsvRow = std::map<std::string, std::string, std::less<>>;

/// Understands fields in quotes. Nothing where there is no header.
std::vector<CsvRow> parse_csv(std::string_view text);

/// One line for each frontend, server and backend, under a line of headings.
std::string server_table(const std::vector<CsvRow>& rows);

/// "0", "912", "1.2k", "34M": at most four characters, in steps of 1000.
std::string short_number(std::string_view digits);

}  // namespace spliced::ctl
