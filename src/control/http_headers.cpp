#include "spliced/control/http_headers.hpp"

#include <event2/http.h>

#include <string>

namespace spliced::control {
namespace {

struct Header {
    const char* name;
    const char* value;
};

// Nothing from outside, nothing inline, no frame around it: what the page needs lies beside it. Each answer
// is of its moment, so nobody keeps it. One request a connection, so that the deadline of a connection is
// that of a request.
constexpr Header headers[] = {
    {"Connection", "close"},
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; "
     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
};

}  // namespace

const char* reason_of(int code) {
    switch (code) {
        case 200:
            return "OK";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 503:
            return "Service Unavailable";
        default:
            return "Internal Server Error";
    }
}

void add_headers(evhttp_request* request, std::string_view type) {
    evkeyvalq* out = evhttp_request_get_output_headers(request);
    evhttp_add_header(out, "Content-Type", std::string(type).c_str());
    for (const Header& header : headers) evhttp_add_header(out, header.name, header.value);
}

}  // namespace spliced::control
