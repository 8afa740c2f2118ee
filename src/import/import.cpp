#include "spliced/import/import.hpp"

#include "spliced/config/sources.hpp"
#include "spliced/import/assemble.hpp"
#include "spliced/import/trial.hpp"

namespace spliced::import {

Imported import_text(const std::vector<config::SourceText>& files, const Variables& variables) {
    auto cfg = read_cfg(files, variables);
    auto draft = assemble(cfg);
    auto text = try_out(draft, cfg.verdicts);
    Imported imported;
    bool unsafe = any_unsafe(cfg.verdicts);
    imported.report = report_text(cfg.verdicts, !unsafe);
    imported.complete = !any_refused(cfg.verdicts);
    if (!unsafe) imported.ini = std::move(text.text);
    return imported;
}

Imported import_files(const std::vector<std::string>& paths) {
    config::Mistakes mistakes;
    auto files = config::read_sources(paths, mistakes, ".cfg");
    if (!mistakes.any_error()) return import_text(files, Variables::of_this_process());
    Imported nothing;
    for (const auto& mistake : mistakes.sorted()) nothing.report += mistake.text() + "\n";
    return nothing;
}

}  // namespace spliced::import
