// Giving up what only the start needs: the view of the file system, and root.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "spliced/base/result.hpp"

namespace spliced::os {

/// Who the process becomes. The names are for messages only.
struct Identity {
    std::optional<uid_t> user;
    std::optional<gid_t> group;
    std::string user_name;
    std::string group_name;
};

/// Where a user is given without a group: fills in the user's own group from the password file. HAProxy would
/// stay in root's group. Call it before enter_chroot(), which may hide that file.
Result<Identity> complete(Identity identity);

/// chroot(2), then "/" becomes the working directory. The time zone is read first: its file is outside.
Result<void> enter_chroot(const std::string& folder);

/// What root may do that the process goes on to need.
enum class Kept {
    nothing,
    net_admin,  ///< CAP_NET_ADMIN: to use other machines' addresses; a program that it executes has it, too
};

/// Takes on the group, gives up all supplementary groups, takes on the user: in this order, since only root
/// may do each of them. Then makes sure that the way back is closed. Does nothing where the process is that
/// user and group already; fails where it may not change.
Result<void> drop_privileges(const Identity& identity, Kept kept = Kept::nothing);

}  // namespace spliced::os
