#include "spliced/os/privileges.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace spliced::os {
namespace {

std::string shown(const std::string& name, unsigned number) {
    return name.empty() ? std::to_string(number) : name;
}

bool is_user(uid_t wanted) {
    uid_t real = 0;
    uid_t effective = 0;
    uid_t saved = 0;
    return ::getresuid(&real, &effective, &saved) == 0 && real == wanted && effective == wanted &&
           saved == wanted;
}

bool is_group(gid_t wanted) {
    gid_t real = 0;
    gid_t effective = 0;
    gid_t saved = 0;
    return ::getresgid(&real, &effective, &saved) == 0 && real == wanted && effective == wanted &&
           saved == wanted;
}

Result<void> take_group(const Identity& identity) {
    std::string step = "cannot change to group " + shown(identity.group_name, *identity.group);
    if (::setgroups(0, nullptr) != 0) return system_error(step + ": cannot give up the other groups", errno);
    if (::setresgid(*identity.group, *identity.group, *identity.group) != 0) return system_error(step, errno);
    return {};
}

Result<void> take_user(const Identity& identity) {
    std::string step = "cannot change to user " + shown(identity.user_name, *identity.user);
    if (::setresuid(*identity.user, *identity.user, *identity.user) != 0) return system_error(step, errno);
    return {};
}

// The inheritable and the ambient set are for an upgrade in place, which executes the program anew.
Result<void> keep_net_admin() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    constexpr unsigned net_admin = 1u << CAP_NET_ADMIN;
    __user_cap_data_struct sets[2] = {{net_admin, net_admin, net_admin}, {0, 0, 0}};
    if (::syscall(SYS_capset, &header, sets) != 0) return system_error("cannot keep CAP_NET_ADMIN", errno);
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0);
    return {};
}

/// A kernel or container that says yes and does nothing must not go unnoticed.
Result<void> check_no_way_back(const Identity& identity) {
    if (identity.group && !is_group(*identity.group)) return Error{"the change of group had no effect", 0};
    if (!identity.user) return {};
    if (!is_user(*identity.user)) return Error{"the change of user had no effect", 0};
    bool became_root = *identity.user == 0;
    if (!became_root && ::setuid(0) == 0)
        return Error{"the process could become root again after it changed user", 0};
    return {};
}

}  // namespace

Result<Identity> complete(Identity identity) {
    if (!identity.user || identity.group) return identity;
    errno = 0;
    const passwd* entry = ::getpwuid(*identity.user);  // start-up is single-threaded
    if (entry == nullptr) {
        return Error{fmt::format("user {} is not in the password file, so 'group' must be given",
                                 shown(identity.user_name, *identity.user)),
                     errno};
    }
    identity.group = entry->pw_gid;
    return identity;
}

Result<void> enter_chroot(const std::string& folder) {
    ::tzset();
    if (::chroot(folder.c_str()) != 0) return system_error("cannot chroot to " + folder, errno);
    if (::chdir("/") != 0) return system_error("cannot enter the root of chroot " + folder, errno);
    return {};
}

Result<void> drop_privileges(const Identity& identity, Kept kept) {
    bool user_is_set = !identity.user || is_user(*identity.user);
    bool group_is_set = !identity.group || is_group(*identity.group);
    bool may_keep_groups = ::geteuid() != 0;
    if (user_is_set && group_is_set && may_keep_groups) return {};
    if (identity.group) {
        if (auto taken = take_group(identity); !taken) return taken;
    }
    bool keeps = kept == Kept::net_admin && identity.user && *identity.user != 0;
    if (keeps) ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    if (identity.user) {
        if (auto taken = take_user(identity); !taken) return taken;
    }
    if (keeps)
        if (auto done = keep_net_admin(); !done) return done;
    return check_no_way_back(identity);
}

}  // namespace spliced::os
