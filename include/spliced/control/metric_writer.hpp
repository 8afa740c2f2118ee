// Builds the text of metrics: a head for each, then its samples.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "spliced/control/metric_table.hpp"

namespace spliced::control {

class MetricWriter {
  public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    /// All samples of a metric must follow its head.
    void head(std::string name, MetricType type, std::string_view help);

    template <typename Number>
    void sample(Labels labels, Number value) {
        sample_text(labels, fmt::format("{}", value));
    }
    void sample_text(Labels labels, std::string_view value);

    std::string take() && { return std::move(text_); }

  private:
    std::string name_;
    std::string text_;
};

}  // namespace spliced::control
