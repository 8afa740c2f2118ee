// From files to a Config: reads, checks, and reports every mistake in one run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "spliced/config/config.hpp"

namespace spliced::config {

/// One line for the operator: "FILE:LINE: message". `line` is 0 where the whole file is meant.
struct Mistake {
    enum class Severity { warning, error };
    Severity severity = Severity::error;
    Location where;
    std::string message;

    std::string text() const;
};

struct Loaded {
    std::shared_ptr<const Config> config;  ///< null where there is any error
    std::vector<Mistake> mistakes;         ///< in order of file and line
};

/// What the command line sets over the files: `-n MAXCONN`, `-p PIDFILE`.
struct Overrides {
    std::optional<unsigned> maxconn;
    std::optional<std::string> pidfile;
};

/// Reads `paths` in order; a folder stands for its *.ini files, sorted by name. Blocks while it reads files
/// and resolves names, so it belongs to start-up; in a process that is `running`, names that are followed by
/// resolvers are left to these.
Loaded load(const std::vector<std::string>& paths, const Overrides& overrides = {}, bool running = false);

/// The effective configuration as INI text that load() reads back to an equal Config; for --dump-config.
std::string dump(const Config& config);

}  // namespace spliced::config
