// Algorithms that hash, by map and by ring: every letter of these sequences was measured on HAProxy 2.6.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "spliced/balance/hash.hpp"
#include "spliced/balance/server_pool.hpp"

using namespace spliced::balance;
using spliced::config::Algorithm;
using spliced::config::HashType;
using spliced::os::Address;
using Function = HashType::Function;

namespace {

spliced::config::Backend farm(Algorithm algorithm, HashType type, std::vector<unsigned> weights = {1, 1, 1},
                              std::vector<unsigned> ids = {1, 2, 3}) {
    spliced::config::Backend settings;
    settings.algorithm = algorithm;
    settings.hash_type = type;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        spliced::config::Server server;
        server.name = std::string(1, static_cast<char>('a' + i));
        server.weight = weights[i];
        server.id = ids[i];
        settings.servers.push_back(server);
    }
    return settings;
}

Request request_of(const Address& client) {
    Request request{{}, &client};
    if (auto bytes = address_bytes(client); !bytes.empty()) request.key = bytes;
    return request;
}

Server* choose(ServerPool& pool, const Address& client, bool hold = false) {
    Server* server = pool.choose(request_of(client));
    if (server && !hold) pool.release(*server);
    return server;
}

/// The servers of 40 clients: 127.0.0.1 to 127.0.0.7, 127.0.1.8 to 127.0.1.14 and so on.
std::string of_clients(ServerPool& pool, unsigned count = 40) {
    std::string names;
    for (unsigned i = 0; i < count; ++i)
        names += choose(pool, Address::ipv4(0x7f000000 | (i / 7) << 8 | (i + 1), 1000))->name();
    return names;
}

std::string of_clients(const spliced::config::Backend& settings) {
    ServerPool pool(settings, {});
    return of_clients(pool);
}

std::string of_nobody(ServerPool& pool, int count) {
    std::string names;
    Address nobody;
    for (int i = 0; i < count; ++i) names += choose(pool, nobody)->name();
    return names;
}

void put_in_maintenance(ServerPool& pool, std::size_t index) {
    pool.set_admin(*pool.servers()[index], forced_maintenance, {});
}

constexpr HashType map_based{};
constexpr HashType consistent{true, Function::sdbm, true};

}  // namespace

TEST_CASE("source folds the address into a place of the map") {
    auto settings = farm(Algorithm::source, map_based);
    ServerPool pool(settings, {});
    CHECK(of_clients(pool, 3) == "cab");
    CHECK(of_clients(pool) == "cabcabcbcabcababcabcacabcabcbcabcababcab");
    CHECK(of_clients(farm(Algorithm::source, map_based, {3, 1, 2})) ==
          "caacabcbcaacababcaacacabcaacacabcaaaacab");
    CHECK(of_clients(farm(Algorithm::source, {false, Function::sdbm, true})) ==
          "baaabacbcccabbbcaccabcabccbbaaaaaacbabbb");
}

TEST_CASE("the function of hash-type has no effect on source") {
    CHECK(of_clients(farm(Algorithm::source, {false, Function::wt6, false})) ==
          of_clients(farm(Algorithm::source, map_based)));
}

TEST_CASE("hash src goes by each function as HAProxy's does") {
    struct Row {
        HashType type;
        const char* names;
    };
    for (const Row& row : {Row{{false, Function::sdbm, false}, "cabcabcbcabcababcabcacabcabcbcabcababcab"},
                           Row{{false, Function::sdbm, true}, "abcccbbaacaccacccaacbaacbbcacabbcaabaccb"},
                           Row{{true, Function::sdbm, false}, "cccccccccccccccccccccccccccccccccccccccc"},
                           Row{{false, Function::djb2, false}, "abcabcabcabcabcabcabcabcabcabcabcabcabca"},
                           Row{{false, Function::djb2, true}, "cbaccababcbabcaacccacccaabcaaabbcbcacaab"},
                           Row{{true, Function::djb2, false}, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},
                           Row{{false, Function::wt6, false}, "bcaccaacbbbbbbcabcacaaaaabbaccaabcabcbca"},
                           Row{{false, Function::wt6, true}, "bbbcbcccacabccbccbcbbabbccbabbababbcacab"},
                           Row{{true, Function::wt6, false}, "caaaaaacbcccccbcacbbbababcbacbcbcbcaaaac"},
                           Row{{false, Function::crc32, false}, "abcaacbaabaccbaacbacacbccaabcacacbbacbac"},
                           Row{{false, Function::crc32, true}, "cbaaaacacabcbccabbcbccabcbcaabcaabacbabc"},
                           Row{{true, Function::crc32, false}, "acbcacbcacbcabbaacaacabaacbacbccaabccbaa"},
                           Row{consistent, "bbacbcabacbbbaabccaabbaccaabbcaacbcbbbbb"}})
        CHECK(of_clients(farm(Algorithm::hash, row.type)) == row.names);
}

