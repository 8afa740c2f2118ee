#include "spliced/protocol/tls_hello.hpp"

#include <fmt/format.h>

#include <initializer_list>

#include "spliced/protocol/bytes.hpp"

namespace spliced::protocol {
namespace {

constexpr unsigned char alert_record = 21;
constexpr unsigned char handshake_record = 22;
constexpr unsigned char client_hello = 1;
constexpr unsigned char server_hello = 2;
constexpr unsigned char fatal = 2;
constexpr unsigned char unrecognized_name = 112;
constexpr std::size_t head = 5;                  // kind, version, length
constexpr std::size_t longest_record = 1 << 14;  // RFC 8446, 5.1

std::string list_of(std::initializer_list<unsigned> values) {
    std::string bytes;
    for (unsigned value : values) bytes += big_endian(value, 2);
    return bytes;
}

/// The bytes with their number in front, in `width` bytes.
std::string vector_of(std::string_view bytes, std::size_t width) {
    return big_endian(bytes.size(), width).append(bytes);
}

std::string extension(unsigned number, std::string_view content) {
    return big_endian(number, 2) + vector_of(content, 2);
}

// AES-GCM and ChaCha20 of TLS 1.3; the same with ECDHE for 1.2; then what older servers have.
const std::string& ciphers() {
    static const std::string list =
        list_of({0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013,
                 0xc00a, 0xc014, 0x009e, 0x009f, 0x0033, 0x0039, 0x009c, 0x009d, 0x002f, 0x0035, 0x000a});
    return list;
}

std::string extensions(std::string_view key_share) {
    constexpr unsigned x25519 = 0x001d;
    std::string groups = list_of({x25519, 0x0017, 0x0018, 0x0019});  // and the curves of NIST
    std::string signatures = list_of({0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0401,
                                      0x0501, 0x0601, 0x0203, 0x0201});
    std::string versions = list_of({0x0304, 0x0303, 0x0302, 0x0301});
    std::string share = big_endian(x25519, 2) + vector_of(key_share, 2);
    return extension(10, vector_of(groups, 2)) +            // supported_groups
           extension(11, std::string("\x01\x00", 2)) +      // ec_point_formats: uncompressed
           extension(13, vector_of(signatures, 2)) +        // signature_algorithms
           extension(23, "") +                              // extended_master_secret
           extension(43, vector_of(versions, 1)) +          // supported_versions
           extension(45, "\x01\x01") +                      // psk_key_exchange_modes: psk_dhe_ke
           extension(51, vector_of(share, 2)) +             // key_share
           extension(0xff01, std::string_view("\x00", 1));  // renegotiation_info
}

std::string alert_name(unsigned char number) {
    switch (number) {
        case 40:
            return "handshake failure";
        case 47:
            return "illegal parameter";
        case 50:
            return "decode error";
        case 70:
            return "protocol version";
        case 71:
            return "insufficient security";
        case 80:
            return "internal error";
        case 116:
            return "certificate required";
        default:
            return fmt::format("number {}", number);
    }
}

}  // namespace

std::string tls_client_hello(const TlsLots& lots) {
    std::string_view bytes(reinterpret_cast<const char*>(lots.data()), lots.size());
    std::string hello = big_endian(0x0303, 2);
    hello.append(bytes.substr(0, 32));
    hello += vector_of(bytes.substr(32, 32), 1);
    hello += vector_of(ciphers(), 2);
    hello.append("\x01\x00", 2);  // compression: none
    hello += vector_of(extensions(bytes.substr(64)), 2);
    std::string message = big_endian(client_hello, 1) + vector_of(hello, 3);
    return big_endian(handshake_record, 1) + big_endian(0x0301, 2) + vector_of(message, 2);
}

Answer read_tls_answer(std::string_view received, bool last) {
    constexpr const char* alien = "the answer is no TLS";
    for (;;) {
        if (received.empty()) return last ? Answer::invalid(alien) : Answer::incomplete();
        auto kind = static_cast<unsigned char>(received[0]);
        if (kind != alert_record && kind != handshake_record) return Answer::invalid(alien);
        if (received.size() > 1 && received[1] != 3) return Answer::invalid(alien);
        if (received.size() < head + 2) return last ? Answer::invalid(alien) : Answer::incomplete();
        std::size_t length = from_big_endian(received.substr(3, 2));
        if (length < 2 || length > longest_record) return Answer::invalid(alien);
        auto first = static_cast<unsigned char>(received[head]);
        if (kind == handshake_record) return first == server_hello ? Answer::good() : Answer::invalid(alien);
        auto number = static_cast<unsigned char>(received[head + 1]);
        if (first == fatal && number == unrecognized_name) return Answer::good("serves only named hosts");
        if (first == fatal) return Answer::wrong("TLS alert: " + alert_name(number));
        received.remove_prefix(std::min(received.size(), head + length));  // a warning; the hello follows
    }
}

}  // namespace spliced::protocol
