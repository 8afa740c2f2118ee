// The request of a check over HTTP, and the answer to it (RFC 9112), of version 1.0 or 1.1.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spliced::protocol {

struct HttpRequest {
    std::string method = "OPTIONS";
    std::string uri = "/";
    std::string version = "HTTP/1.0";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

/// With what the version and the body ask for besides: Connection, Content-Length.
std::string text_of(const HttpRequest& request);

struct HttpAnswer {
    enum class State {
        incomplete,  ///< the head is not whole yet
        invalid,     ///< it is no HTTP, or was cut off within its head
        head,        ///< the head is whole; of the body, `body` is here so far
        whole,       ///< the body too
    };
    State state = State::incomplete;
    unsigned status = 0;
    std::string reason;  ///< "Not Found"
    std::string body;    ///< chunks put together
};

/// `last`: nothing will follow. An answer that says no length ends with the connection.
HttpAnswer read_http_answer(std::string_view received, bool last, bool to_head_request = false);

}  // namespace spliced::protocol
