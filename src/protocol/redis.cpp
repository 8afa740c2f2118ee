#include "spliced/protocol/redis.hpp"

namespace spliced::protocol {

std::string redis_ping() {
    return "*1\r\n$4\r\nPING\r\n";
}

Answer read_redis_pong(std::string_view received, bool last) {
    if (received.starts_with("+PONG\r\n")) return Answer::good("Redis server is ok");
    bool whole = received.find('\n') != std::string_view::npos;
    return whole || last ? Answer::wrong(one_line(received)) : Answer::incomplete();
}

}  // namespace spliced::protocol
