// The language of rules: tests, conditions and lines of `tcp-request`, against clients made up here.
#include <map>
#include <optional>

#include "catch.hpp"
#include "spliced/rules/rule.hpp"

using namespace spliced;
using namespace spliced::rules;

namespace {

/// Knows what it is told, under the names of fetches.
class Client final : public Source {
  public:
    Answer get(const Call& call, Sample& sample) override {
        ++asked;
        auto found = known.find(call.fetch->name);
        if (found == known.end()) return missing;
        sample = found->second;
        return call.fetch->id == FetchId::req_len ? Answer::found_for_now : Answer::found;
    }

    Answer look_up(const Argument& table, Counter, const Sample& key, Sample& sample) override {
        if (table.text != "table" || key.type() != Type::address) return Answer::absent;
        sample = Sample::integer(7);
        return Answer::found;
    }

    std::map<std::string_view, Sample> known;
    Answer missing = Answer::absent;
    int asked = 0;
};

Sample address(std::string_view text) {
    return Sample::text(text).as_address();
}

Client usual_client() {
    Client client;
    client.known = {
        {"src", address("10.1.2.3")},
        {"dst", address("2001:db8::1")},
        {"src_port", Sample::integer(40000)},
        {"dst_port", Sample::integer(443)},
        {"src_is_local", Sample::boolean(false)},
        {"nbsrv", Sample::integer(2)},
        {"req.len", Sample::integer(5)},
        {"req.ssl_sni", Sample::text("WWW.Example.com")},
        {"req.ssl_ver", Sample::integer(0x30003)},
        {"req.payload", Sample::binary(std::string_view("\x01\x00z", 3))},
    };
    return client;
}

Acls acls_with_files() {
    return Acls([](std::string_view path) -> Result<std::string> {
        if (path == "nets") return std::string("# office\n10.0.0.0/8\n\n  192.168.0.0/16  \r\n");
        if (path == "names") return std::string("a.example\nwww.example.com\n");
        if (path == "bad") return std::string("10.0.0.0/8\nhost.example\n");
        if (path == "empty") return std::string();
        return Error{"cannot read '" + std::string(path) + "': No such file or directory"};
    });
}

Truth evaluate(const std::string& condition, Client client = usual_client(), Moment moment = Moment::final) {
    Acls acls = acls_with_files();
    auto read = read_condition("if " + condition, acls, Stage::content);
    INFO(condition);
    if (!read) FAIL(read.error().message);
    return read->evaluate(client, moment);
}

std::string error_of(const std::string& rule) {
    Acls acls = acls_with_files();
    auto read = read_rule(rule, acls);
    return read ? "accepted" : read.error().message;
}

}  // namespace

