#include "spliced/protocol/http_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "spliced/base/text.hpp"
#include "spliced/protocol/answer.hpp"

namespace spliced::protocol {
namespace {

using State = HttpAnswer::State;

std::string lower(std::string_view text) {
    std::string copy(text);
    for (char& letter : copy)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return copy;
}

bool has_header(const HttpRequest& request, std::string_view name) {
    return std::any_of(request.headers.begin(), request.headers.end(),
                       [&](const auto& header) { return lower(header.first) == name; });
}

/// A line off the front of the text, without its end; nothing where no line is whole.
std::optional<std::string_view> take_line(std::string_view& text) {
    auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    text.remove_prefix(end + 1);
    return line;
}

/// "HTTP/1.1 200 OK". False where it is none.
bool read_status_line(std::string_view line, HttpAnswer& answer) {
    constexpr std::size_t shortest = 12;
    if (line.size() < shortest || !line.starts_with("HTTP/1.") || line[8] != ' ') return false;
    auto [end, error] = std::from_chars(line.data() + 9, line.data() + shortest, answer.status);
    if (error != std::errc() || end != line.data() + shortest) return false;
    if (line.size() > shortest && line[shortest] != ' ') return false;
    answer.reason = one_line(line.substr(std::min(line.size(), shortest + 1)));
    return answer.status >= 100;
}

/// How the body ends.
struct Framing {
    std::optional<std::size_t> length;
    bool chunked = false;
};

void note_header(std::string_view line, Framing& framing) {
    auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string name = lower(trim(line.substr(0, colon)));
    std::string value = lower(trim(line.substr(colon + 1)));
    std::size_t length = 0;
    if (name == "transfer-encoding" && value.find("chunked") != std::string::npos) framing.chunked = true;
    if (name == "content-length" &&
        std::from_chars(value.data(), value.data() + value.size(), length).ec == std::errc())
        framing.length = length;
}

/// True where the last chunk is there.
bool join_chunks(std::string_view text, std::string& body) {
    while (auto line = take_line(text)) {
        std::size_t size = 0;
        if (std::from_chars(line->data(), line->data() + line->size(), size, 16).ec != std::errc())
            return true;
        if (size == 0) return true;
        body.append(text.substr(0, size));
        if (text.size() < size) return false;
        text.remove_prefix(size);
        take_line(text);
    }
    return false;
}

void read_body(std::string_view text, const Framing& framing, bool last, HttpAnswer& answer) {
    bool whole = last;
    if (framing.chunked) {
        whole = join_chunks(text, answer.body) || last;
    } else {
        answer.body = text.substr(0, framing.length.value_or(text.size()));
        if (framing.length && text.size() >= *framing.length) whole = true;
    }
    answer.state = whole ? State::whole : State::head;
}

}  // namespace

std::string text_of(const HttpRequest& request) {
    std::string text = fmt::format("{} {} {}\r\n", request.method, request.uri, request.version);
    for (const auto& [name, value] : request.headers) text += fmt::format("{}: {}\r\n", name, value);
    if (!request.body.empty() && !has_header(request, "content-length"))
        text += fmt::format("Content-Length: {}\r\n", request.body.size());
    if (request.version == "HTTP/1.1" && !has_header(request, "connection")) text += "Connection: close\r\n";
    return text + "\r\n" + request.body;
}

HttpAnswer read_http_answer(std::string_view received, bool last, bool to_head_request) {
    HttpAnswer answer;
    std::string_view rest = received;
    auto unfinished = [&] { answer.state = last ? State::invalid : State::incomplete; };
    constexpr std::string_view beginning = "HTTP/1.";
    if (!beginning.starts_with(received.substr(0, beginning.size()))) {
        answer.state = State::invalid;
        return answer;
    }
    auto line = take_line(rest);
    if (!line) return unfinished(), answer;
    if (!read_status_line(*line, answer)) {
        answer.state = State::invalid;
        return answer;
    }
    Framing framing;
    do {
        line = take_line(rest);
        if (!line) return unfinished(), answer;
        note_header(*line, framing);
    } while (!line->empty());
    // 1xx announce another answer, to which a check has given no cause.
    if (answer.status < 200) return read_http_answer(rest, last, to_head_request);
    if (to_head_request || answer.status == 204 || answer.status == 304) framing = {0, false};
    read_body(rest, framing, last, answer);
    return answer;
}

}  // namespace spliced::protocol
