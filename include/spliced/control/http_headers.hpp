// What every answer of the status page says about itself.
#pragma once

#include <string_view>

struct evhttp_request;

namespace spliced::control {

/// The words behind a status code.
const char* reason_of(int code);

/// The content's type, and what browsers may do with it.
void add_headers(evhttp_request* request, std::string_view type);

}  // namespace spliced::control
