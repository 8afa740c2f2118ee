// Any bytes as a configuration file: the reader must not crash, hang or lose its place, and a configuration
// that it accepts must come back the same through the dump. Touches neither files nor DNS.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "spliced/config/load_text.hpp"

namespace {

using spliced::Error;
using spliced::Result;
using spliced::os::Address;

spliced::config::Environment machine() {
    spliced::config::Environment environment;
    environment.read_file = [](const std::string&, std::size_t) -> Result<std::string> {
        return std::string("page");
    };
    environment.look_up = [](const std::string& host, sa_family_t family) -> Result<Address> {
        if (host.starts_with('x')) return Error{"cannot resolve '" + host + "'"};
        return family == AF_INET6 ? Address::ipv6(in6addr_loopback, 0) : Address::ipv4(INADDR_LOOPBACK, 0);
    };
    environment.user = [](const std::string&) -> Result<uid_t> { return uid_t{1}; };
    environment.group = [](const std::string&) -> Result<gid_t> { return gid_t{1}; };
    return environment;
}

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto environment = machine();
    std::string text(reinterpret_cast<const char*>(data), size);
    auto loaded = spliced::config::load_text({{"fuzz.ini", text}}, environment);
    bool any_error = false;
    unsigned line = 0;
    for (const auto& mistake : loaded.mistakes) {
        any_error |= mistake.severity == spliced::config::Mistake::Severity::error;
        require(mistake.where.line >= line && !mistake.message.empty());
        line = mistake.where.line;
    }
    require(any_error == (loaded.config == nullptr));
    if (!loaded.config) return 0;
    auto dumped = spliced::config::dump(*loaded.config);
    auto again = spliced::config::load_text({{"fuzz.ini", dumped}}, environment);
    require(again.config != nullptr);
    require(spliced::config::dump(*again.config) == dumped);
    return 0;
}
