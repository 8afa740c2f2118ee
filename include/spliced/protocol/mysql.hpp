// The beginning of a session with a MySQL or MariaDB server (their manuals, "Client/Server Protocol").
#pragma once

#include "spliced/protocol/answer.hpp"

namespace spliced::protocol {

/// How a login is written: since version 4.1 with 32 bits of capabilities, or as before.
enum class MysqlDialect { post_41, pre_41 };

/// A login without a password, in answer to the greeting.
std::string mysql_login(std::string_view user, MysqlDialect dialect);
std::string mysql_quit();

/// The initial handshake, whose text is the server's version; or an error in its place: "Host ... is
/// blocked".
Answer read_mysql_greeting(std::string_view received, bool last);
/// What the login comes to. A server that asks for another kind of authentication knows the user, and is
/// good.
Answer read_mysql_login_result(std::string_view received, bool last);

}  // namespace spliced::protocol
