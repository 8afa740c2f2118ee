#include "spliced/config/check_words.hpp"

#include <algorithm>

#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

/// Why a word of HAProxy's check rules is refused.
std::string_view foreign_word(std::string_view word) {
    struct Row {
        std::string_view words;
        std::string_view reason;
    };
    constexpr Row rows[] = {
        {" ssl sni alpn ",
         "is about TLS, which checks do not speak; 'option ssl-hello-chk' greets a TLS server"},
        {" via-socks4 proto ", "is a word of HAProxy that this version does not support"},
        {" send-lf send-binary-lf string-lf binary-lf uri-lf body-lf set-var set-var-fmt unset-var "
         "status-code ",
         "works on variables, which checks do not have here: write the text itself"},
        {" hdr fhdr ", "looks into HTTP headers, which this version does not support"},
        {" send-state ", "is a word of HAProxy that this version does not support"},
    };
    std::string padded = fmt::format(" {} ", word);
    for (const Row& row : rows)
        if (row.words.find(padded) != std::string_view::npos) return row.reason;
    return {};
}

std::optional<std::string> bytes_of_hex(std::string_view text) {
    if (text.empty() || text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        auto digits = std::string(text.substr(i, 2));
        if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return std::nullopt;
        bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    }
    return bytes;
}

CheckStatus status_among(CheckWords& words, std::string_view name, std::string_view allowed) {
    std::string word = words.argument(name);
    auto status = check_status(word);
    if (status && fmt::format(" {} ", allowed).find(fmt::format(" {} ", word)) != std::string::npos)
        return *status;
    words.fail(fmt::format("'{}': '{}' is none of {}", name, word, allowed));
    return CheckStatus::inconclusive;
}

/// "200-204,404"
std::vector<std::pair<unsigned, unsigned>> code_ranges(CheckWords& words, std::string_view text) {
    std::vector<std::pair<unsigned, unsigned>> ranges;
    for (std::string_view part : split_at(text, ',')) {
        auto hyphen = part.find('-');
        auto low = parse_integer(part.substr(0, hyphen), {0, 999});
        auto high = hyphen == std::string_view::npos ? low : parse_integer(part.substr(hyphen + 1), {0, 999});
        if (!low || !high || *low > *high) {
            words.fail(fmt::format("'status': '{}' is neither a number nor a range like 200-299", part));
            return ranges;
        }
        ranges.emplace_back(static_cast<unsigned>(*low), static_cast<unsigned>(*high));
    }
    return ranges;
}

using Match = CheckExpect::Match;

struct MatchWord {
    std::string_view word;
    Match match;
    bool of_tcp;
    bool of_http;
};

constexpr MatchWord match_words[] = {
    {"string", Match::string, true, true},  {"rstring", Match::regex, true, true},
    {"binary", Match::binary, true, false}, {"rbinary", Match::binary_regex, true, false},
    {"status", Match::status, false, true}, {"rstatus", Match::status_regex, false, true},
};

void read_pattern(CheckWords& words, std::string_view name, CheckExpect& expect) {
    std::string pattern = words.argument(name);
    if (words.failed()) return;
    if (pattern.empty()) return words.fail(fmt::format("'{}': the pattern is empty", name));
    if (expect.match == Match::status) expect.codes = code_ranges(words, pattern);
    if (expect.match == Match::binary) {
        auto bytes = bytes_of_hex(pattern);
        if (!bytes)
            return words.fail(fmt::format("'binary': '{}' is no even number of hexadecimal digits", pattern));
        pattern = *bytes;
    }
    if (expect.match == Match::regex || expect.match == Match::binary_regex ||
        expect.match == Match::status_regex) {
        auto regex = Regex::compile(pattern);
        if (!regex) return words.fail(regex.error().message);
        expect.regex = *regex;
    }
    expect.pattern = std::move(pattern);
}

