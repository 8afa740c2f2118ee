#include "spliced/import/convert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "spliced/base/text.hpp"
#include "spliced/config/foreign.hpp"
#include "spliced/import/cfg_words.hpp"

namespace spliced::import {
namespace {

/// Their values are words in HAProxy's own quoting. All others are taken as they are, up to the end of the
/// line.
constexpr std::string_view quoted =
    "acl, use_backend, use-server, tcp-request, tcp-response, tcp-check, http-check, stick, stick-table, "
    "filter, "
    "option";

constexpr unsigned of_proxies =
    config::in_defaults | config::in_frontend | config::in_listen | config::in_backend;

std::string value_of(std::string_view key, Words words) {
    std::vector<std::string> head{std::string(key)};
    if (!begin_with_any(Words(head), quoted)) return fmt::format("{}", fmt::join(words, " "));
    return join_cfg_words({words.begin(), words.end()});
}

Conversion renamed(std::string_view key, Words words, std::string_view reason) {
    return {
        {{std::string(key), value_of(key, words.subspan(1))}}, Outcome::changed, false, std::string(reason)};
}

Conversion convert_mode(Words words, unsigned section) {
    if (words.size() == 2 && words[1] == "tcp") {
        Conversion done;
        done.reason = "it is the only mode";
        return done;
    }
    // The sections that are in this mode say what becomes of them.
    if (section == config::in_defaults) return {{}, Outcome::changed, false, "see the sections that take it"};
    return Conversion::refused("there is TCP mode alone");
}

/// HAProxy takes turns where an algorithm needs HTTP.
Conversion convert_balance(Words words, unsigned section) {
    if (words.size() > 1 && begin_with_any(words.subspan(1), "uri, url_param, hdr*"))
        return {{{"balance", "roundrobin"}},
                Outcome::changed,
                false,
                "without HTTP mode HAProxy falls back to roundrobin too"};
    const auto* own = own_keyword(words, section);
    return own == nullptr ? Conversion::ignored("it is for backends; HAProxy does without it here too")
                          : by_table(words, *own, false);
}

Conversion convert_redispatch(Words words, unsigned section) {
    const auto* own = own_keyword(words, section);
    if (own == nullptr) return Conversion::ignored("it is for backends; HAProxy does without it here too");
    if (words.size() > 2 && words[2] == "0")
        return {{{"option redispatch", "no"}}, Outcome::changed, false, ""};
    return {{{"option redispatch", "yes"}},
            Outcome::changed,
            false,
            "another server is tried at once, not after a number of attempts"};
}

Conversion convert_httplog(Words, unsigned section) {
    if (own_keyword(std::array{std::string("option"), std::string("tcplog")}, section) == nullptr)
        return Conversion::ignored("HAProxy does without it here too");
    return {{{"option tcplog", "yes"}},
            Outcome::changed,
            false,
            "without HTTP mode HAProxy falls back to tcplog too"};
}

Conversion convert_dispatch(Words words, unsigned) {
    if (words.size() != 2) return Conversion::refused("it takes an address");
    return {{{"server dispatch", words[1]}}, Outcome::changed, false, "a server of its own"};
}

Conversion convert_account(Words words, unsigned) {
    return renamed(words[0] == "uid" ? "user" : "group", words, "numbers may stand for names");
}

/// Without a condition it is for everybody.
Conversion convert_choice(Words words, unsigned section) {
    const auto* own = own_keyword(words, section);
    if (own == nullptr) return Conversion::ignored("HAProxy does without it in this section too");
    if (words.size() != 2) return by_table(words, *own, false);
    return {{{words[0] + " " + words[1], "if TRUE"}}, Outcome::changed, false, ""};
}

struct Converter {
    std::string_view words;
    unsigned sections;
    Conversion (*convert)(Words, unsigned section);
};

constexpr std::array converters{
    Converter{"mode", of_proxies, convert_mode},
    Converter{"balance", of_proxies, convert_balance},
    Converter{"option redispatch", of_proxies, convert_redispatch},
    Converter{"option httplog", of_proxies, convert_httplog},
    Converter{"use_backend, use-server", of_proxies, convert_choice},
    Converter{"dispatch", of_proxies, convert_dispatch},
    Converter{"uid, gid", config::in_global, convert_account},
    Converter{"bind", config::in_frontend | config::in_listen,
              [](Words words, unsigned) { return convert_bind(words); }},
    Converter{"bind", config::in_stats, [](Words words, unsigned) { return convert_page_bind(words); }},
    Converter{"server, server-template, default-server",
              config::in_defaults | config::in_listen | config::in_backend,
              [](Words words, unsigned) { return convert_server(words); }},
    Converter{"stats socket", config::in_global,
              [](Words words, unsigned) { return convert_stats_socket(words); }},
    Converter{"log", config::in_global | of_proxies,
              [](Words words, unsigned) { return convert_log(words); }},
};

std::size_t word_count(std::string_view text) {
    return split_words(text).size();
}

/// A keyword that stands in a section which has no use for it: HAProxy warns and goes on.
bool is_misplaced(Words words, unsigned section) {
    return (section & of_proxies) != 0 && own_keyword(words, of_proxies & ~section) != nullptr;
}

/// For a word that no table knows: something that the trial can refuse by its name.
Conversion as_it_stands(Words words, bool negated) {
    bool pair = words.size() > 1 && begin_with_any(words, "option *, timeout *, stats *");
    auto key = pair ? words[0] + " " + words[1] : words[0];
    auto rest = words.subspan(pair ? 2 : 1);
    return {{{key, negated        ? "no"
                   : rest.empty() ? "yes"
                                  : value_of(words[0], rest)}},
            Outcome::kept,
            false,
            ""};
}

}  // namespace

const config::Keyword* own_keyword(Words words, unsigned section) {
    const config::Keyword* best = nullptr;
    for (const auto& keyword : config::keywords()) {
        if ((keyword.sections & section) == 0 || !begin_with_any(words, keyword.name)) continue;
        if (best == nullptr || keyword.name.size() > best->name.size()) best = &keyword;
    }
    return best;
}

Conversion by_table(Words words, const config::Keyword& keyword, bool negated) {
    auto key = std::string(keyword.name);
    auto rest = words.subspan(word_count(keyword.name));
    if (negated) return {{{key, "no"}}, Outcome::kept, false, ""};
    if (config::takes_name(keyword) && !rest.empty()) {
        key += " " + rest.front();
        rest = rest.subspan(1);
    }
    if (rest.empty()) return {{{key, "yes"}}, Outcome::kept, false, ""};
    return {{{key, value_of(words[0], rest)}}, Outcome::kept, false, ""};
}

Conversion convert_line(Words words, unsigned section) {
    bool negated = words.size() > 1 && words[0] == "no";
    if (negated) words = words.subspan(1);
    if (words.size() > 1 && words[0] == "default")
        return Conversion::refused("write what the default is; 'default' has no form here");
    if (!negated)
        for (const auto& each : converters)
            if ((each.sections & section) != 0 && begin_with_any(words, each.words))
                return each.convert(words, section);
    auto rules = section == config::in_global ? global_rules() : proxy_rules();
    // HAProxy's error files are for HTTP mode; here one would be sent.
    const auto* own = begin_with_any(words, "errorfile") ? nullptr : own_keyword(words, section);
    if (own != nullptr) return by_table(words, *own, negated);
    if (const auto* rule = find_rule(rules, words)) return Conversion::by(*rule);
    if (is_misplaced(words, section))
        return Conversion::ignored("HAProxy does without it in this section too");
    return as_it_stands(words, negated);
}

}  // namespace spliced::import
