// `server NAME ADDRESS [parameters]`, `server-template PREFIX NUMBERS ADDRESS [parameters]` and
// `default-server parameters`
#include "spliced/config/parameters.hpp"
#include "spliced/import/cfg_words.hpp"
#include "spliced/import/convert.hpp"

namespace spliced::import {

Conversion convert_server(Words words) {
    bool is_default = words[0] == "default-server";
    std::size_t head = is_default ? 1 : words[0] == "server" ? 3 : 4;
    if (words.size() < head) return Conversion::refused("its name or its address is missing");
    auto sorted = sort_parameters(words.subspan(head), config::server_parameters(), server_rules());
    if (sorted.refusal != nullptr) return {{}, Outcome::refused, sorted.refusal->unsafe, sorted.reason};
    Conversion done;
    auto parameters = join_parameters(sorted.kept);
    if (is_default && parameters.empty()) return Conversion::ignored(sorted.reason);
    if (is_default) {
        done.settings.push_back({"default-server", parameters});
    } else {
        Words fixed = words.subspan(2, head - 2);
        std::string value = join_parameters({fixed.begin(), fixed.end()});
        done.settings.push_back(
            {words[0] + " " + words[1], value + (parameters.empty() ? "" : " ") + parameters});
    }
    if (!sorted.dropped.empty()) done.outcome = Outcome::changed;
    done.reason = sorted.reason;
    return done;
}

}  // namespace spliced::import
