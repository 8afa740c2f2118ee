// What the service manager asks of the watchdog, as it stands in the environment.
#include "spliced/os/notify.hpp"

#include "catch.hpp"

using namespace spliced;
using os::watchdog_interval;

TEST_CASE("the watchdog's interval is that of its variable, where it is for this process or for all") {
    CHECK(watchdog_interval("30000000", nullptr, 7) == Duration(seconds(30)));
    CHECK(watchdog_interval("30000000", "7", 7) == Duration(seconds(30)));
    CHECK_FALSE(watchdog_interval("30000000", "8", 7));
    CHECK_FALSE(watchdog_interval("30000000", "", 7));
}

TEST_CASE("an interval that is no number of microseconds asks for nothing") {
    for (const char* wrong : {"", "0", "-1", "30s", " 30", "99999999999999999999", "9999999999999999999"})
        CHECK_FALSE(watchdog_interval(wrong, nullptr, 7));
    CHECK_FALSE(watchdog_interval(nullptr, nullptr, 7));
}

TEST_CASE("a target that is neither a path nor an abstract name is nobody") {
    for (std::string_view wrong : {"", "/", "@", "run/notify", "vsock:2:1234"})
        CHECK_FALSE(os::Notifier(wrong).has_listener());
    CHECK_FALSE(os::Notifier("/" + std::string(200, 'x')).has_listener());
}
