// `bind ADDRESS[,ADDRESS...] [parameters]` of proxies and of the status page, and `stats socket`.
#include <fmt/format.h>

#include <algorithm>

#include "spliced/base/text.hpp"
#include "spliced/config/parameters.hpp"
#include "spliced/import/convert.hpp"

namespace spliced::import {
namespace {

enum class Kind { ipv4, ipv6, unix_path, other };

Kind kind_of(std::string_view address) {
    if (address.starts_with('/') || address.starts_with("unix@") || address.starts_with("uxst@"))
        return Kind::unix_path;
    if (address.starts_with("abns@") || address.starts_with("fd@")) return Kind::other;
    if (address.starts_with("ipv6@") || std::count(address.begin(), address.end(), ':') > 1)
        return Kind::ipv6;
    return Kind::ipv4;
}

/// HAProxy passes over what means nothing for an address; here it is an error, so it is left out.
bool applies(const std::string& parameter, Kind kind) {
    if (parameter == "v4v6" || parameter == "v6only") return kind == Kind::ipv6;
    if (parameter == "mode" || parameter == "user" || parameter == "group") return kind == Kind::unix_path;
    if (parameter == "interface" || parameter == "defer-accept" || parameter == "mss" || parameter == "tfo" ||
        parameter == "tcp-ut" || parameter == "transparent")
        return kind == Kind::ipv4 || kind == Kind::ipv6;
    return true;
}

/// Prefixes that are other words for one of ours.
std::string address_text(std::string_view text) {
    if (text.starts_with("uxst@")) return fmt::format("unix@{}", text.substr(5));
    for (std::string_view prefix : {"tcp@", "ip@"})
        if (text.starts_with(prefix)) return std::string(text.substr(prefix.size()));
    for (std::string_view prefix : {"tcp4@", "tcp6@"})
        if (text.starts_with(prefix)) return fmt::format("ipv{}@{}", prefix[3], text.substr(5));
    return std::string(text);
}

std::vector<std::string> with_own_names(Words words) {
    std::vector<std::string> named(words.begin(), words.end());
    for (auto& word : named) {
        if (word == "uid") word = "user";
        if (word == "gid") word = "group";
    }
    return named;
}

/// The parameters that apply to one kind of address, as text.
std::string for_kind(const std::vector<std::string>& parameters, Kind kind) {
    std::string text;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        std::size_t arguments = 0;
        for (const auto& row : config::bind_parameters())
            if (row.name == parameters[i] && takes_argument(row.target)) arguments = 1;
        bool keep = applies(parameters[i], kind);
        for (std::size_t end = i + arguments;; ++i) {
            if (keep && i < parameters.size()) text += " " + parameters[i];
            if (i >= end) break;
        }
    }
    return text;
}

struct BindText {
    std::string address;
    std::string parameters;
};

/// One line for each run of addresses that take the same parameters.
Conversion lines_of(std::string_view addresses, const std::vector<std::string>& parameters,
                    std::string (*complete)(std::string_view)) {
    std::vector<BindText> lines;
    for (auto part : split_at(addresses, ',')) {
        if (part.empty()) continue;
        BindText text{complete(address_text(part)), for_kind(parameters, kind_of(part))};
        if (!lines.empty() && lines.back().parameters == text.parameters)
            lines.back().address += "," + text.address;
        else
            lines.push_back(std::move(text));
    }
    Conversion done;
    for (const auto& line : lines) done.settings.push_back({"bind", line.address + line.parameters});
    return done;
}

std::string as_written(std::string_view address) {
    return std::string(address);
}

/// Without a host HAProxy listens everywhere, [stats] and `stats socket` on the loopback.
std::string everywhere(std::string_view address) {
    return (address.starts_with(':') && !address.starts_with("::") ? "*" : "") + std::string(address);
}

Conversion convert(Words words, std::string (*complete)(std::string_view)) {
    if (words.size() < 2) return Conversion::refused("the address is missing");
    auto sorted = sort_parameters(with_own_names(words.subspan(2)), config::bind_parameters(), bind_rules());
    if (sorted.refusal != nullptr) return {{}, Outcome::refused, sorted.refusal->unsafe, sorted.reason};
    auto done = lines_of(words[1], sorted.kept, complete);
    auto plain = fmt::format("{}", fmt::join(words.subspan(1), " "));
    if (done.settings.size() != 1 || done.settings[0].value != plain) done.outcome = Outcome::changed;
    done.reason = sorted.reason;
    return done;
}

}  // namespace

Conversion convert_bind(Words words) {
    return convert(words, as_written);
}

Conversion convert_page_bind(Words words) {
    return convert(words, everywhere);
}

Conversion convert_stats_socket(Words words) {
    if (words.size() < 3) return Conversion::refused("the address is missing");
    auto sorted =
        sort_parameters(with_own_names(words.subspan(3)), config::stats_socket_parameters(), bind_rules());
    if (sorted.refusal != nullptr) return {{}, Outcome::refused, sorted.refusal->unsafe, sorted.reason};
    Conversion done;
    done.settings.push_back(
        {"stats socket", fmt::format("{}{}{}", everywhere(address_text(words[2])),
                                     sorted.kept.empty() ? "" : " ", fmt::join(sorted.kept, " "))});
    if (done.settings[0].value != fmt::format("{}", fmt::join(words.subspan(2), " ")))
        done.outcome = Outcome::changed;
    done.reason = sorted.reason;
    return done;
}

}  // namespace spliced::import
