// Listening sockets that another process opened for this one: the service manager's (socket activation), or
// those of the process that this one replaces.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spliced/base/result.hpp"
#include "spliced/base/unique_fd.hpp"
#include "spliced/os/address.hpp"
#include "spliced/os/socket.hpp"

namespace spliced::os {

/// Owns the sockets until somebody takes them. What nobody takes is closed with it.
class InheritedSockets {
  public:
    /// Sets the socket up as adopt_listener() does. One that does not listen is closed, and an error.
    /// `number`: what take_descriptor() knows it by, where that is not the descriptor's own.
    Result<void> add(UniqueFd socket, std::optional<int> number = {});

    /// The socket of this address (its text is compared) that is bound to this network interface.
    std::optional<UniqueFd> take(const Address& address, std::string_view interface = {});
    /// The socket that has this number: `bind = fd@N` under a service manager.
    std::optional<UniqueFd> take_descriptor(int number);

    /// The addresses of those that are left, with "%INTERFACE" behind where they are bound to one.
    std::vector<std::string> left() const;

  private:
    struct Socket {
        UniqueFd socket;
        int number;
        Address address;
        std::string interface;
    };
    std::optional<UniqueFd> take_at(std::vector<Socket>::iterator found);

    std::vector<Socket> sockets_;
};

/// What sd_listen_fds(3) hands over: the descriptors from 3 on, as many as $LISTEN_FDS says, where
/// $LISTEN_PID is this process. Those that cannot be used become errors. The variables go, so that no program
/// which this one executes takes its descriptors for such.
InheritedSockets take_activation_sockets(std::vector<Error>& errors);

/// An inherited socket of this address with these options, else a new one.
Result<UniqueFd> inherit_or_listen(const ListenOptions& options, InheritedSockets& inherited);

}  // namespace spliced::os
