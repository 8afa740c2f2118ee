#include "spliced/config/line_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "spliced/base/text.hpp"
#include "spliced/config/hint.hpp"

namespace spliced::config {
namespace {

struct FieldName {
    std::string_view name;
    LogField field;
};

constexpr FieldName fields[] = {
    {"ci", LogField::client_ip},
    {"cp", LogField::client_port},
    {"fi", LogField::frontend_ip},
    {"fp", LogField::frontend_port},
    {"bi", LogField::backend_ip},
    {"bp", LogField::backend_port},
    {"si", LogField::server_ip},
    {"sp", LogField::server_port},
    {"f", LogField::frontend},
    {"ft", LogField::frontend_transport},
    {"b", LogField::backend},
    {"s", LogField::server},
    {"B", LogField::bytes_to_client},
    {"U", LogField::bytes_to_server},
    {"Th", LogField::handshake_ms},
    {"Tw", LogField::queue_ms},
    {"Tc", LogField::connect_ms},
    {"Td", LogField::data_ms},
    {"Tt", LogField::total_ms},
    {"Tu", LogField::user_ms},
    {"t", LogField::date},
    {"T", LogField::date_gmt},
    {"Tl", LogField::date_local},
    {"Ts", LogField::timestamp},
    {"ms", LogField::millisecond},
    {"ts", LogField::termination},
    {"ac", LogField::process_connections},
    {"fc", LogField::frontend_connections},
    {"bc", LogField::backend_connections},
    {"sc", LogField::server_connections},
    {"rc", LogField::retries},
    {"sq", LogField::server_queue},
    {"bq", LogField::backend_queue},
    {"lc", LogField::log_counter},
    {"rt", LogField::session_counter},
    {"pid", LogField::pid},
    {"H", LogField::host},
    {"ID", LogField::unique_id},
    {"sslc", LogField::tls_cipher},
    {"sslv", LogField::tls_version},
};

/// What a session does not know by itself when it is over.
constexpr LogField fields_of_facts[] = {
    LogField::frontend_ip,     LogField::frontend_port, LogField::backend_ip, LogField::backend_port,
    LogField::session_counter, LogField::unique_id,     LogField::server_ip,  LogField::server_port};

constexpr std::string_view http_names =
    "CC CS HM HP HPO HQ HU HV Ta TR Tq Tr Ti ST hr hrl hs hsl r tr trg trl tsc";

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    Result<std::vector<LinePart>> read();

  private:
    void add_literal(std::string_view text);
    Result<void> read_variable();
    Result<void> read_flags(std::string_view flags, LinePart& part) const;
    Result<void> add(std::string_view name, LinePart part);

    std::string_view rest_;
    LinePart common_;  ///< the flags that %o has set for what follows
    std::string literal_;
    bool after_blank_ = true;
    std::vector<LinePart> parts_;
};

Result<std::vector<LinePart>> Reader::read() {
    while (!rest_.empty()) {
        auto percent = std::min(rest_.find('%'), rest_.size());
        add_literal(rest_.substr(0, percent));
        rest_.remove_prefix(percent);
        if (rest_.starts_with("%%")) {
            add_literal("%");
            rest_.remove_prefix(2);
        } else if (!rest_.empty()) {
            rest_.remove_prefix(1);
            if (auto outcome = read_variable(); !outcome) return outcome.error();
        }
    }
    if (!literal_.empty()) {
        LinePart last;
        last.literal = std::move(literal_);
        parts_.push_back(std::move(last));
    }
    return std::move(parts_);
}

// HAProxy writes one blank for several, and none at the beginning; so one beside a `%o` leaves no trace.
void Reader::add_literal(std::string_view text) {
    for (char letter : text) {
        bool blank = is_blank(letter);
        if (!blank || !after_blank_) literal_ += letter;
        after_blank_ = blank;
    }
}

Result<void> Reader::read_variable() {
    LinePart part = common_;
    if (rest_.starts_with('{')) {
        auto end = rest_.find('}');
        if (end == std::string_view::npos) return Error{"the '}' after '%{' is missing"};
        if (auto outcome = read_flags(rest_.substr(1, end - 1), part); !outcome) return outcome;
        rest_.remove_prefix(end + 1);
    }
    if (rest_.starts_with('['))
        return Error{
            "sample expressions, '%[...]', are not supported here; the variables are in spliced.ini(5)"};
    auto length = static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_letter) - rest_.begin());
    auto name = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (name != "o") return add(name, std::move(part));
    part.literal.clear();
    common_ = std::move(part);
    return {};
}

Result<void> Reader::read_flags(std::string_view flags, LinePart& part) const {
    bool wanted = true;
    for (char flag : flags) {
        switch (flag) {
            case '+':
            case '-':
                wanted = flag == '+';
                break;
            case ',':
            case ' ':
                break;
            case 'Q':
                part.quoted = wanted;
                break;
            case 'X':
                part.hexadecimal = wanted;
                break;
            case 'M':
                part.mandatory = wanted;
                break;
            case 'E':
                part.escaped = wanted;
                break;
            default:
                return Error{
                    fmt::format("unknown flag '{}' in '%{{{}}}'; there are Q, X, M and E", flag, flags)};
        }
    }
    return {};
}

Result<void> Reader::add(std::string_view name, LinePart part) {
    if (name.empty()) return Error{"a '%' without a variable; a percent sign itself is '%%'"};
    const auto* row = std::ranges::find(fields, name, &FieldName::name);
    if (row == std::end(fields)) {
        auto words = split_words(http_names);
        if (std::ranges::find(words, name) != words.end())
            return Error{fmt::format("variable '%{}' belongs to HAProxy's HTTP mode", name)};
        std::vector<std::string_view> known;
        for (const auto& each : fields) known.push_back(each.name);
        return Error{fmt::format("unknown variable '%{}'{}", name, suggestion(name, known))};
    }
    part.has_field = true;
    part.field = row->field;
    part.literal = std::move(literal_);
    literal_.clear();
    after_blank_ = false;
    parts_.push_back(std::move(part));
    return {};
}

/// HAProxy's configurations write the format in quotes or escape its blanks; here it is the rest of the line.
std::string_view without_quotes(std::string_view text) {
    bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

Result<LineFormat> LineFormat::parse(std::string_view text) {
    auto parts = Reader(without_quotes(text)).read();
    if (!parts) return parts.error();
    LineFormat format;
    format.text_ = text;
    format.parts_ = std::move(*parts);
    for (auto field : fields_of_facts) format.uses_facts_ = format.uses_facts_ || format.uses(field);
    return format;
}

bool LineFormat::uses(LogField field) const {
    return std::ranges::any_of(parts_,
                               [&](const LinePart& part) { return part.has_field && part.field == field; });
}

}  // namespace spliced::config
