// Any bytes as the answer of a server to a check: every codec, and the judgement of an HTTP answer. Nothing
// may crash or hang; what will not go on is never incomplete; what is decided by the beginning of an answer
// is not undecided again by more of it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "spliced/protocol/agent_reply.hpp"
#include "spliced/protocol/http_answer.hpp"
#include "spliced/protocol/ldap.hpp"
#include "spliced/protocol/mysql.hpp"
#include "spliced/protocol/postgres.hpp"
#include "spliced/protocol/redis.hpp"
#include "spliced/protocol/smtp.hpp"
#include "spliced/protocol/tls_hello.hpp"

namespace {

using namespace spliced::protocol;
using Kind = Answer::Kind;

void require(bool condition) {
    if (!condition) std::abort();
}

constexpr AnswerReader readers[] = {read_redis_pong,         read_smtp_reply, read_mysql_greeting,
                                    read_mysql_login_result, read_tls_answer, read_postgres_answer,
                                    read_ldap_bind_response, read_agent_line};

void try_reader(AnswerReader read, std::string_view answer, std::size_t split) {
    bool decided = read(answer.substr(0, split), false).kind != Kind::incomplete;
    Answer whole = read(answer, false);
    require(!decided || whole.kind != Kind::incomplete);
    Answer last = read(answer, true);
    require(last.kind != Kind::incomplete);
    require(whole.kind == Kind::incomplete || whole.kind == last.kind);
}

void try_http(std::string_view answer) {
    using State = HttpAnswer::State;
    HttpAnswer part = read_http_answer(answer, false);
    HttpAnswer last = read_http_answer(answer, true);
    require(last.state == State::whole || last.state == State::invalid);
    require(part.state == State::incomplete || part.status == last.status);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view answer(reinterpret_cast<const char*>(data), size);
    if (answer.empty()) return 0;
    std::size_t split = static_cast<unsigned char>(answer[0]);
    answer.remove_prefix(1);
    for (AnswerReader read : readers) try_reader(read, answer, split);
    try_http(answer);
    read_agent_reply(answer);
    return 0;
}
