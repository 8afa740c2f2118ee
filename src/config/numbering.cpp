#include "spliced/config/numbering.hpp"

#include <fmt/format.h>

namespace spliced::config {

void Numbering::claim(std::optional<unsigned> id, const Location& where, Mistakes& mistakes) {
    if (!id) return;
    auto [first, inserted] = claimed_.emplace(*id, where);
    if (!inserted) mistakes.error(where, fmt::format("'id': {} is taken by {}", *id, text_of(first->second)));
}

unsigned Numbering::give(std::optional<unsigned> id) {
    if (!id)
        while (claimed_.contains(next_)) ++next_;
    unsigned place = next_++;
    return id.value_or(place);
}

void number_servers(std::vector<Server>& servers, Mistakes& mistakes) {
    Numbering numbering(1);
    for (const Server& server : servers) numbering.claim(server.own_id, server.where, mistakes);
    for (Server& server : servers) server.id = numbering.give(server.own_id);
}

}  // namespace spliced::config
