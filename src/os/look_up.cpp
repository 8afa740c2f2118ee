// The one place that asks the system's resolver.
#include <netdb.h>

#include <memory>

#include "spliced/os/endpoint.hpp"

namespace spliced::os {

Result<Address> look_up(const std::string& host, sa_family_t family) {
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (code == EAI_SYSTEM) return system_error("cannot resolve '" + host + "'", errno);
    if (code != 0) return Error{"cannot resolve '" + host + "': " + gai_strerror(code)};
    std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, freeaddrinfo);
    return Address(list->ai_addr, list->ai_addrlen);
}

}  // namespace spliced::os
