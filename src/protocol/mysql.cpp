#include "spliced/protocol/mysql.hpp"

#include <optional>

#include "spliced/protocol/bytes.hpp"

namespace spliced::protocol {
namespace {

constexpr std::size_t head = 4;  // three bytes of length, one that counts the packets
constexpr std::size_t longest_packet = 1 << 14;

std::string packet(std::string_view body, unsigned sequence) {
    return little_endian(body.size(), 3) + little_endian(sequence, 1).append(body);
}

/// The body of the first packet. A length of 0 or beyond all reason is told as invalid.
struct Packet {
    enum class State { incomplete, cut, whole, nonsense };
    State state = State::incomplete;
    std::string_view body;
};

Packet first_packet(std::string_view received, bool last) {
    if (received.size() < head) return {last ? Packet::State::cut : Packet::State::incomplete, {}};
    std::uint64_t length = from_little_endian(received.substr(0, 3));
    if (length == 0 || length > longest_packet) return {Packet::State::nonsense, {}};
    std::string_view body = received.substr(head, length);
    if (body.size() == length) return {Packet::State::whole, body};
    return {last ? Packet::State::cut : Packet::State::incomplete, {}};
}

/// ERR_Packet: 0xff, a number, and since 4.1 `#` and five letters of SQLSTATE.
Answer error_of(std::string_view body) {
    if (body.size() < 3) return Answer::invalid();
    auto code = static_cast<unsigned>(from_little_endian(body.substr(1, 2)));
    return Answer::wrong(one_line(body.substr(3)), code);
}

constexpr char error_packet = '\xff';
constexpr char ok_packet = '\0';
constexpr char auth_switch_packet = '\xfe';
constexpr char more_data_packet = '\x01';  // of caching_sha2_password

}  // namespace

std::string mysql_login(std::string_view user, MysqlDialect dialect) {
    constexpr unsigned secure_connection = 0x8000;
    constexpr unsigned protocol_41 = 0x200;
    constexpr unsigned largest_packet = 1 << 24;
    constexpr unsigned utf8 = 0x21;
    std::string body;
    if (dialect == MysqlDialect::post_41) {
        body = little_endian(protocol_41 | secure_connection, 4) + little_endian(largest_packet, 4) +
               little_endian(utf8, 1);
        body.append(23, '\0').append(user).append(2, '\0');  // the second ends a password of no length
    } else {
        body = little_endian(secure_connection, 2) + little_endian(0x010000, 3);
        body.append(user).append(2, '\0');
    }
    return packet(body, 1);
}

std::string mysql_quit() {
    return packet("\x01", 0);
}

Answer read_mysql_greeting(std::string_view received, bool last) {
    Packet first = first_packet(received, last);
    if (first.state == Packet::State::incomplete) return Answer::incomplete();
    if (first.state != Packet::State::whole) return Answer::invalid();
    if (first.body[0] == error_packet) return error_of(first.body);
    constexpr char oldest_protocol = 9;
    constexpr char protocol = 10;
    auto end = first.body.find('\0');
    bool known = first.body[0] == protocol || first.body[0] == oldest_protocol;
    if (!known || end == std::string_view::npos) return Answer::invalid();
    return Answer::good(one_line(first.body.substr(1, end - 1)));
}

Answer read_mysql_login_result(std::string_view received, bool last) {
    Packet first = first_packet(received, last);
    if (first.state == Packet::State::incomplete) return Answer::incomplete();
    if (first.state != Packet::State::whole) return Answer::invalid();
    char kind = first.body[0];
    if (kind == error_packet) return error_of(first.body);
    if (kind == ok_packet || kind == auth_switch_packet || kind == more_data_packet) return Answer::good();
    return Answer::invalid();
}

}  // namespace spliced::protocol
