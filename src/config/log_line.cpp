// `log = TARGET [len N] [format F] [sample S] FACILITY [MAX [MIN]]`
#include <cstring>
#include <vector>

#include "spliced/base/units.hpp"
#include "spliced/config/lines.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

constexpr std::uint16_t syslog_port = 514;  // RFC 5426
constexpr int last_facility = 23;

/// The names of an enumeration that begins at 0.
template <typename Enum>
std::vector<std::string_view> names(int last) {
    std::vector<std::string_view> all;
    for (int number = 0; number <= last; ++number) all.push_back(name_of(static_cast<Enum>(number)));
    return all;
}

void point_at(LogTarget& target, LogTarget::Kind kind, const os::Address& address) {
    target.kind = kind;
    std::memcpy(&target.address, address.data(), address.length());
    target.address_length = address.length();
}

Result<void> set_descriptor(LogTarget& target, int descriptor) {
    target.kind = LogTarget::Kind::descriptor;
    target.descriptor = descriptor;
    return {};
}

// HAProxy writes no files, so it has no word for them; a path alone is a syslog daemon's socket there.
constexpr std::string_view file_prefix = "file@";

Result<void> set_file(LogTarget& target, std::string_view path) {
    if (!path.starts_with('/'))
        return Error{fmt::format("log target '{}': the path of a file begins with '/'", target.text)};
    target.kind = LogTarget::Kind::file;
    target.path = path;
    return {};
}

Result<void> set_target(LogTarget& target, std::string_view text, const Environment& environment) {
    target.text = text;
    if (text == "stdout") return set_descriptor(target, 1);
    if (text == "stderr") return set_descriptor(target, 2);
    if (text.starts_with(file_prefix)) return set_file(target, text.substr(file_prefix.size()));
    for (std::string_view kind : {"tcp@", "tcp4@", "tcp6@", "ring@", "backend@", "sockpair@"})
        if (text.starts_with(kind))
            return Error{fmt::format("log target '{}' is not supported by this version", text)};
    if (text.starts_with("udp@")) text.remove_prefix(4);
    auto endpoint = os::parse_endpoint(text, os::PortRule::optional);
    if (!endpoint) return endpoint.error();
    if (endpoint->kind == os::Endpoint::Kind::descriptor) return set_descriptor(target, endpoint->descriptor);
    if (endpoint->kind == os::Endpoint::Kind::ip && endpoint->host.empty())
        return Error{fmt::format("log target '{}': the address is missing", target.text)};
    auto address = os::address_of(*endpoint, environment.look_up);
    if (!address) return address.error();
    if (address->is_ip() && !endpoint->has_port) address->set_port(syslog_port);
    point_at(target, address->is_ip() ? LogTarget::Kind::udp : LogTarget::Kind::unix_socket, *address);
    return {};
}

Result<void> set_parameter(LogTarget& target, const LogParameter& row, std::string_view argument) {
    if (row.target == LogSpecial::len) {
        unsigned length = 0;
        auto outcome = assign(length, argument, row.range);
        if (outcome) target.max_length = length;
        return outcome;
    }
    if (row.target == LogSpecial::sample) {
        auto sample = LogSample::parse(argument);
        if (!sample) return sample.error();
        target.sample = std::move(*sample);
        return {};
    }
    auto format = log_format_named(argument);
    if (!format)
        return Error{fmt::format("unknown format '{}'{}", argument,
                                 suggestion(argument, names<LogFormat>(static_cast<int>(LogFormat::json))))};
    target.format = *format;
    return {};
}

/// Of "error" and "warn", which are longer or shorter than syslog's words, too.
std::string level_hint(std::string_view text) {
    auto known = names<Level>(static_cast<int>(Level::debug));
    auto word = lower_case(text);
    for (auto level : known)
        if (word.size() > 2 && (level.starts_with(word) || word.starts_with(level)))
            return fmt::format("; did you mean '{}'?", level);
    auto near = suggestion(word, known);
    return near.empty() ? fmt::format("; there are {}", fmt::join(known, " ")) : near;
}

Result<void> set_level(Level& level, std::string_view text) {
    auto found = level_named(text);
    if (!found) return Error{fmt::format("unknown level '{}'{}", text, level_hint(text))};
    level = *found;
    return {};
}

/// `FACILITY [MAX [MIN]]`.
Result<void> set_facility(LogTarget& target, std::span<const std::string_view> words) {
    if (words.empty()) return Error{"the facility is missing; 'daemon' and 'local0' are usual ones"};
    auto facility = facility_named(words[0]);
    if (!facility) {
        std::vector<std::string_view> known;
        for (int number = 0; number <= last_facility; ++number) known.push_back(name_of_facility(number));
        auto near = suggestion(words[0], known);
        return Error{fmt::format("unknown facility '{}'{}", words[0],
                                 near.empty() ? "; 'daemon' and 'local0' are usual ones" : near)};
    }
    target.facility = *facility;
    if (words.size() > 3) return Error{fmt::format("unexpected '{}' after the levels", words[3])};
    if (words.size() > 1)
        if (auto outcome = set_level(target.max, words[1]); !outcome) return outcome;
    return words.size() > 2 ? set_level(target.min, words[2]) : Result<void>();
}

std::size_t count_parameter_words(std::span<const std::string_view> words) {
    std::size_t count = 0;
    auto is_parameter = [](std::string_view word) {
        for (const auto& row : log_parameters())
            if (row.name == word) return true;
        return false;
    };
    while (count < words.size() && is_parameter(words[count])) count += 2;
    return std::min(count, words.size());
}

std::string no_advice(std::string_view) {
    return {};
}

}  // namespace

void read_log(const Line& line, std::vector<LogTarget>& logs) {
    auto words = split_words(line.value);
    LogTarget target;
    line.check(set_target(target, words.front(), line.environment));
    auto rest = std::span<const std::string_view>(words).subspan(1);
    auto count = count_parameter_words(rest);
    read_parameters(line, rest.first(count), log_parameters(), no_advice,
                    [&](const LogParameter& row, std::string_view argument) {
                        return set_parameter(target, row, argument);
                    });
    line.check(set_facility(target, rest.subspan(count)));
    logs.push_back(std::move(target));
}

}  // namespace spliced::config
