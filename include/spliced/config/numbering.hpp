// Numbers of things of one kind: `id`, else the place in order of writing, or the next free number above it,
// as HAProxy gives them out.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "spliced/config/mistakes.hpp"

namespace spliced::config {

class Numbering {
  public:
    explicit Numbering(unsigned first) : next_(first) {}

    /// Takes what `id` says. A number that is taken already is a mistake; all claims come before next().
    void claim(std::optional<unsigned> id, const Location& where, Mistakes& mistakes);
    /// The one that was claimed, else the next free one; each thing that is asked for takes a place.
    unsigned give(std::optional<unsigned> id);

  private:
    std::map<unsigned, Location> claimed_;
    unsigned next_;
};

/// Numbers the servers of a backend, from 1.
void number_servers(std::vector<Server>& servers, Mistakes& mistakes);

/// Fills in what servers and binds take from their section and from the process: the source and the tuning of
/// their sockets.
void settle_sockets(Backend& backend, const Global& global, Mistakes& mistakes);
void settle_sockets(Frontend& frontend, const Global& global);

}  // namespace spliced::config