TEST_CASE("the ring is HAProxy's, for weights and ids alike") {
    CHECK(of_clients(farm(Algorithm::source, consistent)) == "bacabacbbbbaccbacbcbbbcacaaccacbaccbcbcb");
    CHECK(of_clients(farm(Algorithm::source, consistent, {3, 1, 2})) ==
          "bacaaaccacaacabacaabbbcaaacccaabaacacbaa");
    CHECK(of_clients(farm(Algorithm::source, consistent, {1, 1, 1}, {10, 20, 30})) ==
          "cbcbbbabaaaccbbbbcbcaaaccbcbbbbcbaccbcaa");
}

TEST_CASE("a server that leaves changes the places of the map, and its own share of the ring alone") {
    auto mapped = farm(Algorithm::source, map_based, {3, 1, 2});
    ServerPool map(mapped, {});
    put_in_maintenance(map, 1);
    CHECK(of_clients(map) == "acaacacacacaaccaacacacacaacaaacacaaacaac");
    auto on_ring = farm(Algorithm::source, consistent);
    ServerPool ring(on_ring, {});
    put_in_maintenance(ring, 1);
    CHECK(of_clients(ring) == "cacacacccacacccacaccaccacaaccaccaccacccc");
}

TEST_CASE("of 10,000 clients a ring of ten moves those of the server that left, and no other") {
    auto settings =
        farm(Algorithm::hash, consistent, std::vector<unsigned>(10, 10), {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    ServerPool pool(settings, {});
    std::map<unsigned, Server*> before;
    for (unsigned i = 0; i < 10'000; ++i) before[i] = choose(pool, Address::ipv4(0x0a000000 + i, 1));
    Server* gone = pool.servers()[3].get();
    put_in_maintenance(pool, 3);
    unsigned moved = 0;
    for (auto [client, server] : before) {
        Server* now = choose(pool, Address::ipv4(0x0a000000 + client, 1));
        if (server == gone)
            ++moved;
        else
            REQUIRE(now == server);
    }
    CHECK(moved > 700);
    CHECK(moved < 1300);
    pool.set_admin(*gone, 0, {});
    for (auto [client, server] : before)
        REQUIRE(choose(pool, Address::ipv4(0x0a000000 + client, 1)) == server);
}

TEST_CASE("who has nothing to hash takes a turn") {
    auto equal = farm(Algorithm::source, map_based);
    ServerPool map(equal, {});
    CHECK(of_nobody(map, 6) == "abcabc");
    auto weighted = farm(Algorithm::hash, map_based, {3, 1, 2});
    ServerPool weights(weighted, {});
    CHECK(of_nobody(weights, 12) == "aacabcaacabc");
    auto ring_settings = farm(Algorithm::source, consistent);
    ServerPool ring(ring_settings, {});
    auto names = of_nobody(ring, 48);
    CHECK(std::count(names.begin(), names.end(), 'a') == 16);
    CHECK(names.substr(0, 24) == "ccbacaabcaaabbcaccbcabcc");
}

TEST_CASE("with hash-balance-factor no server has more than its part of the load") {
    auto settings = farm(Algorithm::source, consistent);
    settings.hash_balance_factor = 150;
    ServerPool pool(settings, {});
    std::string names;
    for (int i = 0; i < 12; ++i) names += choose(pool, Address::ipv4(0x7f000001, 1), true)->name();
    CHECK(names == "bcbcbcbcbcbc");
    auto weighted = farm(Algorithm::source, consistent, {3, 1, 2});
    weighted.hash_balance_factor = 130;
    ServerPool other(weighted, {});
    names.clear();
    for (int i = 0; i < 24; ++i) names += choose(other, Address::ipv4(0x7f000001, 1), true)->name();
    CHECK(names == "bccacacbacbcacabcacacbac");
}

TEST_CASE("a hashed request that failed goes to another server") {
    for (HashType type : {map_based, consistent}) {
        auto settings = farm(Algorithm::source, type);
        ServerPool pool(settings, {});
        Address client = Address::ipv4(0x7f000001, 1);
        std::vector<const Server*> tried;
        for (int i = 0; i < 3; ++i) {
            Request request = request_of(client);
            request.tried = tried;
            Server* server = pool.choose(request);
            REQUIRE(server);
            CHECK_FALSE(contains(tried, *server));
            tried.push_back(server);
        }
        Request request = request_of(client);
        request.tried = tried;
        CHECK(pool.choose(request) == nullptr);
    }
}

TEST_CASE("a number is hashed by its value with none, and as eight bytes else") {
    auto settings = farm(Algorithm::hash, {false, Function::none, false});
    ServerPool pool(settings, {});
    Request request;
    request.key = std::uint64_t{4};
    CHECK(pool.choose(request)->name() == "b");
    request.key = std::string_view("5");
    CHECK(pool.choose(request)->name() == "c");
    CHECK(hash_bytes(Function::crc32, "123456789") == 0xcbf43926);
}

TEST_CASE("an IPv6 client folds four words") {
    auto settings = farm(Algorithm::source, map_based);
    ServerPool pool(settings, {});
    in6_addr address{};
    address.s6_addr[15] = 1;
    CHECK(choose(pool, Address::ipv6(address, 1))->name() == "b");
    address.s6_addr[3] = 1;
    CHECK(choose(pool, Address::ipv6(address, 1))->name() == "a");
}
