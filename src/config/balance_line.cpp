// `balance = ALGORITHM`, `hash-type = METHOD [FUNCTION] [avalanche]` and `hash-balance-factor = PERCENT`
#include <algorithm>
#include <array>

#include "spliced/config/foreign.hpp"
#include "spliced/config/special.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

template <typename T>
struct Named {
    std::string_view name;
    T value;
};

using Function = HashType::Function;

constexpr std::array algorithms{Named<Algorithm>{"leastconn", Algorithm::leastconn},
                                Named<Algorithm>{"roundrobin", Algorithm::roundrobin},
                                Named<Algorithm>{"static-rr", Algorithm::static_rr},
                                Named<Algorithm>{"first", Algorithm::first},
                                Named<Algorithm>{"source", Algorithm::source},
                                Named<Algorithm>{"random", Algorithm::random},
                                Named<Algorithm>{"hash", Algorithm::hash}};

constexpr std::array functions{Named<Function>{"sdbm", Function::sdbm},
                               Named<Function>{"djb2", Function::djb2}, Named<Function>{"wt6", Function::wt6},
                               Named<Function>{"crc32", Function::crc32},
                               Named<Function>{"none", Function::none}};

constexpr unsigned most_draws = 100;

template <typename Table>
auto find(const Table& table, std::string_view name) {
    return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.name == name; });
}

template <typename Table, typename T>
std::string_view name_in(const Table& table, T value) {
    return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.value == value; })
        ->name;
}

template <typename Table>
std::vector<std::string_view> names_of(const Table& table) {
    std::vector<std::string_view> names;
    names.reserve(table.size());
    for (const auto& row : table) names.push_back(row.name);
    return names;
}

/// "random(3)": the number; absent where the word is not of that form.
std::optional<std::string_view> argument_of(std::string_view word) {
    if (!word.starts_with("random(") || !word.ends_with(')')) return std::nullopt;
    return word.substr(7, word.size() - 8);
}

void read_hash_key(const Line& line, std::span<const std::string_view> words) {
    if (words.size() < 2) return line.error("what to hash is missing: write 'hash src'");
    if (words[1] != "src") return line.error(fmt::format("cannot hash '{}': there is 'hash src'", words[1]));
}

}  // namespace

std::string_view name_of(Algorithm algorithm) {
    return name_in(algorithms, algorithm);
}

std::string text_of_balance(const Backend& backend) {
    std::string name(name_of(backend.algorithm));
    if (backend.algorithm == Algorithm::hash) return name + " src";
    bool is_usual = backend.algorithm != Algorithm::random || backend.random_draws == Backend().random_draws;
    return is_usual ? name : fmt::format("{}({})", name, backend.random_draws);
}

std::string text_of(const HashType& type) {
    return fmt::format("{} {}{}", type.consistent ? "consistent" : "map-based",
                       name_in(functions, type.function), type.avalanche ? " avalanche" : "");
}

std::string mistake_in_balance(const Backend& backend) {
    bool takes_numbers = backend.hash_type.function == Function::none;
    if (backend.algorithm == Algorithm::hash && takes_numbers)
        return fmt::format("'{}': 'hash-type' with 'none' takes the key for a number, and 'src' is none",
                           backend.name);
    return {};
}

void read_balance(const Line& line, ProxyDraft& proxy) {
    auto words = split_words(line.value);
    auto word = words.front();
    auto draws = argument_of(word);
    auto known = find(algorithms, draws ? "random" : word);
    if (known == algorithms.end())
        return line.error(unknown_word(word, foreign_algorithm(word), names_of(algorithms)));
    proxy.back.algorithm = known->value;
    if (draws) line.check(assign(proxy.back.random_draws, *draws, {1, most_draws}), "random");
    std::size_t expected = known->value == Algorithm::hash ? 2 : 1;
    if (expected == 2) read_hash_key(line, words);
    if (words.size() > expected)
        line.error(fmt::format("unexpected '{}' after the algorithm", words[expected]));
}

void read_hash_type(const Line& line, ProxyDraft& proxy) {
    auto words = split_words(line.value);
    HashType type;
    type.consistent = words[0] == "consistent";
    if (!type.consistent && words[0] != "map-based")
        return line.error(fmt::format("'{}' is neither map-based nor consistent", words[0]));
    std::size_t next = 1;
    // Without a function of its own, the ring needs the stir: numbers side by side would share a server.
    type.avalanche = type.consistent && words.size() == 1;
    if (next < words.size() && words[next] != "avalanche") {
        auto function = find(functions, words[next]);
        if (function == functions.end())
            return line.error(unknown_word(words[next], "", names_of(functions)));
        type.function = function->value;
        ++next;
    }
    if (next < words.size() && words[next] == "avalanche") {
        type.avalanche = true;
        ++next;
    }
    if (next < words.size()) return line.error(fmt::format("unexpected '{}'", words[next]));
    proxy.back.hash_type = type;
}

void read_hash_balance_factor(const Line& line, ProxyDraft& proxy) {
    unsigned factor = 0;
    if (!line.check(assign(factor, line.value, {0, 100'000}))) return;
    if (factor != 0 && factor <= 100)
        return line.error("a server must be allowed more than the mean load: 0, or more than 100");
    proxy.back.hash_balance_factor = factor;
}

}  // namespace spliced::config
