#include "spliced/config/environment.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <vector>

#include "spliced/base/units.hpp"
#include "spliced/config/read_file.hpp"

namespace spliced::config {
namespace {

Result<std::string> read_regular(const std::string& path, std::size_t limit) {
    auto content = read_file(path, limit, FileKind::regular);
    if (!content)
        return Error{fmt::format("cannot read '{}': {}", path, content.error().message),
                     content.error().code};
    return content;
}

/// The shape that getpwnam_r(3) and getgrnam_r(3) share; a large group needs a large buffer.
template <typename Entry, typename Get>
bool find_entry(const std::string& name, Get get, Entry& entry, std::vector<char>& buffer) {
    Entry* found = nullptr;
    buffer.resize(1024);
    while (get(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE)
        buffer.resize(buffer.size() * 2);
    return found != nullptr;
}

Result<unsigned> as_number(const std::string& name, std::string_view what) {
    auto number = parse_integer(name, {0, INT32_MAX});
    if (!number) return Error{fmt::format("there is no {} '{}'", what, name)};
    return static_cast<unsigned>(*number);
}

Result<uid_t> find_user(const std::string& name) {
    passwd entry{};
    std::vector<char> buffer;
    if (find_entry(name, getpwnam_r, entry, buffer)) return entry.pw_uid;
    return as_number(name, "user");
}

Result<gid_t> find_group(const std::string& name) {
    group entry{};
    std::vector<char> buffer;
    if (find_entry(name, getgrnam_r, entry, buffer)) return entry.gr_gid;
    return as_number(name, "group");
}

}  // namespace

Environment Environment::of_this_machine() {
    return {read_regular, os::look_up, find_user, find_group, false};
}

}  // namespace spliced::config
