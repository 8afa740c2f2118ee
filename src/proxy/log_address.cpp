#include "spliced/proxy/log_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <iterator>

namespace spliced::proxy {

void append_host(std::string& line, const os::Address& address) {
    if (!address.is_ip()) return;
    std::array<char, INET6_ADDRSTRLEN> host{};
    const sockaddr* any = address.data();
    const void* bytes = address.family() == AF_INET
                            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(any)->sin_addr)
                            : &reinterpret_cast<const sockaddr_in6*>(any)->sin6_addr;
    line += ::inet_ntop(address.family(), bytes, host.data(), host.size());
}

void append_address(std::string& line, const os::Address& address) {
    append_host(line, address);
    fmt::format_to(std::back_inserter(line), ":{}", address.port());
}

void append_client_host(std::string& line, const SessionRecord& session) {
    os::Address client = session.client.address();
    if (!client.is_ip())
        line += "unix";
    else if (session.anonymity == config::Anonymity::none)
        append_host(line, client);
    else if (session.anonymity == config::Anonymity::dropped)
        line += '-';
    else
        fmt::format_to(std::back_inserter(line), "{:016x}", session.client_hash);
}

unsigned client_port(const SessionRecord& session) {
    os::Address client = session.client.address();
    if (!client.is_ip()) return session.bind_id;
    return session.anonymity == config::Anonymity::none ? client.port() : 0;
}

void append_client(std::string& line, const SessionRecord& session) {
    append_client_host(line, session);
    fmt::format_to(std::back_inserter(line), ":{}", client_port(session));
}

}  // namespace spliced::proxy
