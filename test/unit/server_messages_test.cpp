// HAProxy's sentences, word for word: alerting scripts look for them.
#include "spliced/proxy/server_messages.hpp"

#include "catch.hpp"

using namespace spliced::proxy;
using spliced::balance::CheckResult;
using Status = CheckResult::Status;
using std::chrono::milliseconds;

TEST_CASE("a server that goes down is reported with the reason and what is left") {
    CheckResult why{Status::refused, "Connection refused", milliseconds(0)};
    CHECK(server_down({"be", "s1", false}, why, {3, 0, 0}) ==
          "Server be/s1 is DOWN, reason: Layer4 connection problem, info: \"Connection refused\", check "
          "duration: "
          "0ms. 3 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.");
}

TEST_CASE("the last active server's end says that backups run") {
    CheckResult why{Status::timed_out, "", milliseconds(2001)};
    CHECK(
        server_down({"be", "s1", false}, why, {0, 1, 1}) ==
        "Server be/s1 is DOWN, reason: Layer4 timeout, check duration: 2001ms. 0 active and 1 backup servers "
        "left. Running on backup. 1 sessions active, 0 requeued, 0 remaining in queue.");
}

TEST_CASE("a backup server is called so, and its return is online") {
    CheckResult why{Status::passed, "", milliseconds(0)};
    CHECK(
        server_up({"be", "b1", true}, why, {1, 1, 0}) ==
        "Backup Server be/b1 is UP, reason: Layer4 check passed, check duration: 0ms. 1 active and 1 backup "
        "servers online. 0 sessions requeued, 0 total in queue.");
}

TEST_CASE("no server left is said of a proxy or a backend") {
    CHECK(no_server_left("be", true) == "proxy be has no server available!");
    CHECK(no_server_left("be", false) == "backend be has no server available!");
}

TEST_CASE("an administrator's words are logged in HAProxy's") {
    ServerIdentity who{"be", "s1", false};
    CHECK(server_enters_maintenance(who, true, {1, 0, 1}) ==
          "Server be/s1 is going DOWN for maintenance. 1 active and 0 backup servers left. 1 sessions "
          "active, 0 "
          "requeued, 0 remaining in queue.");
    CHECK(server_enters_maintenance(who, false, {1, 0, 1}) ==
          "Server be/s1 was DOWN and now enters maintenance.");
    CHECK(server_leaves_maintenance(who, false) == "Server be/s1 is UP/READY (leaving forced maintenance).");
    CHECK(
        server_enters_drain(who, {1, 0, 1}) ==
        "Server be/s1 enters drain state. 1 active and 0 backup servers online. 0 sessions requeued, 0 total "
        "in queue.");
    CHECK(server_leaves_drain(who, true) == "Server be/s1 is UP (leaving forced drain).");
}

TEST_CASE("health that was set at run time is said to come from the CLI") {
    using Forced = spliced::balance::Health::Forced;
    ServerIdentity who{"be", "s1", false};
    CHECK(server_health_forced(who, Forced::down, {1, 0, 1}) ==
          "Server be/s1 is DOWN, changed from CLI. 1 active and 0 backup servers left. 1 sessions active, 0 "
          "requeued, 0 remaining in queue.");
    CHECK(server_health_forced(who, Forced::stopping, {1, 0, 0}) ==
          "Server be/s1 is stopping, changed from CLI. 1 active and 0 backup servers online. 0 sessions "
          "requeued, 0 total in queue.");
    CHECK(
        server_health_forced(who, Forced::up, {2, 0, 0}) ==
        "Server be/s1 is UP, changed from CLI. 2 active and 0 backup servers online. 0 sessions requeued, 0 "
        "total in queue.");
}
