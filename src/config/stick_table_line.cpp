// `stick-table = type T [len N] size N [expire T] [nopurge] [store DATA[(PERIOD)],...]`
#include <array>

#include "spliced/config/lines.hpp"
#include "spliced/config/stick_table.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

constexpr std::array data_names{StickDataName{StickData::server_id, "server_id", StickForm::number},
                                StickDataName{StickData::gpt0, "gpt0", StickForm::number},
                                StickDataName{StickData::gpc0, "gpc0", StickForm::number},
                                StickDataName{StickData::gpc0_rate, "gpc0_rate", StickForm::rate},
                                StickDataName{StickData::conn_cnt, "conn_cnt", StickForm::number},
                                StickDataName{StickData::conn_rate, "conn_rate", StickForm::rate},
                                StickDataName{StickData::conn_cur, "conn_cur", StickForm::number},
                                StickDataName{StickData::sess_cnt, "sess_cnt", StickForm::number},
                                StickDataName{StickData::sess_rate, "sess_rate", StickForm::rate},
                                StickDataName{StickData::bytes_in_cnt, "bytes_in_cnt", StickForm::total},
                                StickDataName{StickData::bytes_in_rate, "bytes_in_rate", StickForm::rate},
                                StickDataName{StickData::bytes_out_cnt, "bytes_out_cnt", StickForm::total},
                                StickDataName{StickData::bytes_out_rate, "bytes_out_rate", StickForm::rate},
                                StickDataName{StickData::gpc1, "gpc1", StickForm::number},
                                StickDataName{StickData::gpc1_rate, "gpc1_rate", StickForm::rate},
                                StickDataName{StickData::server_key, "server_key", StickForm::name}};
static_assert(data_names.size() == stick_data_count);

struct KeyName {
    StickKey key;
    std::string_view name;
    std::size_t length;  ///< of HAProxy; 0 where `len` must be given
    bool takes_length;
};

// HAProxy's 32 bytes for a string hold its NUL, too.
constexpr std::array key_names{
    KeyName{StickKey::ip, "ip", 4, false}, KeyName{StickKey::ipv6, "ipv6", 16, false},
    KeyName{StickKey::integer, "integer", 4, false}, KeyName{StickKey::string, "string", 31, true},
    KeyName{StickKey::binary, "binary", 32, true}};

constexpr Range sizes{1, INT32_MAX};
constexpr Range lengths{1, longest_stick_key};
constexpr Range periods{1, INT32_MAX};

/// Reads the words one after another.
class Reader {
  public:
    explicit Reader(const Line& line) : line_(line), words_(split_words(line.value)) {}

    std::optional<StickTable> read() &&;

  private:
    bool read_word();
    bool read_type();
    bool read_size();
    bool read_store();
    bool read_data(std::string_view text);
    bool read_period(const StickDataName& row, std::string_view text);
    bool give_up(std::string_view message) {
        line_.error(message);
        return false;
    }
    std::string_view argument() { return at_ + 1 < words_.size() ? words_[++at_] : std::string_view(); }
    std::string advice_for(std::string_view word) const;

    const Line& line_;
    std::vector<std::string_view> words_;
    std::size_t at_ = 0;
    StickTable table_;
    bool has_type_ = false;
};

bool Reader::read_type() {
    auto word = argument();
    std::vector<std::string_view> known;
    for (const auto& row : key_names) {
        known.push_back(row.name);
        if (row.name != word) continue;
        has_type_ = true;
        table_.key = row.key;
        table_.key_length = row.length;
        if (!row.takes_length || at_ + 1 >= words_.size() || words_[at_ + 1] != "len") return true;
        ++at_;
        unsigned length = 0;
        if (!line_.check(assign(length, argument(), lengths), "len")) return false;
        table_.key_length = length;
        return true;
    }
    return give_up(fmt::format("type: {}", unknown_word(word, {}, known)));
}

/// A number of entries, which may be written as 100k.
bool Reader::read_size() {
    return line_.check(assign(table_.size, argument(), sizes), "size");
}

bool Reader::read_period(const StickDataName& row, std::string_view text) {
    milliseconds period{};
    if (!line_.check(assign(period, text, periods), row.name)) return false;
    table_.keep(row.data, period);
    return true;
}

