// A machine that exists in memory only, for tests of the configuration.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "spliced/config/environment.hpp"
#include "spliced/config/load_text.hpp"

/// Knows the host "web.test", any account but "nobody-here", and the files it is given by their last name.
inline spliced::config::Environment fake_environment(std::map<std::string, std::string> files = {}) {
    using spliced::Error;
    using spliced::Result;
    spliced::config::Environment fake;
    fake.read_file = [files = std::move(files)](const std::string& path,
                                                std::size_t limit) -> Result<std::string> {
        auto found = files.find(path.substr(path.rfind('/') + 1));
        if (found == files.end()) return Error{"cannot read '" + path + "': No such file or directory"};
        if (found->second.size() > limit) return Error{"cannot read '" + path + "': larger than the limit"};
        return found->second;
    };
    fake.look_up = [](const std::string& host, sa_family_t family) -> Result<spliced::os::Address> {
        if (host != "web.test") return Error{"cannot resolve '" + host + "': Name or service not known"};
        if (family == AF_INET6) return spliced::os::Address::ipv6(in6addr_loopback, 0);
        return spliced::os::Address::ipv4(0x7f000001, 0);
    };
    fake.user = [](const std::string& name) -> Result<uid_t> {
        if (name == "nobody-here") return Error{"there is no user '" + name + "'"};
        return uid_t{1000};
    };
    fake.group = [](const std::string& name) -> Result<gid_t> {
        if (name == "nobody-here") return Error{"there is no group '" + name + "'"};
        return gid_t{1000};
    };
    return fake;
}

inline spliced::config::Loaded load_fake(const std::string& text,
                                         std::map<std::string, std::string> files = {}) {
    return spliced::config::load_text({{"test.ini", text}}, fake_environment(std::move(files)));
}

/// All mistakes, a line each, as the operator would see them.
inline std::string mistakes_of(const spliced::config::Loaded& loaded) {
    std::string text;
    for (const auto& mistake : loaded.mistakes) text += mistake.text() + "\n";
    return text;
}
