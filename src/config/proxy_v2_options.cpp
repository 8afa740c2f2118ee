#include "spliced/config/proxy_v2_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "spliced/base/text.hpp"
#include "spliced/config/hint.hpp"

namespace spliced::config {
namespace {

struct NamedOption {
    std::string_view name;
    bool ProxyV2Options::*field;
};

constexpr std::array options_there_are{NamedOption{"crc32c", &ProxyV2Options::crc32c},
                                       NamedOption{"authority", &ProxyV2Options::authority},
                                       NamedOption{"unique-id", &ProxyV2Options::unique_id}};

constexpr std::array<std::string_view, 5> about_tls{"ssl", "cert-cn", "cert-key", "cert-sig", "ssl-cipher"};

std::string advice_on(std::string_view word) {
    if (std::ranges::find(about_tls, word) != about_tls.end())
        return "is about TLS, which passes through untouched: the servers terminate it";
    return {};
}

}  // namespace

Result<void> read_proxy_v2_options(std::string_view text, ProxyV2Options& options) {
    options = {};
    for (auto word : split_at(text, ',')) {
        const auto* option = std::ranges::find(options_there_are, word, &NamedOption::name);
        if (option == options_there_are.end()) {
            std::vector<std::string_view> known;
            known.reserve(options_there_are.size());
            for (const NamedOption& each : options_there_are) known.push_back(each.name);
            return Error{unknown_word(word, advice_on(word), known)};
        }
        options.*option->field = true;
    }
    return {};
}

std::string shown(const ProxyV2Options& options) {
    std::string text;
    for (const NamedOption& option : options_there_are)
        if (options.*option.field) text += fmt::format("{}{}", text.empty() ? "" : ",", option.name);
    return text;
}

}  // namespace spliced::config
