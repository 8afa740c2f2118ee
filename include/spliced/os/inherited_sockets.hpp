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
    /// What a socket is asked for by, where its own number and address do not say it: another process knows
    /// it as fd@N, or by a path that it was given after it was bound.
    struct Label {
        int number = -1;      ///< -1: nobody asks for it by number
        std::string address;  ///< as Address::text(); empty: what the socket says itself
    };

    /// Sets the socket up as adopt_listener() does. One that does not listen is closed, and an error.
    Result<void> add(UniqueFd socket);
    Result<void> add(UniqueFd socket, const Label& label);

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
        std::string address;
        std::string interface;
    };
    std::optional<UniqueFd> take_at(std::vector<Socket>::iterator found);

    std::vector<Socket> sockets_;
};

/// What sd_listen_fds(3) hands over: the descriptors from 3 on, as many as $LISTEN_FDS says, where
/// $LISTEN_PID is this process. Those that cannot be used become errors. The variables go, so that no program
/// which this one executes takes its descriptors for such.
InheritedSockets take_activation_sockets(std::vector<Error>& errors);

/// The socket that was passed on as fd@N, else the process's own descriptor of that number, as
/// adopt_listener().
Result<UniqueFd> inherit_or_adopt(int number, InheritedSockets& inherited);

/// An inherited socket of this address with these options, else a new one.
Result<UniqueFd> inherit_or_listen(const ListenOptions& options, InheritedSockets& inherited);

/// Tunes a listening socket that somebody else has made, as far as that is ours: what it accepts inherits it.
void retune_inherited(int listener, const ListenOptions& options);

}  // namespace spliced::os
