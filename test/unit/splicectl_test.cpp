// splicectl: its command line, how it reads answers, and its table.
#include "catch.hpp"
#include "spliced/ctl/arguments.hpp"
#include "spliced/ctl/server_table.hpp"
#include "spliced/ctl/talk.hpp"

using namespace spliced::ctl;
using std::chrono::milliseconds;

namespace {

spliced::Result<Arguments> parse(std::vector<std::string_view> words, std::string_view socket = "") {
    return parse_arguments(words, socket);
}

std::string refusal(std::vector<std::string_view> words) {
    auto parsed = parse(std::move(words));
    return parsed ? "" : parsed.error().message;
}

}  // namespace

TEST_CASE("the socket is that of -s, of the environment, or the default, in this order") {
    CHECK(parse({"help"})->socket == "/run/spliced/admin.sock");
    CHECK(parse({"help"}, "/x")->socket == "/x");
    CHECK(parse({"-s", "/y", "help"}, "/x")->socket == "/y");
}

TEST_CASE("a socket with a slash is a path, relative or not; else it has a port") {
    for (std::string path : {"/run/x.sock", "./x.sock", "../x.sock", "run/x.sock", "run/a@b:1"})
        CHECK(address_of_socket(path)->path() == path);
    CHECK(address_of_socket("unix@run/x.sock")->path() == "run/x.sock");
    CHECK(address_of_socket("127.0.0.1:9000")->text() == "127.0.0.1:9000");
    CHECK_FALSE(address_of_socket("no-such.sock"));
    CHECK_FALSE(address_of_socket(""));
    CHECK_FALSE(address_of_socket("/" + std::string(200, 'x')));
}

TEST_CASE("a command of the socket is passed on as it is, and the short ones become one") {
    CHECK(parse({"show", "stat", "-1", "4", "-1"})->command == "show stat -1 4 -1");
    CHECK(parse({"drain", "be/s1"})->command == "set server be/s1 state drain");
    CHECK(parse({"ready", "be/s1"})->command == "set server be/s1 state ready");
}

TEST_CASE("the flags of top may stand in front of it and behind it") {
    auto parsed = parse({"-t", "3", "top", "-n", "2", "-i", "500ms"});
    REQUIRE(parsed);
    CHECK(parsed->mode == Arguments::Mode::top);
    CHECK(parsed->rounds == 2);
    CHECK(parsed->interval == milliseconds(500));
    CHECK(parsed->patience == milliseconds(3000));
}

TEST_CASE("wrong usage is told") {
    CHECK(refusal({}) == "a command is missing; 'help' lists those of the socket");
    CHECK(refusal({"-x"}) == "unknown flag '-x'; --help lists them");
    CHECK(refusal({"-s"}) == "-s: the value is missing");
    CHECK(refusal({"drain"}) == "'drain' takes one server: drain BACKEND/SERVER");
    CHECK(refusal({"drain", "web1"}) == "'drain' takes one server: drain BACKEND/SERVER");
    CHECK(refusal({"show stat\nshow info"}) == "a command is one line; several are joined by ';'");
    CHECK(refusal({"top", "x"}) == "unexpected 'x' after 'top'");
    CHECK_FALSE(refusal({"-t", "0", "help"}).empty());
}

TEST_CASE("an answer is refused by the severity in front of it, which is not shown") {
    CHECK(read_reply("\n\n").text.empty());
    CHECK_FALSE(read_reply("\n\n").refused);
    CHECK(read_reply("\n[3]: No such server.\n\n").text == "No such server.\n");
    CHECK(read_reply("\n[3]: No such server.\n\n").refused);
    CHECK_FALSE(read_reply("\n[4]: IP changed\n\n").refused);
    CHECK(read_reply("\n[6]: 1\n\n[3]: no\n\n").text == "1\n\nno\n");
    CHECK(read_reply("\n[6]: 1\n\n[3]: no\n\n").refused);
    CHECK(read_reply("\n# a,b\n\n").text == "# a,b\n");
}

TEST_CASE("CSV is read by the names in its header") {
    auto rows = parse_csv("# pxname,svname,last_chk,\nbe,s1,\"a \"\"b\"\", c\",\n\n");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0]["svname"] == "s1");
    CHECK(rows[0]["last_chk"] == "a \"b\", c");
    CHECK(parse_csv("be,s1,\n").empty());
}

TEST_CASE("the table has a line for each row and aligns its columns") {
    auto rows =
        parse_csv("# pxname,svname,type,status,weight,scur,\nbe,s1,2,UP,256,7,\nbe,BACKEND,1,UP,1,12345,\n");
    CHECK(server_table(rows) ==
          "NAME        STATUS  WEIGHT  CUR  MAX  QUEUE  RATE  TOTAL  IN  OUT  ERR  LASTCHG  CHECK\n"
          "  be/s1     UP         256    7\n"
          "be BACKEND  UP           1  12k\n");
}

TEST_CASE("large numbers are shown short") {
    CHECK(short_number("").empty());
    CHECK(short_number("999") == "999");
    CHECK(short_number("1200") == "1.2k");
    CHECK(short_number("9990") == "10k");
    CHECK(short_number("999999") == "1.0M");
    CHECK(short_number("18446744073709551615") == "18E");
}
