// The steps that rules of the configuration come to.
#pragma once

#include <string>
#include <vector>

#include "spliced/check/script.hpp"

namespace spliced::check {

/// A first `connect` is put in front where none is written.
std::vector<Step> steps_of(const std::vector<config::CheckRule>& rules);

/// As HAProxy does: `option httpchk` and the first `http-check send` make one request, and where nothing is
/// expected of the last answer, its status must be from 200 to 399.
std::vector<Step> http_steps_of(const config::HealthCheck& check);

/// What `send` leaves open is taken from `base`, then from HAProxy's defaults.
std::string request_text(const config::HttpSend& send, const config::HttpSend& base);

}  // namespace spliced::check
