#include "spliced/protocol/ldap.hpp"

#include <cstdint>

namespace spliced::protocol {
namespace {

/// Takes BER elements off the front of a text.
class Elements {
  public:
    explicit Elements(std::string_view bytes) : rest_(bytes) {}

    enum class State { whole, cut, nonsense };

    /// The content of the next element, which must have this tag.
    State next(unsigned char tag, std::string_view& content);

  private:
    std::string_view rest_;
};

Elements::State Elements::next(unsigned char tag, std::string_view& content) {
    if (rest_.empty()) return State::cut;
    if (static_cast<unsigned char>(rest_[0]) != tag) return State::nonsense;
    if (rest_.size() < 2) return State::cut;
    std::size_t length = static_cast<unsigned char>(rest_[1]);
    std::size_t at = 2;
    if (length >= 0x80) {
        std::size_t bytes = length & 0x7f;
        if (bytes == 0 || bytes > 4) return State::nonsense;
        if (rest_.size() < at + bytes) return State::cut;
        length = 0;
        for (; bytes > 0; --bytes) length = length << 8 | static_cast<unsigned char>(rest_[at++]);
    }
    content = rest_.substr(at, length);
    if (content.size() < length) return State::cut;
    rest_.remove_prefix(at + length);
    return State::whole;
}

constexpr unsigned char sequence = 0x30;
constexpr unsigned char integer = 0x02;
constexpr unsigned char enumerated = 0x0a;
constexpr unsigned char bind_response = 0x61;

}  // namespace

std::string ldap_bind() {
    // LDAPMessage { messageID 1, bindRequest { version 3, name "", simple "" } }
    return {"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00", 14};
}

Answer read_ldap_bind_response(std::string_view received, bool last) {
    using State = Elements::State;
    constexpr const char* alien = "Not LDAPv3 protocol";
    std::string_view message;
    std::string_view ignored;
    std::string_view response;
    std::string_view code;
    State outer = Elements(received).next(sequence, message);
    if (outer == State::cut) return last ? Answer::invalid(alien) : Answer::incomplete();
    if (outer == State::nonsense) return Answer::invalid(alien);
    Elements inside(message);
    if (inside.next(integer, ignored) != State::whole ||
        inside.next(bind_response, response) != State::whole ||
        Elements(response).next(enumerated, code) != State::whole || code.size() != 1)
        return Answer::invalid(alien);
    unsigned number = static_cast<unsigned char>(code[0]);
    if (number == 0) return Answer::good();
    return Answer::wrong("See RFC: http://tools.ietf.org/html/rfc4511#section-4.1.9", number);
}

}  // namespace spliced::protocol
