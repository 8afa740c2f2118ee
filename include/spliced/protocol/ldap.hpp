// An anonymous bind of LDAP version 3 (RFC 4511, 4.2), and what comes back.
#pragma once

#include "spliced/protocol/answer.hpp"

namespace spliced::protocol {

std::string ldap_bind();
/// Good where the result code is 0, success.
Answer read_ldap_bind_response(std::string_view received, bool last);

}  // namespace spliced::protocol
