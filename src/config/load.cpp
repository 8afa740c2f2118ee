#include "spliced/config/load.hpp"

#include <algorithm>
#include <utility>

#include "spliced/config/finish.hpp"
#include "spliced/config/ini.hpp"
#include "spliced/config/load_text.hpp"
#include "spliced/config/parser.hpp"
#include "spliced/config/resolvers_section.hpp"
#include "spliced/config/sources.hpp"

namespace spliced::config {
namespace {

void check_that_there_is_work(const Config& config, const std::vector<SourceText>& sources,
                              Mistakes& mistakes) {
    bool listens = std::any_of(config.frontends.begin(), config.frontends.end(),
                               [](const Frontend& frontend) { return !frontend.binds.empty(); });
    if (listens || mistakes.any_error()) return;
    auto file = sources.empty() ? std::string("configuration") : sources.back().file;
    mistakes.error({file, 0}, "nothing to do: there is no [listen] or [frontend] section with a 'bind'");
}

Loaded build(const std::vector<SourceText>& sources, const Environment& environment,
             const Overrides& overrides, Mistakes& mistakes) {
    Parser parser(environment, mistakes);
    for (const auto& source : sources) {
        auto sections = read_ini(source.file, source.text, mistakes);
        if (sections.empty() && sources.size() > 1 && !mistakes.any_error())
            mistakes.warning({source.file, 0}, "the file holds no section");
        parser.read(source.file, sections);
    }
    auto draft = std::move(parser).take();
    join_resolvers(draft, environment, mistakes);
    auto config = finish(std::move(draft), mistakes);
    check_that_there_is_work(config, sources, mistakes);
    if (overrides.maxconn) config.global.maxconn = overrides.maxconn;
    if (overrides.pidfile) config.global.pidfile = *overrides.pidfile;
    Loaded loaded;
    loaded.mistakes = mistakes.sorted();
    if (!mistakes.any_error()) loaded.config = std::make_shared<const Config>(std::move(config));
    return loaded;
}

}  // namespace

Loaded load_text(const std::vector<SourceText>& sources, const Environment& environment,
                 const Overrides& overrides) {
    Mistakes mistakes;
    for (const auto& source : sources) mistakes.begin_file(source.file);
    return build(sources, environment, overrides, mistakes);
}

Loaded load(const std::vector<std::string>& paths, const Overrides& overrides, bool running) {
    Mistakes mistakes;
    auto environment = Environment::of_this_machine();
    environment.running = running;
    auto sources = read_sources(paths, mistakes);
    return build(sources, environment, overrides, mistakes);
}

}  // namespace spliced::config
