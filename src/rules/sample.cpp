#include "spliced/rules/sample.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace spliced::rules {

std::string_view name_of(Type type) {
    switch (type) {
        case Type::none:
            break;
        case Type::boolean:
            return "a boolean";
        case Type::integer:
            return "an integer";
        case Type::address:
            return "an address";
        case Type::text:
            return "a string";
        case Type::binary:
            return "bytes";
    }
    return "nothing";
}

std::span<char> Scratch::take(std::size_t size) {
    if (size > bytes_.size() - used_) return {};
    std::span<char> taken(bytes_.data() + used_, size);
    used_ += size;
    return taken;
}

Sample Sample::number_of(Type type, std::int64_t value) {
    Sample sample;
    sample.type_ = type;
    sample.number_ = value;
    return sample;
}

Sample Sample::bytes_of(Type type, std::string_view bytes) {
    Sample sample;
    sample.type_ = type;
    sample.bytes_ = bytes;
    return sample;
}

Sample Sample::ipv4(std::uint32_t host_order) {
    Sample sample = number_of(Type::address, host_order);
    sample.is_ipv4_ = true;
    return sample;
}

Sample Sample::ipv6(const in6_addr& address) {
    Sample sample = number_of(Type::address, 0);
    sample.ipv6_ = address;
    return sample;
}

Sample Sample::address(const os::Address& address) {
    const void* data = address.data();
    if (address.family() == AF_INET)
        return ipv4(ntohl(static_cast<const sockaddr_in*>(data)->sin_addr.s_addr));
    if (address.family() == AF_INET6) return ipv6(static_cast<const sockaddr_in6*>(data)->sin6_addr);
    return {};
}

Sample Sample::as_text(Scratch& scratch) const {
    if (is_bytes()) return text(bytes_);
    if (type_ == Type::none) return {};
    auto room = scratch.take(INET6_ADDRSTRLEN);
    if (room.empty()) return {};
    if (type_ != Type::address) {
        auto end = fmt::format_to_n(room.data(), room.size(), "{}", number_).out;
        return text({room.data(), static_cast<std::size_t>(end - room.data())});
    }
    in_addr v4{htonl(ipv4())};
    const void* source = is_ipv4_ ? static_cast<const void*>(&v4) : &ipv6_;
    const char* written =
        inet_ntop(is_ipv4_ ? AF_INET : AF_INET6, source, room.data(), static_cast<socklen_t>(room.size()));
    return written ? text(written) : Sample();
}

Sample Sample::as_integer() const {
    if (type_ == Type::boolean || type_ == Type::integer) return integer(number_);
    if (!is_bytes()) return {};
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(bytes_.data(), bytes_.data() + bytes_.size(), value);
    bool whole = error == std::errc() && end == bytes_.data() + bytes_.size();
    return whole ? integer(value) : Sample();
}

Sample Sample::as_address() const {
    if (type_ == Type::address) return *this;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (!is_bytes() || bytes_.size() >= text.size()) return {};
    std::copy(bytes_.begin(), bytes_.end(), text.begin());
    in_addr v4{};
    if (inet_pton(AF_INET, text.data(), &v4) == 1) return ipv4(ntohl(v4.s_addr));
    in6_addr v6{};
    return inet_pton(AF_INET6, text.data(), &v6) == 1 ? ipv6(v6) : Sample();
}

}  // namespace spliced::rules
