// The line that an agent on a server answers with (HAProxy's configuration manual, "agent-check").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "spliced/protocol/answer.hpp"

namespace spliced::protocol {

struct AgentReply {
    enum class Health { up, down, stopped, fail };
    enum class Admin { ready, drain, maint };

    std::optional<Health> health;
    std::string health_word;  ///< as it was written
    std::optional<Admin> admin;
    std::string weight;       ///< "75%", to be read as the statistics socket reads one; or nothing
    std::string maxconn;      ///< the number behind `maxconn:`
    std::string description;  ///< behind `#`
    std::string unknown;      ///< the first word that means nothing

    bool takes_it_up() const { return health == Health::up; }
};

/// The words may stand in any order, parted by blanks, tabs or commas; of two of a kind the last one holds.
AgentReply read_agent_reply(std::string_view line);

/// The answer of an agent up to the end of its first line, which is the text of a good one. What was cut off
/// is not guessed at: "5" may have been the beginning of "50%".
Answer read_agent_line(std::string_view received, bool last);

}  // namespace spliced::protocol
