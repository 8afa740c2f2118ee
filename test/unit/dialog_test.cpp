// The dialog of a check: what a script does when a server answers well, badly, in pieces, or not at all. The
// sentences are those of HAProxy 2.6, which was asked.
#include "spliced/check/dialog.hpp"

#include "catch.hpp"
#include "fake_environment.hpp"

using namespace spliced;
using check::Dialog;
using Need = Dialog::Need;
using Status = config::CheckStatus;

namespace {

std::shared_ptr<const check::Script> script_of(const std::string& lines) {
    auto loaded = load_fake("[listen b]\nbind = :80\nserver s = 127.0.0.1:1\n" + lines);
    INFO(mistakes_of(loaded));
    REQUIRE(loaded.config);
    auto script = check::make_script(loaded.config->backends[0].health_check);
    REQUIRE(script);
    return script;
}

/// Plays a server that says each text once it is asked to speak; "" closes, "!" resets.
struct Play {
    std::vector<std::string> said;  ///< by the check
    balance::CheckResult result;
};

Play play(const std::string& lines, std::vector<std::string> answers, bool bytewise = false, bool up = true) {
    Dialog dialog(script_of(lines));
    Play outcome;
    std::size_t next = 0;
    Need need = dialog.start(up);
    for (int steps = 0; need != Need::over && steps < 1000; ++steps) {
        if (need == Need::connect) {
            need = dialog.on_connected();
        } else if (need == Need::send) {
            outcome.said.emplace_back(dialog.to_send());
            need = dialog.on_sent();
        } else if (next == answers.size()) {
            need = dialog.on_timeout();
        } else {
            std::string answer = answers[next++];
            if (answer == "!")
                need = dialog.on_lost(Status::socket_error, "Connection reset by peer");
            else if (answer.empty())
                need = dialog.on_closed();
            else if (!bytewise)
                need = dialog.on_received(answer);
            else
                for (char byte : answer)
                    if (need == Need::receive) need = dialog.on_received(std::string(1, byte));
        }
    }
    outcome.result = dialog.result();
    return outcome;
}

struct Case {
    std::string rules;
    std::vector<std::string> answers;
    Status status;
    std::string info;
    unsigned code = 0;
};

const std::string tcp = "option tcp-check = yes\n";
const std::string http = "option httpchk = yes\n";

}  // namespace

