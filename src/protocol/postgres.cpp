#include "spliced/protocol/postgres.hpp"

#include "spliced/protocol/bytes.hpp"

namespace spliced::protocol {
namespace {

constexpr std::size_t head = 5;  // a letter, and the length of what follows, itself included
constexpr std::uint64_t longest_message = 1 << 14;

/// The field 'M', the message for people; else 'C', the code.
std::string message_of(std::string_view fields) {
    std::string code;
    while (!fields.empty() && fields[0] != '\0') {
        auto end = std::min(fields.find('\0'), fields.size());
        if (fields[0] == 'M') return one_line(fields.substr(1, end - 1));
        if (fields[0] == 'C') code = one_line(fields.substr(1, end - 1));
        fields.remove_prefix(std::min(end + 1, fields.size()));
    }
    return code;
}

/// AuthenticationOk 0, KerberosV5 2, CleartextPassword 3, MD5Password 5, SCMCredential 6, GSS 7, SSPI 9,
/// SASL 10.
bool is_authentication(std::uint64_t kind) {
    return kind <= 12 && kind != 1 && kind != 4 && kind != 8 && kind != 11 && kind != 12;
}

}  // namespace

std::string postgres_startup(std::string_view user) {
    std::string body = big_endian(0x00030000, 4);
    body.append("user").append(1, '\0').append(user).append(2, '\0');
    return big_endian(body.size() + 4, 4) + body;
}

Answer read_postgres_answer(std::string_view received, bool last) {
    constexpr const char* unknown = "PostgreSQL unknown error";
    if (!received.empty() && received[0] != 'R' && received[0] != 'E') return Answer::wrong(unknown);
    if (received.size() < head) return last ? Answer::wrong(unknown) : Answer::incomplete();
    std::uint64_t length = from_big_endian(received.substr(1, 4));
    if (length < 8 || length > longest_message) {
        // Before protocol 3 an error was a text up to a NUL.
        if (received[0] == 'E') return Answer::invalid(one_line(received.substr(1)));
        return Answer::wrong(unknown);
    }
    bool whole = received.size() >= length + 1;
    if (!whole && !last) return Answer::incomplete();
    std::string_view body = received.substr(head, length - 4);
    if (received[0] == 'E') return Answer::invalid(message_of(body));
    return whole && is_authentication(from_big_endian(body.substr(0, 4)))
               ? Answer::good("PostgreSQL server is ok")
               : Answer::wrong(unknown);
}

}  // namespace spliced::protocol
