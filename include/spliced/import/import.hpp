// `spliced --import`: a configuration of HAProxy's as INI, and a verdict about each of its lines.
#pragma once

#include <string>
#include <vector>

#include "spliced/config/load_text.hpp"
#include "spliced/import/variables.hpp"

namespace spliced::import {

struct Imported {
    std::string ini;        ///< empty where a refusal concerns safety
    std::string report;     ///< the verdicts, a line each, and their sum
    bool complete = false;  ///< nothing was refused
};

/// The files read one after another, as with HAProxy's -f.
Imported import_text(const std::vector<config::SourceText>& files, const Variables& variables);

/// Reads `paths`; a folder stands for its *.cfg files, sorted by name. What cannot be read is in the report.
Imported import_files(const std::vector<std::string>& paths);

}  // namespace spliced::import
