// The checksum of PROXY protocol headers against the values of RFC 3720, appendix B.4.
#include "spliced/protocol/crc32c.hpp"

#include <string>

#include "catch.hpp"

using spliced::protocol::crc32c;

TEST_CASE("the checksum is the one of RFC 3720", "[proxy-header]") {
    std::string rising(32, '\0');
    for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = static_cast<char>(i);
    CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
    CHECK(crc32c(std::string(32, '\xFF')) == 0x62A8AB43);
    CHECK(crc32c(rising) == 0x46DD794E);
    CHECK(crc32c(std::string(rising.rbegin(), rising.rend())) == 0x113FDB5C);
    CHECK(crc32c("123456789") == 0xE3069283);
}

TEST_CASE("a checksum goes on where another ended", "[proxy-header]") {
    CHECK(crc32c("56789", crc32c("1234")) == crc32c("123456789"));
    CHECK(crc32c("", crc32c("1234")) == crc32c("1234"));
}
