// Any bytes as the beginning of a connection: the reader must not read past them, and what it says of a
// beginning must not be taken back when more is there.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "spliced/protocol/client_hello.hpp"

namespace {

using spliced::protocol::ClientHello;
using State = ClientHello::State;

using Room = std::array<char, spliced::protocol::max_client_hello>;

void require(bool condition) {
    if (!condition) std::abort();
}

bool lies_in(std::string_view view, const Room& room) {
    return view.empty() ||
           (view.data() >= room.data() && view.data() + view.size() <= room.data() + room.size());
}

/// From a block of exactly that size, so that a read past its end is seen.
ClientHello read(const std::uint8_t* data, std::size_t size, Room& room) {
    std::unique_ptr<char[]> copy(new char[size]);
    std::copy(data, data + size, copy.get());
    return spliced::protocol::read_client_hello({copy.get(), size}, room);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Room whole_room;
    static Room part_room;
    ClientHello whole = read(data, size, whole_room);
    require(lies_in(whole.server_name, whole_room) && lies_in(whole.protocols, whole_room));
    for (std::size_t length : {size / 3, size / 2, size - std::min<std::size_t>(size, 1)}) {
        ClientHello part = read(data, length, part_room);
        if (part.state == State::incomplete) continue;
        require(part.state == whole.state);
        require(part.server_name == whole.server_name && part.protocols == whole.protocols);
    }
    return 0;
}
