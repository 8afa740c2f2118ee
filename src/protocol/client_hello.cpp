#include "spliced/protocol/client_hello.hpp"

#include <algorithm>
#include <cassert>
#include <optional>

namespace spliced::protocol {
namespace {

using State = ClientHello::State;

constexpr std::uint8_t handshake_record = 22;
constexpr std::uint8_t client_hello_type = 1;
constexpr std::size_t record_header = 5;
constexpr std::size_t message_header = 4;
// Of plaintext, RFC 8446, 5.1; a greeting is never encrypted.
constexpr std::size_t longest_record = std::size_t{1} << 14;

enum Extension : std::uint16_t { server_name = 0, supported_groups = 10, alpn = 16 };

/// Takes fields from the front; after the first that is not there it gives nothing more.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    bool failed() const { return failed_; }
    bool done() const { return failed_ || rest_.empty(); }

    std::string_view take(std::size_t size) {
        if (failed_ || size > rest_.size()) {
            failed_ = true;
            return {};
        }
        std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    std::size_t number(std::size_t bytes) {
        std::size_t value = 0;
        for (char c : take(bytes)) value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }
    /// A field that begins with its length.
    std::string_view field(std::size_t bytes_of_length) { return take(number(bytes_of_length)); }

  private:
    std::string_view rest_;
    bool failed_ = false;
};

/// The handshake bytes of the records, put together; and whether these are records at all.
struct Joined {
    State state = State::incomplete;  ///< `complete`: the message is whole
    std::string_view message;
};

std::size_t length_of(std::string_view message) {
    return message.size() < message_header ? 0 : message_header + Reader(message.substr(1)).number(3);
}

/// What can be said of the first bytes of a record; each byte is judged as soon as it is there.
bool may_begin_record(std::string_view bytes) {
    auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    if (!bytes.empty() && at(0) != handshake_record) return false;
    if (bytes.size() > 1 && at(1) != 3) return false;
    if (bytes.size() < record_header) return true;
    auto length = static_cast<std::size_t>(at(3)) << 8 | at(4);
    return length > 0 && length <= longest_record;
}

Joined join(std::string_view bytes, std::span<char> room) {
    std::size_t joined = 0;
    auto message = [&] { return std::string_view(room.data(), joined); };
    while (!bytes.empty()) {
        if (!may_begin_record(bytes)) return {State::foreign, message()};
        if (bytes.size() < record_header) break;
        std::size_t length = Reader(bytes.substr(3)).number(2);
        bytes.remove_prefix(record_header);
        std::string_view part = bytes.substr(0, std::min(length, room.size() - joined));
        std::copy(part.begin(), part.end(), room.begin() + static_cast<std::ptrdiff_t>(joined));
        joined += part.size();
        bytes.remove_prefix(std::min(length, bytes.size()));
        if (joined > 0 && static_cast<unsigned char>(room[0]) != client_hello_type)
            return {State::foreign, message()};
        std::size_t wanted = length_of(message());
        if (wanted > room.size()) return {State::foreign, message()};
        if (wanted > 0 && joined >= wanted) return {State::complete, message().substr(0, wanted)};
    }
    return {State::incomplete, message()};
}

/// The first name of type host_name, RFC 6066, 3.
std::string_view read_server_name(std::string_view extension) {
    Reader list(Reader(extension).field(2));
    while (!list.done()) {
        bool is_host_name = list.number(1) == 0;
        std::string_view name = list.field(2);
        if (is_host_name && !list.failed()) return name;
    }
    return {};
}

/// Names parted by commas in place of their lengths, RFC 7301, 3.1. The list lies in the caller's room.
std::string_view read_protocols(std::string_view extension, std::span<char> room) {
    std::string_view list = Reader(extension).field(2);
    auto begin = static_cast<std::size_t>(list.data() - room.data());
    for (Reader names(list); !names.done();) {
        std::string_view name = names.field(1);
        if (names.failed() || name.empty()) return {};
    }
    for (std::size_t at = 0; at < list.size();) {
        auto length = static_cast<unsigned char>(list[at]);
        room[begin + at] = ',';
        at += std::size_t{1} + length;
    }
    return list.empty() ? list : list.substr(1);
}

void read_extension(std::size_t type, std::string_view content, std::span<char> room, ClientHello& hello) {
    if (type == server_name) hello.server_name = read_server_name(content);
    if (type == supported_groups) hello.names_curves = true;
    if (type == alpn) hello.protocols = read_protocols(content, room);
}

/// False where the message is broken.
bool read_message(std::string_view message, std::span<char> room, ClientHello& hello) {
    Reader reader(message);
    hello.type = static_cast<std::uint8_t>(reader.number(1));
    reader.take(3);
    hello.version = static_cast<std::uint16_t>(reader.number(2));
    reader.take(32);  // random
    reader.field(1);  // session id
    reader.field(2);  // cipher suites
    reader.field(1);  // compression methods
    if (reader.failed()) return false;
    if (reader.done()) return true;  // of a client without extensions
    Reader extensions(reader.field(2));
    while (!extensions.done()) {
        std::size_t type = extensions.number(2);
        std::string_view content = extensions.field(2);
        if (!extensions.failed()) read_extension(type, content, room, hello);
    }
    return !reader.failed() && !extensions.failed() && reader.done();
}

}  // namespace

ClientHello read_client_hello(std::string_view bytes, std::span<char> room) {
    assert(room.size() >= max_client_hello);
    room = room.first(max_client_hello);
    ClientHello hello;
    Joined joined = join(bytes, room);
    hello.state = joined.state;
    if (joined.state == State::incomplete && bytes.size() >= max_client_hello_bytes)
        hello.state = State::foreign;
    if (joined.state != State::complete) return hello;
    if (read_message(joined.message, room, hello)) return hello;
    ClientHello broken;
    broken.state = State::foreign;
    return broken;
}

}  // namespace spliced::protocol
