// Any bytes as the message of a name server: read for each kind of question. What is accepted must be of that
// kind, each record once and in order.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "spliced/resolve/answer.hpp"

namespace {

using spliced::resolve::Answer;
using spliced::resolve::Failure;
using spliced::resolve::Kind;

void require(bool condition) {
    if (!condition) std::abort();
}

bool is_of(const spliced::resolve::Record& record, Kind kind) {
    if (kind == Kind::service) return !record.host.empty() && record.port != 0;
    return record.address.family() == (kind == Kind::ipv4 ? AF_INET : AF_INET6);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (Kind kind : {Kind::ipv4, Kind::ipv6, Kind::service}) {
        Answer answer = spliced::resolve::read_message({data, size}, kind);
        require((answer.failure == Failure::none) == !answer.records.empty());
        require(answer.ttl.count() >= 0);
        for (std::size_t i = 0; i < answer.records.size(); ++i) {
            require(is_of(answer.records[i], kind));
            for (std::size_t j = 0; j < i; ++j) require(!(answer.records[i] == answer.records[j]));
        }
    }
    return 0;
}
