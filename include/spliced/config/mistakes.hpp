// What is wrong with the files, gathered so that one run shows all of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spliced/config/load.hpp"

namespace spliced::config {

class Mistakes {
  public:
    /// Files are reported in the order in which they began.
    void begin_file(std::string name) { files_.push_back(std::move(name)); }

    void error(Location where, std::string message);
    void warning(Location where, std::string message);

    bool any_error() const { return any_error_; }

    /// Everything, by file and line; within a line in the order of finding.
    std::vector<Mistake> sorted() const;

  private:
    std::size_t rank(const std::string& file) const;

    std::vector<std::string> files_;
    std::vector<Mistake> all_;
    bool any_error_ = false;
};

/// "FILE:LINE", or "FILE" where the whole file is meant.
std::string text_of(const Location& where);

}  // namespace spliced::config
