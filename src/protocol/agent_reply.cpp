#include "spliced/protocol/agent_reply.hpp"

#include <algorithm>

#include "spliced/base/text.hpp"

namespace spliced::protocol {
namespace {

std::string lower(std::string_view text) {
    std::string copy(text);
    for (char& letter : copy)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return copy;
}

void note_word(std::string_view word, AgentReply& reply) {
    using Health = AgentReply::Health;
    using Admin = AgentReply::Admin;
    std::string meant = lower(word);
    auto health = [&](Health said) {
        reply.health = said;
        reply.health_word = word;
    };
    if (word[0] >= '0' && word[0] <= '9' && word.find('%') != std::string_view::npos)
        reply.weight = word;
    else if (meant.starts_with("maxconn:"))
        reply.maxconn = word.substr(8);
    else if (meant == "up")
        health(Health::up);
    else if (meant == "down")
        health(Health::down);
    else if (meant == "stopped")
        health(Health::stopped);
    else if (meant == "fail")
        health(Health::fail);
    else if (meant == "ready")
        reply.admin = Admin::ready;
    else if (meant == "drain")
        reply.admin = Admin::drain;
    else if (meant == "maint")
        reply.admin = Admin::maint;
    else if (reply.unknown.empty())
        reply.unknown = one_line(word);
}

}  // namespace

AgentReply read_agent_reply(std::string_view line) {
    constexpr std::string_view separators = " \t,\r\n";
    AgentReply reply;
    while (!line.empty()) {
        auto begin = line.find_first_not_of(separators);
        if (begin == std::string_view::npos) break;
        line.remove_prefix(begin);
        if (line[0] == '#') {
            reply.description = one_line(trim(line.substr(1)));
            break;
        }
        auto end = std::min(line.find_first_of(separators), line.size());
        note_word(line.substr(0, end), reply);
        line.remove_prefix(end);
    }
    return reply;
}

Answer read_agent_line(std::string_view received, bool last) {
    auto begin = std::min(received.find_first_not_of("\r\n"), received.size());
    auto end = received.find_first_of("\r\n", begin);
    if (end != std::string_view::npos && end > begin)
        return Answer::good(std::string(received.substr(begin, end - begin)));
    return last ? Answer::invalid("Ignoring incomplete line from agent") : Answer::incomplete();
}

}  // namespace spliced::protocol
