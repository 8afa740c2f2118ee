// The replies of a mail server (RFC 5321, 4.2).
#pragma once

#include "spliced/protocol/answer.hpp"

namespace spliced::protocol {

/// One reply of one or several lines: `250-first`, `250 last`. Good are the codes from 200 to 299.
Answer read_smtp_reply(std::string_view received, bool last);

}  // namespace spliced::protocol
