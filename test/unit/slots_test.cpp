// Which server gets which of the addresses that its name has.
#include "spliced/resolve/slots.hpp"

#include "catch.hpp"
#include "spliced/base/text.hpp"

using namespace spliced;
using resolve::Place;

namespace {

/// "7" is 10.0.0.7:80, "107" is in the other network, "-" is nothing.
os::Address address(std::string_view text) {
    if (text == "-") return {};
    return os::Address::ipv4(0x0a000000U + static_cast<unsigned>(std::stoi(std::string(text))), 80);
}

std::string assigned(std::string_view held, std::string_view wanted, bool shared = false,
                     std::string_view preferred = {}) {
    std::vector<os::Address> slots;
    for (auto word : split_words(held)) slots.push_back(address(word));
    std::vector<Place> places;
    auto words = split_words(wanted);
    places.reserve(words.size());
    for (auto word : words) places.push_back({address(word), {}, {}});
    std::vector<os::Subnet> nets;
    if (!preferred.empty()) nets.push_back(*os::Subnet::parse(preferred));
    std::string text;
    for (auto place : resolve::assign(slots, places, {shared, nets}))
        text.append(text.empty() ? "" : " ").append(place ? words[*place] : "-");
    return text;
}

struct Row {
    const char* what;
    const char* held;
    const char* wanted;
    const char* result;
};

}  // namespace

TEST_CASE("addresses that stay keep their slots, new ones take what is free") {
    const Row rows[] = {
        {"the first answer fills the slots in order", "- - -", "1 2 3", "1 2 3"},
        {"fewer addresses than slots", "- - -", "1 2", "1 2 -"},
        {"more addresses than slots", "- -", "1 2 3", "1 2"},
        {"nothing changes", "1 2 3", "1 2 3", "1 2 3"},
        {"the order of the answer does not matter", "1 2 3", "3 1 2", "1 2 3"},
        {"one is replaced", "1 2 3", "1 3 4", "1 4 3"},
        {"one goes", "1 2 3", "1 3", "1 - 3"},
        {"one comes", "1 - 3", "1 2 3", "1 2 3"},
        {"all are replaced", "1 2", "3 4", "3 4"},
        {"a spare one steps in", "1 2", "2 3 4", "3 2"},
        {"none is left", "1 2", "", "- -"},
        {"two slots cannot hold the same", "1 1", "1 2", "1 2"},
        {"no slot", "", "1", ""},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        CHECK(assigned(row.held, row.wanted) == row.result);
    }
}

TEST_CASE("with allow-dup-ip the addresses are shared out evenly") {
    CHECK(assigned("- - -", "1", true) == "1 1 1");
    CHECK(assigned("- - - -", "1 2", true) == "1 2 1 2");
    CHECK(assigned("1 1 2", "1 2", true) == "1 1 2");
    CHECK(assigned("1 2", "2", true) == "2 2");
    CHECK(assigned("1 2", "", true) == "- -");
}

TEST_CASE("addresses in a preferred network go first, and one that comes later draws a server over") {
    constexpr auto net = "10.0.0.96/27";  // 96 to 127
    CHECK(assigned("- -", "1 100 2", false, net) == "100 1");
    CHECK(assigned("1", "1 100", false, net) == "100");
    CHECK(assigned("100", "1 100", false, net) == "100");
    CHECK(assigned("100", "1", false, net) == "1");
    CHECK(assigned("1 2", "1 2 100", false, net) == "100 2");
    CHECK(assigned("- - -", "1 100 101", true, net) == "100 101 1");
}

TEST_CASE("a place is an address with its port") {
    os::Address old = address("1");
    Place moved{address("1"), {}, {}};
    moved.address.set_port(81);
    const Place places[] = {moved, {old, {}, {}}};
    const os::Address held[] = {old};
    auto slots = resolve::assign(held, places, {});
    CHECK(slots[0] == 1U);
}
