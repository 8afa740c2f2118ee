#include "spliced/base/result.hpp"

#include <cstring>

namespace spliced {

Error system_error(std::string step, int code) {
    return Error{std::move(step) + ": " + std::strerror(code), code};
}

}  // namespace spliced
