// `log TARGET [len N] [format F] ... FACILITY [MAX [MIN]]`, and `log global`
#include <fmt/format.h>

#include "spliced/import/convert.hpp"

namespace spliced::import {

Conversion convert_log(Words words) {
    if (words.size() < 2) return Conversion::refused("the target is missing");
    Conversion done;
    done.settings.push_back({"log", fmt::format("{}", fmt::join(words.subspan(1), " "))});
    return done;
}

}  // namespace spliced::import