TEST_CASE("rules are judged as HAProxy judges them, and in its words") {
    const Case cases[] = {
        {"tcp-check = expect string 220", {"220 hi\r\n"}, Status::layer7_passed, "(tcp-check)"},
        {"tcp-check = connect", {}, Status::passed, "(tcp-check)"},
        {"tcp-check = send X", {}, Status::layer7_passed, "(tcp-check)"},
        {"tcp-check = expect string 220",
         {"500 hi\r\n"},
         Status::layer7_timed_out,
         " at step 1 of tcp-check (expect string '220')"},
        {"tcp-check = expect string 220",
         {"500 hi\r\n", ""},
         Status::layer7_invalid,
         "TCPCHK did not match content '220' at step 1"},
        {"tcp-check = comment banner\ntcp-check = expect string 220",
         {"500", ""},
         Status::layer7_invalid,
         "TCPCHK did not match content '220' at step 2 comment: banner"},
        {"tcp-check = expect comment banner string 220",
         {"500", ""},
         Status::layer7_invalid,
         "TCPCHK did not match content '220' at step 1 comment: banner"},
        {"tcp-check = expect string 220",
         {""},
         Status::layer7_invalid,
         "TCPCHK got an empty response at step 1"},
        {"tcp-check = expect ! string 500",
         {"500"},
         Status::layer7_invalid,
         "TCPCHK matched unwanted content '500' at step 1"},
        {"tcp-check = expect ! string ERR", {"220", ""}, Status::layer7_passed, "(tcp-check)"},
        {"tcp-check = expect binary 414243",
         {"500", ""},
         Status::layer7_invalid,
         "TCPCHK did not match content (binary) at step 1"},
        {"tcp-check = expect binary 414243", {"xABCx"}, Status::layer7_passed, "(tcp-check)"},
        {"tcp-check = expect rstring ^5\\d\\d", {"500 hi"}, Status::layer7_passed, "(tcp-check)"},
        {"tcp-check = expect rstring ^2..",
         {"500", ""},
         Status::layer7_invalid,
         "TCPCHK did not match content (regex) at step 1"},
        {"tcp-check = expect rbinary ^4142", {"ABC"}, Status::layer7_passed, "(tcp-check)"},
        {"tcp-check = expect rbinary ^42",
         {"ABC", ""},
         Status::layer7_invalid,
         "TCPCHK did not match content (binary regex) at step 1"},
        {"tcp-check = expect min-recv 2 string 220",
         {"500"},
         Status::layer7_invalid,
         "TCPCHK did not match content '220' at step 1"},
        {"tcp-check = expect min-recv 9 string 500",
         {"500"},
         Status::layer7_timed_out,
         " at step 1 of tcp-check (expect string '500')"},
        {"tcp-check = send PING\ntcp-check = expect string 220",
         {"!"},
         Status::socket_error,
         "Connection reset by peer at step 2 of tcp-check (expect string '220')"},
        {"tcp-check = connect\ntcp-check = send foo\ntcp-check = comment c1\ntcp-check = expect string 220",
         {"500"},
         Status::layer7_timed_out,
         " at step 4 of tcp-check (expect string '220') comment: 'c1'"},
        {"tcp-check = expect string 220\ntcp-check = send A\ntcp-check = expect string 220",
         {"220 a", "250 b"},
         Status::layer7_timed_out,
         " at step 3 of tcp-check (expect string '220')"},
        {"tcp-check = expect string 220\ntcp-check = send A\ntcp-check = expect string 250",
         {"220 a", "250 b"},
         Status::layer7_passed,
         "(tcp-check)"},
        {"tcp-check = expect string 250\ntcp-check = expect string 220",
         {"220 a 250 b"},
         Status::layer7_passed,
         "(tcp-check)"},
        {"tcp-check = expect ! string ERR\ntcp-check = expect string 220",
         {"220 a"},
         Status::layer7_timed_out,
         " at step 1 of tcp-check (expect string 'ERR')"},
        {"tcp-check = expect ok-status L7OKC string 220", {"220"}, Status::layer7_conditional, "(tcp-check)"},
        {"tcp-check = expect error-status L6RSP on-error sorry string 550",
         {"220", ""},
         Status::layer6_invalid,
         "sorry"},
        {"tcp-check = expect on-success fine string 220", {"220"}, Status::layer7_passed, "fine"},
        {"tcp-check = expect tout-status L4TOUT string 220",
         {},
         Status::timed_out,
         " at step 1 of tcp-check (expect string '220')"},
        {"tcp-check = expect string 220",
         {std::string(40000, 'x')},
         Status::layer7_invalid,
         "TCPCHK did not match content '220' at step 1"},
    };
    for (const Case& each : cases) {
        INFO(each.rules);
        auto result = play(tcp + each.rules + "\n", each.answers).result;
        CHECK(result.status == each.status);
        CHECK(result.info == each.info);
    }
}

