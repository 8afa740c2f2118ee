// Any bytes as a haproxy.cfg: the converter must not crash or hang, must judge every line once, and what it
// writes must be read without a mistake that it did not foresee. Touches neither files nor DNS, but for the
// names of files that the input itself holds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "spliced/import/import.hpp"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

bool holds(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 4096) return 0;  // the trial reads the whole file once for each mistake
    static const spliced::import::Variables variables({{"A", "b c"}, {"P", "80"}});
    std::string text(reinterpret_cast<const char*>(data), size);
    auto imported = spliced::import::import_text({{"fuzz.cfg", text}}, variables);
    require(holds(imported.report, " lines: "));
    if (holds(text, "refused")) return 0;  // comments and lines are shown, and would be taken for a verdict
    require(imported.complete != holds(imported.report, ": refused: "));
    if (!imported.complete) return 0;
    require(!imported.ini.empty());
    // What was accepted as a whole is accepted again.
    require(!holds(imported.ini, "; refused: "));
    return 0;
}
