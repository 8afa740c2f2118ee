#include "spliced/config/check_lines.hpp"

#include <array>

#include "spliced/config/check_words.hpp"
#include "spliced/config/quoted_words.hpp"

namespace spliced::config {
namespace {

struct Option {
    CheckKind kind;
    std::string_view name;
};

constexpr std::array options{
    Option{CheckKind::tcp, "option tcp-check"},           Option{CheckKind::http, "option httpchk"},
    Option{CheckKind::redis, "option redis-check"},       Option{CheckKind::mysql, "option mysql-check"},
    Option{CheckKind::pgsql, "option pgsql-check"},       Option{CheckKind::smtp, "option smtpchk"},
    Option{CheckKind::ssl_hello, "option ssl-hello-chk"}, Option{CheckKind::ldap, "option ldap-check"},
    Option{CheckKind::external, "option external-check"}};

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// `GET /health HTTP/1.1\r\nHost:\ www`: HAProxy of old took headers behind the version, and many files have
/// them there still.
void read_version(CheckWords& words, HttpSend& request) {
    std::string rest = words.rest("httpchk");
    auto end = rest.find("\r\n");
    request.version = rest.substr(0, end);
    if (!request.version->starts_with("HTTP/1."))
        return words.fail(
            fmt::format("'{}' is no version of HTTP: write HTTP/1.0 or HTTP/1.1", *request.version));
    while (end != std::string::npos) {
        std::string_view line = std::string_view(rest).substr(end + 2);
        auto next = line.find("\r\n");
        line = line.substr(0, next);
        auto colon = line.find(':');
        if (colon != std::string_view::npos)
            request.headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
        else if (!line.empty())
            return words.fail(fmt::format("'{}' is no header: it has no ':'", line));
        end = next == std::string_view::npos ? next : end + 2 + next;
    }
}

void read_http_option(CheckWords& words, HealthCheck& check) {
    std::string first = words.argument("httpchk");
    if (words.at_end()) {
        check.request.uri = first;
        return;
    }
    if (first.find_first_not_of(letters) != std::string::npos)
        return words.fail(
            fmt::format("'{}' is no method: write METHOD URI [VERSION], or a URI alone", first));
    check.request.method = first;
    check.request.uri = words.next();
    if (!words.at_end()) read_version(words, check.request);
}

void read_user_option(CheckWords& words, HealthCheck& check) {
    bool mysql = check.kind == CheckKind::mysql;
    if (!words.take("user"))
        return words.fail(fmt::format("'{}' is not expected: write 'user NAME'{}", words.next(),
                                      mysql ? ", or 'yes' to read the greeting alone" : ""));
    check.user = words.argument("user");
    if (!mysql) return;
    check.mysql = words.take("pre-41") ? MysqlLogin::pre_41 : MysqlLogin::post_41;
    words.take("post-41");
}

/// HAProxy takes anything for a HELO that is not EHLO.
void read_smtp_option(CheckWords& words, HealthCheck& check) {
    std::string verb = words.next();
    if (verb != "HELO" && verb != "EHLO")
        return words.fail(fmt::format("'{}' is neither HELO nor EHLO", verb));
    std::string domain = words.argument(verb);
    if (domain.find_first_of("\r\n") != std::string::npos) return words.fail("a domain holds no line end");
    check.hello = fmt::format("{} {}", verb, domain);
}

void read_option_argument(CheckWords& words, HealthCheck& check) {
    switch (check.kind) {
        case CheckKind::http:
            return read_http_option(words, check);
        case CheckKind::mysql:
        case CheckKind::pgsql:
            return read_user_option(words, check);
        case CheckKind::smtp:
            return read_smtp_option(words, check);
        default:
            return words.fail(fmt::format("'{}' is neither yes nor no", words.next()));
    }
}

/// The first rule of a section puts away those that [defaults] gave it.
void begin_rules(bool& begun, std::vector<CheckRule>& rules) {
    if (!begun) rules.clear();
    begun = true;
}

std::string text_of(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(quoted(word));
    return text;
}

CheckSend read_send_binary(CheckWords& words) {
    CheckExpect bytes;
    std::string comment;
    std::string hex = words.argument("send-binary");
    CheckWords pattern(words.line(), {"binary", hex});
    bytes = read_check_expect(pattern, comment, false);
    if (pattern.failed()) words.next();
    return {bytes.pattern};
}

void end_with_comment(CheckWords& words, std::string& comment) {
    if (words.take("comment")) comment = words.argument("comment");
    if (!words.at_end()) words.fail(fmt::format("unexpected '{}'", words.next()));
}

void read_tcp_rule(CheckWords& words, CheckRule& rule) {
    std::string verb = words.next();
    if (verb == "connect") {
        rule.what = read_check_connect(words, rule.comment);
    } else if (verb == "send") {
        rule.what = CheckSend{words.argument("send")};
        end_with_comment(words, rule.comment);
    } else if (verb == "send-binary") {
        rule.what = read_send_binary(words);
        end_with_comment(words, rule.comment);
    } else if (verb == "expect") {
        rule.what = read_check_expect(words, rule.comment, false);
    } else if (verb == "comment") {
        rule.comment = words.rest("comment");
    } else {
        words.fail(unknown_check_word(verb, {"connect", "send", "send-binary", "expect", "comment"}));
    }
}

HttpSend read_http_send(CheckWords& words, std::string& comment) {
    HttpSend send;
    while (!words.at_end()) {
        if (words.take("meth"))
            send.method = words.argument("meth");
        else if (words.take("uri"))
            send.uri = words.argument("uri");
        else if (words.take("ver"))
            send.version = words.argument("ver");
        else if (words.take("body"))
            send.body = words.argument("body");
        else if (words.take("comment"))
            comment = words.argument("comment");
        else if (words.take("hdr")) {
            std::string name = words.argument("hdr");
            send.headers.emplace_back(name, words.format("hdr"));
        } else {
            words.fail(unknown_check_word(words.next(), {"meth", "uri", "ver", "hdr", "body", "comment"}));
        }
    }
    return send;
}

void read_http_rule(CheckWords& words, CheckRule& rule) {
    std::string verb = words.next();
    if (verb == "connect") {
        rule.what = read_check_connect(words, rule.comment);
    } else if (verb == "send") {
        rule.what = read_http_send(words, rule.comment);
    } else if (verb == "expect") {
        rule.what = read_check_expect(words, rule.comment, true);
    } else if (verb == "comment") {
        rule.comment = words.rest("comment");
    } else {
        words.fail(unknown_check_word(verb, {"connect", "send", "expect", "comment", "disable-on-404"}));
    }
}

void read_rule(const Line& line, std::vector<CheckRule>& rules, void (*read)(CheckWords&, CheckRule&)) {
    auto words = quoted_words(line.value);
    if (!line.check(words)) return;
    CheckRule rule;
    rule.text = text_of(*words);
    CheckWords cursor(line, *std::move(words));
    read(cursor, rule);
    if (!cursor.failed()) rules.push_back(std::move(rule));
}

}  // namespace

std::string_view option_of(CheckKind kind) {
    for (const Option& option : options)
        if (option.kind == kind) return option.name;
    return {};
}

void read_check_option(const Line& line, CheckKind kind, ProxyDraft& proxy) {
    HealthCheck& check = proxy.back.health_check;
    if (line.value == "no") {
        if (check.kind == kind) check.kind = CheckKind::connection;
        return;
    }
    if (!proxy.checks.option.empty())
        return line.error(fmt::format("'{}' stands at {}: servers are checked in one way",
                                      proxy.checks.option, spliced::config::text_of(proxy.checks.where)));
    proxy.checks.option = line.key;
    proxy.checks.where = line.where;
    HealthCheck fresh;
    fresh.kind = kind;
    bool is_bare = line.value == "yes";
    if (is_bare && kind == CheckKind::pgsql) return line.error("a user is missing: write 'user NAME'");
    auto words = quoted_words(line.value);
    if (!line.check(words)) return;
    if (!is_bare) {
        fresh.argument = text_of(*words);
        CheckWords cursor(line, *std::move(words));
        read_option_argument(cursor, fresh);
        if (!cursor.at_end()) cursor.fail(fmt::format("unexpected '{}'", cursor.next()));
    }
    fresh.not_found_stops = check.not_found_stops;
    fresh.tcp_rules = std::move(check.tcp_rules);
    fresh.http_rules = std::move(check.http_rules);
    fresh.program = std::move(check.program);
    fresh.program_path = std::move(check.program_path);
    check = std::move(fresh);
}

void read_tcp_check(const Line& line, ProxyDraft& proxy) {
    begin_rules(proxy.checks.tcp_rules_begun, proxy.back.health_check.tcp_rules);
    read_rule(line, proxy.back.health_check.tcp_rules, read_tcp_rule);
}

void read_http_check(const Line& line, ProxyDraft& proxy) {
    if (line.value == "disable-on-404") {
        proxy.back.health_check.not_found_stops = true;
        return;
    }
    begin_rules(proxy.checks.http_rules_begun, proxy.back.health_check.http_rules);
    read_rule(line, proxy.back.health_check.http_rules, read_http_rule);
}

}  // namespace spliced::config
