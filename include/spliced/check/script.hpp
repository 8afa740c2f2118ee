// What one check says and wants to hear, ready to be run: the rules of the configuration, or those that stand
// behind `option redis-check` and the like.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "spliced/balance/server.hpp"
#include "spliced/config/check_script.hpp"
#include "spliced/protocol/answer.hpp"

namespace spliced::check {

using Status = config::CheckStatus;

/// Reads what a protocol answers, and what each kind of answer means for the server.
struct ProtocolExpect {
    protocol::AnswerReader read = nullptr;
    Status good = Status::layer7_passed;
    Status wrong = Status::layer7_wrong_status;
    Status invalid = Status::layer7_invalid;
    Status timeout = Status::layer7_timed_out;
    Status silence = Status::layer7_invalid;  ///< where it closes without a word
};

struct Step {
    enum class Kind { connect, send, expect, protocol };
    Kind kind = Kind::connect;
    unsigned number = 0;  ///< in the order of writing, from 1; 0: not written
    std::string comment;
    config::CheckConnect connect;
    std::string bytes;
    config::CheckExpect expect;
    ProtocolExpect protocol;
};

struct Script {
    /// How results are told: by the numbers of the rules, or by what the protocol says.
    enum class Flavour { rules, http, protocol };
    Flavour flavour = Flavour::rules;
    std::vector<Step> steps;
    bool not_found_stops = false;       ///< `http-check disable-on-404`
    bool answers_have_no_body = false;  ///< to a HEAD
};

/// Null for a plain check, and for the kind that runs a program.
std::shared_ptr<const Script> make_script(const config::HealthCheck& check);

/// Of an agent, whose answer is one line.
std::shared_ptr<const Script> make_agent_script(const std::string& send);

/// A connection and nothing else, for a server that wants to see it.
std::shared_ptr<const Script> make_connection_script();

}  // namespace spliced::check
