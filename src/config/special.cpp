#include "spliced/config/special.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "spliced/base/units.hpp"
#include "spliced/config/foreign.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

struct NamedOnError {
    std::string_view name;
    OnError on_error;
};

constexpr std::array on_errors{
    NamedOnError{"fail-check", OnError::fail_check}, NamedOnError{"fastinter", OnError::fastinter},
    NamedOnError{"sudden-death", OnError::sudden_death}, NamedOnError{"mark-down", OnError::mark_down}};

/// HAProxy holds an error file in one 16 KiB buffer; a page with a picture inside may take more here.
constexpr std::size_t max_errorfile = std::size_t{64} << 10;

/// Relative to the folder of the file that names it, so that a folder of configuration can be moved as it is.
std::string beside(const std::string& file, std::string_view path) {
    return (std::filesystem::absolute(file).parent_path() / path).lexically_normal().string();
}

}  // namespace

std::string_view name_of(OnError on_error) {
    for (const auto& each : on_errors)
        if (each.on_error == on_error) return each.name;
    return {};
}

Result<OnError> on_error_named(std::string_view name) {
    std::vector<std::string_view> names;
    for (const auto& each : on_errors) {
        if (each.name == name) return each.on_error;
        names.push_back(each.name);
    }
    return Error{unknown_word(name, {}, names)};
}

void read_errorfile(const Line& line, ProxyDraft& proxy) {
    auto path = beside(line.where.file, line.value);
    auto content = line.environment.read_file(path, max_errorfile);
    if (!line.check(content)) return;
    if (content->empty()) return line.error(fmt::format("'{}' is empty", path));
    auto page = std::make_shared<const std::string>(std::move(*content));
    proxy.front.sorry_page = proxy.back.sorry_page = page;
    proxy.front.sorry_path = proxy.back.sorry_path = path;
}

void read_user(const Line& line, Global& global) {
    global.user_name = line.value;
    auto user = line.environment.user(global.user_name);
    if (line.check(user)) global.user = *user;
}

void read_group(const Line& line, Global& global) {
    global.group_name = line.value;
    auto group = line.environment.group(global.group_name);
    if (line.check(group)) global.group = *group;
}

void read_maxaccept(const Line& line, Global& global) {
    if (line.check(assign(global.maxaccept, line.value, {-1, INT32_MAX})) && global.maxaccept == 0)
        line.error("0 would accept nothing; -1 is no bound");
}

void read_id(const Line& line, ProxyDraft& proxy) {
    if (line.check(assign(proxy.back.own_id, line.value, {1, INT32_MAX})))
        proxy.front.own_id = proxy.back.own_id;
}

void read_smart_option(const Line& line) {
    bool wanted = false;
    if (line.check(assign(wanted, line.value, {})) && !wanted)
        line.error("is how this proxy works, and cannot be turned off; remove the line");
}

void read_nolinger(const Line& line, ProxyDraft& proxy) {
    bool wanted = false;
    if (line.check(assign(wanted, line.value, {}))) proxy.front.nolinger = proxy.back.nolinger = wanted;
}

void read_both_keepalives(const Line& line, ProxyDraft& proxy) {
    bool wanted = false;
    if (line.check(assign(wanted, line.value, {}))) proxy.front.keepalive = proxy.back.keepalive = wanted;
}

}  // namespace spliced::config