TEST_CASE("an HTTP answer is judged by its status or its body") {
    const std::string found = "HTTP/1.0 404 Not Found\r\n\r\n";
    const std::string hello = "HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world";
    const Case cases[] = {
        {http, {"HTTP/1.0 200 OK\r\n\r\n"}, Status::layer7_passed, "", 200},
        {http, {"HTTP/1.0 302 Found\r\n\r\n"}, Status::layer7_passed, "", 302},
        {http, {found}, Status::layer7_wrong_status, "Not Found", 404},
        {http + "http-check = disable-on-404\n", {found}, Status::layer7_conditional, "", 404},
        {http + "http-check = expect status 404\n", {found}, Status::layer7_passed, "", 404},
        {http + "http-check = expect status 200-204,404\n",
         {"HTTP/1.0 201 Made\r\n\r\n"},
         Status::layer7_passed,
         "",
         201},
        {http + "http-check = expect ! status 200\n",
         {"HTTP/1.0 200 OK\r\n\r\n"},
         Status::layer7_wrong_status,
         "OK",
         200},
        {http + "http-check = expect rstatus ^3\n",
         {"HTTP/1.0 200 OK\r\n\r\n"},
         Status::layer7_wrong_status,
         "OK",
         200},
        {http + "http-check = expect string hello\n", {hello}, Status::layer7_passed, "", 200},
        {http + "http-check = expect string bye\n",
         {hello},
         Status::layer7_invalid,
         "HTTP content check did not match",
         200},
        {http + "http-check = expect rstring h.*o\n", {hello}, Status::layer7_passed, "", 200},
        {http + "http-check = comment zzz\nhttp-check = expect status 200-299\n",
         {"HTTP/1.0 500 OK\r\n\r\n"},
         Status::layer7_wrong_status,
         "OK comment: zzz",
         500},
        {http, {"SSH-2.0-x\r\n", ""}, Status::layer7_invalid, ""},
        {http, {}, Status::layer7_timed_out, ""},
    };
    for (const Case& each : cases)
        for (bool bytewise : {false, true}) {
            INFO(each.rules << " bytewise " << bytewise);
            auto result = play(each.rules, each.answers, bytewise).result;
            CHECK(result.status == each.status);
            CHECK(result.info == each.info);
            CHECK(result.code == each.code);
        }
}

TEST_CASE("a server that is down is not told to stop by a 404") {
    auto rules = http + "http-check = disable-on-404\n";
    CHECK(play(rules, {"HTTP/1.0 404 No\r\n\r\n"}, false, false).result.status ==
          Status::layer7_wrong_status);
}

TEST_CASE("the option and the first send make one request") {
    auto request = [](const std::string& lines) { return play(lines, {}).said.at(0); };
    CHECK(request(http) == "OPTIONS / HTTP/1.0\r\n\r\n");
    CHECK(request("option httpchk = /health\n") == "OPTIONS /health HTTP/1.0\r\n\r\n");
    CHECK(request("option httpchk = GET /health HTTP/1.1\\r\\nHost:\\ www\n") ==
          "GET /health HTTP/1.1\r\nHost: www\r\nConnection: close\r\n\r\n");
    CHECK(request("option httpchk = GET /y\nhttp-check = send hdr Host foo\n") ==
          "GET /y HTTP/1.0\r\nHost: foo\r\n\r\n");
    CHECK(request(http + "http-check = connect\nhttp-check = send uri /z\n") ==
          "OPTIONS /z HTTP/1.0\r\n\r\n");
}

TEST_CASE("each protocol has its dialog") {
    using namespace std::string_literals;
    auto mail = play("option smtpchk = EHLO my.dom\n", {"220 hi\r\n", "250-a\r\n250 b\r\n", "221 bye\r\n"});
    CHECK(mail.said == std::vector<std::string>{"EHLO my.dom\r\n", "QUIT\r\n"});
    CHECK(mail.result.status == Status::layer7_passed);
    CHECK(mail.result.code == 221);
    CHECK(mail.result.info == "bye");
    auto redis = play("option redis-check = yes\n", {"-ERR x\r\n"}).result;
    CHECK(redis.status == Status::layer7_wrong_status);
    CHECK(redis.info == "-ERR x");
    CHECK(play("option redis-check = yes\n", {""}).result.info == "TCPCHK got an empty response at step 2");
    CHECK(play("option ssl-hello-chk = yes\n", {"\x16\3\3\0\x4a\2\0"s}).result.status ==
          Status::layer6_passed);
    CHECK(play("option ssl-hello-chk = yes\n", {"\x15\3\1\0\2\2\x28"s}).result.status ==
          Status::layer6_invalid);
    CHECK(play("option ssl-hello-chk = yes\n", {}).result.status == Status::layer6_timed_out);
    auto mysql =
        play("option mysql-check = user web\n", {"\x05\0\0\0\x0a"s + "8.0\0"s, "\x07\0\0\2\0\0\0\2\0\0\0"s});
    CHECK(mysql.result.status == Status::layer7_passed);
    REQUIRE(mysql.said.size() == 2);
    CHECK(mysql.said[1] == "\1\0\0\0\1"s);
}
