// `filter bwlim-in NAME = default-limit SIZE default-period TIME [min-size SIZE]`, and bwlim-out.
#include <algorithm>
#include <array>

#include "spliced/config/lines.hpp"
#include "spliced/config/value.hpp"

namespace spliced::config {
namespace {

constexpr std::array<std::string_view, 3> words_there_are{"default-limit", "default-period", "min-size"};
constexpr Range up_to_a_terabyte{0, INT64_C(1) << 40};

Result<void> set(BandwidthFilter& filter, std::string_view word, std::string_view value) {
    if (word == "default-limit") return assign(filter.bytes, value, up_to_a_terabyte);
    if (word == "default-period") return assign(filter.period, value, {1, INT32_MAX});
    return assign(filter.min_size, value, up_to_a_terabyte);
}

std::string advice_on(std::string_view word) {
    bool shared = word == "limit" || word == "key" || word == "table";
    return shared
               ? "shares one limit among connections, which is not supported; 'bwlim-in' and 'bwlim-out' of "
                 "'bind' are limits of all connections of a listener"
               : "";
}

}  // namespace

void read_bandwidth_filter(const Line& line, BandwidthFilter::Direction direction, ProxyDraft& proxy) {
    BandwidthFilter filter;
    filter.name = line.name;
    filter.direction = direction;
    filter.where = line.where;
    auto words = split_words(line.value);
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (std::ranges::find(words_there_are, words[i]) == words_there_are.end())
            return line.error(unknown_word(words[i], advice_on(words[i]), words_there_are));
        if (i + 1 == words.size()) return line.error(fmt::format("the value of '{}' is missing", words[i]));
        if (!line.check(set(filter, words[i], words[i + 1]), words[i])) return;
    }
    if (filter.bytes == 0) return line.error("'default-limit' is missing, or 0");
    if (filter.period == milliseconds::zero()) return line.error("'default-period' is missing");
    auto& filters = proxy.front.bandwidth_filters;
    auto rival = std::ranges::find(filters, filter.name, &BandwidthFilter::name);
    if (rival != filters.end())
        return line.error(fmt::format("a filter of this name stands at {}", text_of(rival->where)));
    filters.push_back(std::move(filter));
}

}  // namespace spliced::config
