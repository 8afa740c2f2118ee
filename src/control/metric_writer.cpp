#include "spliced/control/metric_writer.hpp"

namespace spliced::control {
namespace {

/// A label's value may hold anything, with these three escaped.
void append_escaped(std::string& text, std::string_view value) {
    for (char letter : value) {
        if (letter == '\n')
            text += "\\n";
        else if (letter == '\\' || letter == '"')
            text.append({'\\', letter});
        else
            text += letter;
    }
}

}  // namespace

void MetricWriter::head(std::string name, MetricType type, std::string_view help) {
    name_ = std::move(name);
    fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", name_, help, name_,
                   type == MetricType::gauge ? "gauge" : "counter");
}

void MetricWriter::sample_text(Labels labels, std::string_view value) {
    text_ += name_;
    char before = '{';
    for (const auto& [label, content] : labels) {
        if (label.empty()) continue;
        text_ += std::exchange(before, ',');
        text_.append(label).append("=\"");
        append_escaped(text_, content);
        text_ += '"';
    }
    if (before != '{') text_ += '}';
    text_.append(" ").append(value).append("\n");
}

}  // namespace spliced::control
