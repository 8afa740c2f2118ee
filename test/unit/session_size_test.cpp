// What a connection at rest holds is one Session and nothing beside it, so its size is the memory of an idle
// connection: 100,000 of them take 58 MB, and each field that is added takes its bytes as often.
#include "catch.hpp"
#include "spliced/proxy/session.hpp"

TEST_CASE("an idle connection takes no more memory than allowed") {
    CHECK(sizeof(spliced::proxy::Session) <= 584);
    CHECK(sizeof(spliced::relay::Relay) <= 240);
}