TEST_CASE("A test is true where one of its patterns fits", "[rules]") {
    auto [test, expected] = GENERATE(table<const char*, bool>({
        {"{ src 10.0.0.0/8 }", true},
        {"{ src 192.168.0.0/16 10.1.0.0/16 }", true},
        {"{ src 192.168.0.0/16 }", false},
        {"{ src -f nets }", true},
        {"{ src -f empty }", false},
        {"{ src -f empty 10.1.2.3 }", true},
        {"{ src,ipmask(8) 10.0.0.0 }", true},
        {"{ src,ipmask(8) -m str 10.0.0.0 }", true},
        {"{ dst,ipmask(32,16) 2001:: }", true},
        {"{ src -m str 10.1.2.3 }", true},
        {"{ src -m beg 10.1. }", true},
        {"{ src -m found }", true},
        {"{ fc_src -m found }", false},
        {"{ dst 2001:db8::/32 }", true},
        // integers
        {"{ dst_port 443 }", true},
        {"{ dst_port 80 443 8080 }", true},
        {"{ dst_port 80 }", false},
        {"{ dst_port 400:500 }", true},
        {"{ dst_port 444: }", false},
        {"{ dst_port :443 }", true},
        {"{ dst_port eq 443 }", true},
        {"{ dst_port ge 443 }", true},
        {"{ dst_port gt 443 }", false},
        {"{ dst_port gt 442 }", true},
        {"{ dst_port le 443 }", true},
        {"{ dst_port lt 443 }", false},
        {"{ dst_port lt 444 }", true},
        {"{ dst_port lt 10 gt 440 }", true},
        {"{ dst_port 1:10 5:20 442:443 }", true},
        {"{ dst_port -1 }", false},
        {"{ dst_port -- -1 443 }", true},
        {"{ dst_port -m str 443 }", true},
        {"{ nbsrv }", true},
        {"{ nbsrv(b1) ge 2 }", true},
        {"{ nbsrv -m bool }", true},
        // booleans
        {"{ src_is_local }", false},
        {"!{ src_is_local }", true},
        {"{ always_true }", true},
        {"{ always_false }", false},
        {"{ src_is_local -m int 0 }", true},
        // strings
        {"{ req.ssl_sni WWW.Example.com }", true},
        {"{ req.ssl_sni www.example.com }", false},
        {"{ req.ssl_sni -i www.EXAMPLE.com }", true},
        {"{ req.ssl_sni -i a b c www.example.com }", true},
        {"{ req_ssl_sni -i www.example.com }", true},
        {"{ req.ssl_sni -i -f names }", true},
        {"{ req.ssl_sni,lower www.example.com }", true},
        {"{ req.ssl_sni,upper WWW.EXAMPLE.COM }", true},
        {"{ req.ssl_sni,length 15 }", true},
        {"{ req.ssl_sni -m beg WWW. }", true},
        {"{ req.ssl_sni -i -m beg x ww www. www.a }", true},
        {"{ req.ssl_sni -i -m beg www.f }", false},
        {"{ req.ssl_sni -m end .com }", true},
        {"{ req.ssl_sni -m end -i .org .EXAMPLE.com xcom }", true},
        {"{ req.ssl_sni -m end -i notwww.example.com }", false},
        {"{ req.ssl_sni -m sub Exam }", true},
        {"{ req.ssl_sni -m sub exam }", false},
        {"{ req.ssl_sni -m sub -i exam }", true},
        {"{ req.ssl_sni -m dom -i example }", true},
        {"{ req.ssl_sni -m dom -i example.com }", true},
        {"{ req.ssl_sni -m dom -i xample.com }", false},
        {"{ req.ssl_sni -m dir -i www.example.com }", true},
        {"{ req.ssl_sni -m reg ^WWW\\.[A-Z][a-z]+\\.com$ }", true},
        {"{ req.ssl_sni -m reg ^www }", false},
        {"{ req.ssl_sni -m reg -i ^www\\.(example|test)\\. }", true},
        {"{ req.ssl_sni -m len 15 }", true},
        {"{ req.ssl_sni -m len lt 15 }", false},
        {"{ req.ssl_sni -m found }", true},
        {"{ req.ssl_alpn -m found }", false},
        {"{ req.ssl_sni 'WWW.Example.com' }", true},
        // versions, bytes
        {"{ req.ssl_ver 3.3 }", true},
        {"{ req.ssl_ver 3.1:3.2 }", false},
        {"{ req.ssl_ver gt 3.1 }", true},
        {"{ req.payload(0,3) 01007A }", true},
        {"{ req.payload(0,3) -m bin 01007a }", true},
        {"{ req.payload(0,3) -m end z }", true},
        {"{ req.payload(0,3) -m len 3 }", true},
    }));
    CHECK(evaluate(test) == (expected ? Truth::yes : Truth::no));
}