bool Reader::read_data(std::string_view text) {
    auto open = text.find('(');
    auto name = text.substr(0, open);
    auto data = stick_data_named(name);
    if (!data || *data == StickData::server_key) return give_up("store: " + advice_for(name));
    const auto& row = row_of(*data);
    if (table_.stores(*data)) return give_up(fmt::format("store: '{}' is given twice", name));
    bool has_argument = open != std::string_view::npos;
    if (has_argument && !text.ends_with(')'))
        return give_up(fmt::format("store: the ')' of '{}' is missing", text));
    if (row.form == StickForm::rate && !has_argument)
        return give_up(fmt::format("store: the period of '{}' is missing: {}(10s)", name, name));
    if (row.form != StickForm::rate && has_argument)
        return give_up(fmt::format("store: '{}' takes no argument", name));
    if (has_argument) return read_period(row, text.substr(open + 1, text.size() - open - 2));
    table_.keep(*data);
    return true;
}

std::string Reader::advice_for(std::string_view word) const {
    if (word.starts_with("http_"))
        return fmt::format(
            "'{}' belongs to HAProxy's HTTP mode; this proxy relays TCP and looks into nothing", word);
    std::vector<std::string_view> known;
    for (const auto& row : data_names)
        if (row.data != StickData::server_key) known.push_back(row.name);
    bool is_array = word == "gpc" || word == "gpt" || word == "gpc_rate";
    return unknown_word(word, is_array ? "is of HAProxy's arrays: this version has gpc0, gpc1 and gpt0" : "",
                        known);
}

bool Reader::read_store() {
    auto words = argument();
    if (words.empty()) return give_up("store: what to store is missing");
    for (auto part : split_at(words, ','))
        if (!read_data(part)) return false;
    return true;
}

bool Reader::read_word() {
    auto word = words_[at_];
    if (word == "type") return read_type();
    if (word == "size") return read_size();
    if (word == "expire") return line_.check(assign(table_.expire, argument(), {}), "expire");
    if (word == "nopurge") return table_.nopurge = true;
    if (word == "store") return read_store();
    for (std::string_view other : {"peers", "srvkey", "write-to", "recv-only"})
        if (word == other)
            return give_up(
                fmt::format("'{}' is a parameter of HAProxy that this version does not support", word));
    constexpr std::array<std::string_view, 5> known{"type", "size", "expire", "nopurge", "store"};
    return give_up(unknown_word(word, {}, known));
}

std::optional<StickTable> Reader::read() && {
    for (; at_ < words_.size(); ++at_)
        if (!read_word()) return std::nullopt;
    if (!has_type_) line_.error("the type of its keys is missing: type ip");
    if (table_.size == 0) line_.error("the number of its entries is missing: size 100k");
    if (!has_type_ || table_.size == 0) return std::nullopt;
    table_.where = line_.where;
    return std::move(table_);
}

}  // namespace

std::span<const StickDataName> stick_data_names() {
    return data_names;
}

std::optional<StickData> stick_data_named(std::string_view name) {
    for (const auto& row : data_names)
        if (row.name == name) return row.data;
    return std::nullopt;
}

std::string_view name_of(StickKey key) {
    return key_names[static_cast<std::size_t>(key)].name;
}

std::string text_of(const StickTable& table) {
    auto text = fmt::format("type {}", name_of(table.key));
    if (key_names[static_cast<std::size_t>(table.key)].takes_length)
        text += fmt::format(" len {}", table.key_length);
    text += " size " + size_text(table.size);
    if (table.expire.count() > 0) text += " expire " + duration_text(table.expire);
    if (table.nopurge) text += " nopurge";
    std::string_view before = " store ";
    for (const auto& row : data_names) {
        if (!table.stores(row.data) || row.data == StickData::server_key) continue;
        text += fmt::format("{}{}", before, row.name);
        if (row.form == StickForm::rate)
            text += fmt::format("({})", duration_text(*table.store[static_cast<std::size_t>(row.data)]));
        before = ",";
    }
    return text;
}

void read_stick_table(const Line& line, ProxyDraft& proxy) {
    if (auto table = Reader(line).read()) proxy.stick_table = std::move(*table);
}

}  // namespace spliced::config
