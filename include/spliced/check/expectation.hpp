// Whether what a server has said so far is what a step waits for. Pure: bytes in, a judgement out.
#pragma once

#include <string>
#include <string_view>

#include "spliced/check/script.hpp"

namespace spliced::check {

struct Judgement {
    enum class Kind { wait, met, failed };
    Kind kind = Kind::wait;
    Status status = Status::layer7_passed;  ///< of a check that ends here
    unsigned code = 0;
    std::string info;  ///< HAProxy's sentence, its comment not yet behind it
};

/// What was received since the script last said something.
struct Heard {
    std::string_view bytes;
    bool last = false;      ///< nothing will follow: the server has closed, or the buffer is full
    bool server_up = true;  ///< `disable-on-404` is for servers that are
};

Judgement judge(const Script& script, const Step& step, const Heard& heard);

/// The step in a sentence about a check that went wrong at it: " at step 2 of tcp-check (expect string
/// '220')".
std::string place_of(const Step& step);

}  // namespace spliced::check