TEST_CASE("Conditions are joined as HAProxy joins them", "[rules]") {
    auto [condition, expected] = GENERATE(table<const char*, bool>({
        {"TRUE", true},
        {"FALSE", false},
        {"!TRUE", false},
        {"! TRUE", false},
        {"!!TRUE", true},
        {"TRUE TRUE", true},
        {"TRUE FALSE", false},
        {"FALSE or TRUE", true},
        {"FALSE || TRUE", true},
        {"FALSE TRUE or TRUE FALSE or TRUE TRUE", true},
        {"FALSE TRUE or TRUE FALSE", false},
        {"TRUE or FALSE FALSE", true},
        {"LOCALHOST", false},
        {"REQ_CONTENT", true},
        {"WAIT_END", true},
        {"{ src 10.1.2.3 } !LOCALHOST { dst_port 443 }", true},
    }));
    CHECK(evaluate(condition) == (expected ? Truth::yes : Truth::no));
}

TEST_CASE("Lines of one acl are alternatives, and rules above see those below", "[rules]") {
    Acls acls = acls_with_files();
    Client client = usual_client();
    std::vector<std::string> first{"src", "192.168.0.0/16"};
    std::vector<std::string> second{"src", "10.0.0.0/8"};
    REQUIRE(acls.define("office", first));
    auto condition = read_condition("unless office", acls, Stage::connection);
    REQUIRE(condition);
    CHECK(condition->evaluate(client, Moment::final) == Truth::yes);
    REQUIRE(acls.define("office", second));
    CHECK(condition->evaluate(client, Moment::final) == Truth::no);
}

TEST_CASE("What is not known yet is waited for, but not for ever", "[rules]") {
    Client waiting = usual_client();
    waiting.known.erase("req.ssl_sni");
    waiting.missing = Answer::not_yet;
    auto now = [&](const char* condition) { return evaluate(condition, waiting, Moment::waiting); };
    CHECK(now("{ req.ssl_sni a.example }") == Truth::not_yet);
    CHECK(now("!{ req.ssl_sni a.example }") == Truth::not_yet);
    CHECK(now("FALSE { req.ssl_sni a.example }") == Truth::no);
    CHECK(now("TRUE or { req.ssl_sni a.example }") == Truth::yes);
    CHECK(now("{ req.ssl_sni a.example } or TRUE") == Truth::yes);
    CHECK(now("{ req.ssl_sni a.example } or FALSE") == Truth::not_yet);
    CHECK(now("{ req.ssl_sni,lower a.example }") == Truth::not_yet);
    CHECK(now("WAIT_END") == Truth::not_yet);
    CHECK(now("{ req.len ge 5 }") == Truth::yes);
    CHECK(now("{ req.len ge 6 }") == Truth::not_yet);
    CHECK(evaluate("{ req.ssl_sni a.example }", waiting) == Truth::no);
    CHECK(evaluate("!{ req.ssl_sni a.example }", waiting) == Truth::yes);
    CHECK(evaluate("{ req.len ge 6 }", waiting) == Truth::no);
}

TEST_CASE("Nothing behind the decision is asked for", "[rules]") {
    Acls acls = acls_with_files();
    Client client = usual_client();
    auto condition =
        read_condition("if { src 10.1.2.3 } or { dst_port 443 } { src_port 1 }", acls, Stage::session);
    REQUIRE(condition);
    CHECK(condition->evaluate(client, Moment::final) == Truth::yes);
    CHECK(client.asked == 1);
}

TEST_CASE("The first rule that holds is found, and one that waits holds up those below", "[rules]") {
    Acls acls = acls_with_files();
    std::vector<Rule> rules;
    for (const char* text : {"content reject if { dst_port 80 }",
                             "content accept if { req.ssl_sni -m found }", "content reject"}) {
        auto read = read_rule(text, acls);
        REQUIRE(read);
        CHECK(read->stage == Stage::content);
        CHECK(read->rule.text == text);
        rules.push_back(std::move(read->rule));
    }
    Client client;
    client.known = {{"dst_port", Sample::integer(443)}};
    client.missing = Answer::not_yet;
    Found found = find_rule(rules, 0, client, Moment::waiting);
    CHECK(found.must_wait);
    CHECK(found.rule == nullptr);
    found = find_rule(rules, 0, client, Moment::final);
    CHECK(found.rule == &rules[2]);
    client.known["req.ssl_sni"] = Sample::text("x");
    CHECK(find_rule(rules, 0, client, Moment::waiting).rule == &rules[1]);
    CHECK(find_rule(rules, 3, client, Moment::final).rule == nullptr);
}

