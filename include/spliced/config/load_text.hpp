// The same as load(), but from memory and with an environment of the caller's: for tests and the fuzzer.
#pragma once

#include <string>
#include <vector>

#include "spliced/config/environment.hpp"
#include "spliced/config/load.hpp"

namespace spliced::config {

struct SourceText {
    std::string file;  ///< its name in messages, and the folder that relative paths start from
    std::string text;
};

Loaded load_text(const std::vector<SourceText>& sources, const Environment& environment,
                 const Overrides& overrides = {});

}  // namespace spliced::config
