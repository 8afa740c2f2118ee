// Several `default-server` lines of a section, which add up in HAProxy, where ours has one.
#pragma once

#include <string>
#include <vector>

#include "spliced/import/convert.hpp"
#include "spliced/import/ini_draft.hpp"

namespace spliced::import {

class DefaultServers {
  public:
    /// Takes a setting of `default-server`, `server` or `server-template` in the order of the file. True
    /// where it has found its place: a second `default-server` goes into the first if no server stands
    /// between, and else into the servers that follow it.
    bool merge(std::vector<IniEntry>& entries, Setting& setting, std::size_t verdict);

  private:
    bool any_server_ = false;
    std::vector<std::string> later_;  ///< parameters of the lines behind the first server
};

/// Parameters in front of those of a line: what the line says itself wins.
std::string with_parameters(const std::vector<std::string>& before, std::string_view line);

}  // namespace spliced::import