TEST_CASE("Every mistake in a rule names the remedy", "[rules]") {
    auto [rule, message] = GENERATE(table<std::string, std::string>({
        {"", "'': 'connection', 'session' or 'content' is wanted, and an action"},
        {"contents accept", "'contents': 'connection', 'session' or 'content' is wanted, and an action"},
        {"content", "the action is missing behind 'content'"},
        {"connection expect-proxy", "expect-proxy: 'layer4' is missing behind it"},
        {"content set-bandwidth-limit",
         "set-bandwidth-limit: the name of a 'filter bwlim-in' or 'bwlim-out' is missing"},
        {"content set-bandwidth-limit slow limit 3k",
         "set-bandwidth-limit: 'limit' is not supported here; the filter holds its limit and period"},
        {"content deny",
         "'deny' is no action of 'tcp-request content': there are accept, reject, silent-drop, "
         "sc-inc-gpc0, sc-inc-gpc1, sc-set-gpt0, track-sc0, track-sc1, track-sc2, set-bandwidth-limit"},
        {"content set-var(txn.x) src",
         "'set-var(txn.x)' is an action of HAProxy that this version does not support"},
        {"content accept when TRUE", "unexpected 'when': 'if' or 'unless' is wanted"},
        {"content accept if", "a condition is missing behind 'if'"},
        {"content accept if or TRUE", "an acl is missing before 'or'"},
        {"content accept if TRUE or", "an acl is missing behind 'or'"},
        {"content accept if TRUE !", "an acl is missing behind '!'"},
        {"content accept if TRUE and FALSE", "'and' is not written: acls side by side must all hold"},
        {"content accept if TRUEE", "there is no acl 'TRUEE' above; did you mean 'TRUE'?"},
        {"content accept if office", "there is no acl 'office' above; a test without a name stands in { }"},
        {"content accept if {src 10.0.0.1 }", "'{src': a blank is wanted behind '{'"},
        {"content accept if { src 10.0.0.1", "the '}' is missing, with a blank before it"},
        {"content accept if { }", "what is to be tested is missing: write FETCH [flags] PATTERN..."},
        {"content accept if { srce 10.0.0.1 }", "'srce' is no fetch; did you mean 'src'?"},
        {"content accept if { path_beg / }",
         "'path_beg' belongs to HAProxy's HTTP mode; this proxy relays TCP and knows no requests"},
        {"content accept if { ssl_fc }",
         "'ssl_fc' is about TLS that HAProxy terminates; it passes through here, and req.ssl_sni, "
         "req.ssl_alpn "
         "and others look into the client's greeting"},
        {"content accept if { quux }", "'quux' is no fetch that this version knows"},
        {"content accept if { src }",
         "a pattern is missing; '-m found' asks whether there is a value at all"},
        {"content accept if { src -m found x }",
         "'-m found' takes no pattern: it is true or false by itself"},
        {"content accept if { always_true 1 }", "a boolean takes no pattern: it is true or false by itself"},
        {"content accept if { src 10.0.0.0/99 }",
         "'10.0.0.0/99': the mask is 0 to 32, or written as 255.255.0.0"},
        {"content accept if { src_port ten }", "'ten' is no integer, nor a range such as 1:9"},
        {"content accept if { src_port 9:1 }", "'9:1': the smaller end stands first"},
        {"content accept if { src_port : }", "':' is no integer, nor a range such as 1:9"},
        {"content accept if { src_port gt 1:9 }", "'gt 1:9': a range is compared by 'eq' alone"},
        {"content accept if { src_port gt }", "a number is missing behind 'gt'"},
        {"content accept if { src -m }", "the value of '-m' is missing"},
        {"content accept if { src -m cidr 1 }",
         "'-m cidr': there are found, bool, int, ip, str, beg, end, sub, dir, dom, reg, len and bin"},
        {"content accept if { src -m bin 00 }", "'-m bin' does not suit an address"},
        {"content accept if { src_port -m ip 1.2.3.4 }", "'-m ip' does not suit an integer"},
        {"content accept if { src -u 5 }",
         "'-u' is no flag that this version knows: there are -i, -m, -f and -n, and '--' ends them"},
        {"content accept if { src -f }", "the value of '-f' is missing"},
        {"content accept if { src -f none }", "cannot read 'none': No such file or directory"},
        {"content accept if { src -f bad }",
         "bad:2: 'host.example' is no IP address or network such as 10.0.0.0/8; host names are not looked up "
         "here"},
        {"content accept if { req.ssl_sni -m reg ( }", "'(' is no regular expression: Unmatched ( or \\("},
        {"content accept if { req.ssl_sni -m reg ^\\d+ }",
         "'^\\d+': '\\d' is of Perl's dialect; write a POSIX extended expression, such as [0-9] for \\d and "
         "( ) "
         "for (?: )"},
        {"content accept if { req.payload(0,2) 0g }",
         "'0g': bytes are written as pairs of hexadecimal digits"},
        {"content accept if { req.payload(0) 00 }", "'req.payload' needs two arguments in parentheses"},
        {"content accept if { req.payload(a,b) 00 }", "req.payload(a): a number from 0 on is wanted"},
        {"content accept if { srv_is_up }", "'srv_is_up' needs an argument in parentheses"},
        {"content accept if { src(1) 1.2.3.4 }", "'src' takes 0 arguments"},
        {"content accept if { nbsrv(a,b) 1 }", "'nbsrv' takes 1 argument"},
        {"content accept if { nbsrv(a 1 }", "'nbsrv(a': the ')' is missing"},
        {"content accept if { src, 1.2.3.4 }", "'src,': a comma and a converter are wanted behind 'src'"},
        {"content accept if { src,mapp 1 }",
         "'mapp' is no converter that this version knows: there are ipmask, length, lower, upper, in_table, "
         "table_*"},
        {"content accept if { src,ipmask(40) 1.2.3.4 }",
         "ipmask(40): write ipmask(0..32) or ipmask(0..32,0..128)"},
        {"content accept if { src_port,ipmask(4) 1.2.3.4 }", "'ipmask' cannot be made of an integer"},
        {"content accept if { req.ssl_sni,lower(1) a }", "'lower' takes no argument"},
        {"content accept if { req.ssl_sni \"a }", "the closing \" is missing"},
        {"connection reject if { req.ssl_sni a }",
         "'req.ssl_sni' is not known yet in 'tcp-request connection': write 'content', and 'tcp-request "
         "inspect-delay' to wait for it"},
    }));
    CHECK(error_of(rule) == message);
}

TEST_CASE("Words are quoted as in HAProxy's file", "[rules]") {
    auto words = [](std::string_view text) { return *words_of(text); };
    using List = std::vector<std::string>;
    CHECK(words("  a  b\tc ") == List{"a", "b", "c"});
    CHECK(words("'a b' \"c d\" e\\ f") == List{"a b", "c d", "e f"});
    CHECK(words("^a\\.b$ x\\\\y \\#") == List{"^a\\.b$", "x\\y", "#"});
    CHECK(words("'a\\\"b' \"a\\\"b\" ''") == List{"a\\\"b", "a\"b", ""});
    CHECK(words("").empty());
    CHECK(words("\"b \\;c\"") == List{"b ;c"});
}

TEST_CASE("A quoted word is read back, and has nothing that the INI takes for a comment", "[rules]") {
    for (std::string word : {"a", "", "b ;c", "b #c", "#", "it's", "a\\b", "a\\", "say \"x\"", "a\\ b"}) {
        std::string text = spliced::rules::quoted(word);
        INFO(text);
        CHECK(*words_of(text) == std::vector<std::string>{word});
        CHECK(text.find(" ;") == std::string::npos);
        CHECK(text.find(" #") == std::string::npos);
    }
}
