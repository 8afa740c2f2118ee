// The first vectors of the paper's reference implementation: key 00 to 0f, messages 00, 00 01, ...
#include "spliced/base/keyed_hash.hpp"

#include <string>

#include "catch.hpp"

using namespace spliced;

TEST_CASE("the hash is SipHash-2-4") {
    KeyedHash hash({0x0706050403020100, 0x0f0e0d0c0b0a0908});
    std::string message;
    auto next = [&] {
        auto value = hash(message);
        message += static_cast<char>(message.size());
        return value;
    };
    CHECK(next() == 0x726fdb47dd0e0e31);
    CHECK(next() == 0x74f839c593dc67fd);
    CHECK(next() == 0x0d6c8009d9a94f5a);
    while (message.size() < 15) next();
    CHECK(next() == 0xa129ca6149be45e5);  // of the paper, appendix A
}

TEST_CASE("two secret keys name the same client differently, one always alike") {
    KeyedHash one = KeyedHash::secret();
    KeyedHash other = KeyedHash::secret();
    CHECK(one("10.0.0.1") == one("10.0.0.1"));
    CHECK(one("10.0.0.1") != one("10.0.0.2"));
    CHECK(one("10.0.0.1") != other("10.0.0.1"));
}
