#include "spliced/config/fixed.hpp"

#include <utility>
#include <variant>

#include "spliced/config/keywords.hpp"

namespace spliced::config {
namespace {

void keep(Special special, const Config& running, Config& wanted) {
    switch (special) {
        case Special::user:
            wanted.global.user = running.global.user;
            wanted.global.user_name = running.global.user_name;
            return;
        case Special::group:
            wanted.global.group = running.global.group;
            wanted.global.group_name = running.global.group_name;
            return;
        case Special::stats_socket:
            wanted.global.stats_sockets = running.global.stats_sockets;
            return;
        case Special::page_bind:
            wanted.page.binds = running.page.binds;
            return;
        default:
            return;  // the others can be reloaded; fixed_test.cpp sees to it that none is forgotten
    }
}

template <typename T>
void keep(T Global::*field, const Config& running, Config& wanted) {
    wanted.global.*field = running.global.*field;
}
template <typename T>
void keep(T StatusPage::*field, const Config& running, Config& wanted) {
    wanted.page.*field = running.page.*field;
}
// All of a proxy can be reloaded.
void keep(CheckKind, const Config&, Config&) {}
void keep(HealthText, const Config&, Config&) {}
template <typename T>
void keep(T Frontend::*, const Config&, Config&) {}
template <typename T>
void keep(T Backend::*, const Config&, Config&) {}
// So can all about names.
template <typename T>
void keep(T Resolvers::*, const Config&, Config&) {}

}  // namespace

Config with_fixed_values_of(const Config& running, Config wanted) {
    for (const Keyword& keyword : keywords()) {
        if (keyword.reloadable) continue;
        std::visit([&](auto target) { keep(target, running, wanted); }, keyword.target);
    }
    return wanted;
}

}  // namespace spliced::config
