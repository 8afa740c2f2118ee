// Any bytes as a PROXY protocol header. Nothing may crash; what the whole says is what the pieces say; a
// header that announces addresses, written anew, announces the same.
//
// The first byte of an input says where the rest is cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "spliced/protocol/proxy_header.hpp"

namespace {

using namespace spliced;
using State = protocol::HeaderReading::State;

void require(bool condition) {
    if (!condition) std::abort();
}

/// As long as pieces are incomplete, nothing but the whole may decide; once decided, more changes nothing.
void check_pieces(std::string_view bytes, std::size_t cut) {
    auto whole = protocol::read_proxy_header(bytes);
    auto piece = protocol::read_proxy_header(bytes.substr(0, cut));
    if (piece.state == State::incomplete) return;
    require(piece.state == whole.state);
    require(piece.size == whole.size);
    require(piece.size <= cut);
}

void check_round_trip(const protocol::ProxyHeader& header) {
    if (header.source.family() == AF_UNSPEC) return;
    require(header.destination.family() == header.source.family());
    protocol::HeaderExtras extras{true, header.authority.substr(0, 255), header.unique_id.substr(0, 128)};
    for (const std::string& bytes : {protocol::proxy_header_v1(header.source, header.destination),
                                     protocol::proxy_header_v2(header.source, header.destination, extras)}) {
        auto again = protocol::read_proxy_header(bytes);
        require(again.state == State::complete);
        require(again.size == bytes.size());
        require(again.header.source == header.source);
        require(again.header.destination == header.destination);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    auto whole = protocol::read_proxy_header(bytes);
    if (whole.state == State::complete) {
        require(whole.size > 0 && whole.size <= bytes.size());
        check_round_trip(whole.header);
    }
    check_pieces(bytes, bytes.empty() ? 0 : data[0] % (bytes.size() + 1));
    return 0;
}
