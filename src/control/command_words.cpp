#include "spliced/control/command_words.hpp"

#include "spliced/base/text.hpp"

namespace spliced::control {

std::vector<std::string_view> split_commands(std::string_view line) {
    std::vector<std::string_view> commands;
    std::size_t start = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '\\') {
            ++at;
        } else if (line[at] == ';') {
            commands.push_back(line.substr(start, at - start));
            start = at + 1;
        }
    }
    commands.push_back(line.substr(start));
    return commands;
}

std::vector<std::string> command_words(std::string_view command) {
    std::vector<std::string> words;
    std::string word;
    bool in_word = false;
    for (std::size_t at = 0; at < command.size(); ++at) {
        char letter = command[at];
        if (is_blank(letter)) {
            if (in_word) words.push_back(std::move(word));
            word.clear();
            in_word = false;
            continue;
        }
        in_word = true;
        if (letter != '\\')
            word += letter;
        else if (at + 1 < command.size())
            word += command[++at];
    }
    if (in_word) words.push_back(std::move(word));
    return words;
}

}  // namespace spliced::control