/// The words that may stand on either side of what is looked for. False for any other.
bool read_expect_option(CheckWords& words, std::string& comment, CheckExpect& expect) {
    if (words.take("comment"))
        comment = words.argument("comment");
    else if (words.take("min-recv"))
        expect.min_recv = words.number("min-recv", {0, INT32_MAX});
    else if (words.take("ok-status"))
        expect.on_ok = status_among(words, "ok-status", "L7OK L7OKC L6OK L4OK");
    else if (words.take("error-status"))
        expect.on_wrong = status_among(words, "error-status", "L7RSP L7STS L7OKC L6RSP L4CON");
    else if (words.take("tout-status"))
        expect.on_timeout = status_among(words, "tout-status", "L7TOUT L6TOUT L4TOUT");
    else if (words.take("on-success"))
        expect.text_on_ok = words.format("on-success");
    else if (words.take("on-error"))
        expect.text_on_wrong = words.format("on-error");
    else
        return false;
    return true;
}

}  // namespace

std::string CheckWords::argument(std::string_view name) {
    if (at_end()) fail(fmt::format("the value of '{}' is missing", name));
    return next();
}

std::string CheckWords::format(std::string_view name) {
    std::string text = argument(name);
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool doubled = text[i] == '%' && i + 1 < text.size() && text[i + 1] == '%';
        if (text[i] == '%' && !doubled) {
            fail(
                fmt::format("'{}': variables ('%...') do not exist here; write %% for a percent sign", name));
            return {};
        }
        plain += text[i];
        if (doubled) ++i;
    }
    return plain;
}

std::string CheckWords::rest(std::string_view name) {
    std::string text = argument(name);
    while (!at_end()) text.append(1, ' ').append(next());
    return text;
}

unsigned CheckWords::number(std::string_view name, Range range) {
    unsigned value = 0;
    std::string word = argument(name);
    if (failed_) return 0;
    if (auto read = assign(value, word, range); !read)
        fail(fmt::format("'{}': {}", name, read.error().message));
    return value;
}

std::string unknown_check_word(std::string_view word, const std::vector<std::string_view>& known) {
    return unknown_word(word, std::string(foreign_word(word)), known);
}

CheckConnect read_check_connect(CheckWords& words, std::string& comment) {
    CheckConnect connect;
    while (!words.at_end()) {
        if (words.take("default")) {
            connect.defaults = true;
        } else if (words.take("port")) {
            connect.port = static_cast<std::uint16_t>(words.number("port", {1, UINT16_MAX}));
        } else if (words.take("addr")) {
            auto endpoint = os::parse_endpoint(words.argument("addr"), os::PortRule::optional);
            auto address = endpoint ? os::address_of(*endpoint, words.line().environment.look_up)
                                    : Result<os::Address>(endpoint.error());
            if (!address)
                words.fail(fmt::format("'addr': {}", address.error().message));
            else
                connect.address = *address;
        } else if (words.take("linger")) {
            connect.linger = true;
        } else if (words.take("send-proxy")) {
            connect.send_proxy = true;
        } else if (words.take("comment")) {
            comment = words.argument("comment");
        } else {
            words.fail(unknown_check_word(words.next(),
                                          {"default", "port", "addr", "send-proxy", "linger", "comment"}));
        }
    }
    return connect;
}

CheckExpect read_check_expect(CheckWords& words, std::string& comment, bool is_http) {
    CheckExpect expect;
    while (read_expect_option(words, comment, expect)) {
    }
    expect.unwanted = words.take("!");
    std::string word = words.argument("expect");
    std::vector<std::string_view> known;
    for (const MatchWord& row : match_words) {
        if (!(is_http ? row.of_http : row.of_tcp)) continue;
        known.push_back(row.word);
        if (row.word != word) continue;
        expect.match = row.match;
        expect.in_body = is_http && row.match != Match::status && row.match != Match::status_regex;
        read_pattern(words, row.word, expect);
        while (read_expect_option(words, comment, expect)) {
        }
        if (!words.at_end()) words.fail(fmt::format("unexpected '{}' behind the pattern", words.next()));
        return expect;
    }
    if (!words.failed()) words.fail(unknown_check_word(word, known));
    return expect;
}

}  // namespace spliced::config
