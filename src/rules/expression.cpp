#include "spliced/rules/expression.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>

#include "spliced/rules/converter.hpp"

namespace spliced::rules {
namespace {

struct Part {
    std::string_view name;
    std::optional<std::string_view> arguments;
};

/// Takes "name" or "name(arguments)" and the comma behind it from the beginning of the text.
Result<Part> take_part(std::string_view& text) {
    Part part;
    auto end = text.find_first_of("(,)");
    part.name = text.substr(0, end);
    bool has_arguments = end != std::string_view::npos && text[end] == '(';
    if (has_arguments) {
        auto close = text.find(')', end);
        if (close == std::string_view::npos) return Error{fmt::format("'{}': the ')' is missing", text)};
        part.arguments = text.substr(end + 1, close - end - 1);
        end = close + 1;
    }
    if (part.name.empty()) return Error{fmt::format("'{}': a name is missing", text)};
    std::string_view rest = end >= text.size() ? std::string_view() : text.substr(end);
    if (!rest.empty() && (rest.front() != ',' || rest.size() == 1))
        return Error{fmt::format("'{}': a comma and a converter are wanted behind '{}'", text,
                                 text.substr(0, text.size() - rest.size()))};
    text = rest.empty() ? rest : rest.substr(1);
    return part;
}

Answer settled(Answer answer, Moment moment) {
    if (moment == Moment::waiting) return answer;
    if (answer == Answer::found_for_now) return Answer::found;
    return answer == Answer::not_yet ? Answer::absent : answer;
}

/// What needs nothing of the client.
std::optional<Answer> get_here(const Call& call, Moment moment, Sample& sample) {
    switch (call.fetch->id) {
        case FetchId::always_true:
        case FetchId::always_false:
            sample = Sample::boolean(call.fetch->id == FetchId::always_true);
            return Answer::found;
        case FetchId::wait_end:
            sample = Sample::boolean(true);
            return moment == Moment::final ? Answer::found : Answer::not_yet;
        case FetchId::env: {
            const char* value = std::getenv(call.arguments[0].text.c_str());
            if (value) sample = Sample::text(value);
            return value ? Answer::found : Answer::absent;
        }
        default:
            return std::nullopt;
    }
}

}  // namespace

Result<Expression> Expression::parse(std::string_view text) {
    auto first = take_part(text);
    if (!first) return first.error();
    auto call = read_call(first->name, first->arguments);
    if (!call) return call.error();
    Expression expression;
    expression.call_ = std::move(*call);
    while (!text.empty()) {
        auto part = take_part(text);
        if (!part) return part.error();
        auto conversion = read_conversion(part->name, part->arguments, expression.type());
        if (!conversion) return conversion.error();
        expression.conversions_.push_back(*conversion);
    }
    return expression;
}

Answer Expression::evaluate(Source& source, Moment moment, Scratch& scratch, Sample& sample) const {
    auto here = get_here(call_, moment, sample);
    Answer answer = settled(here ? *here : source.get(call_, sample), moment);
    if (answer == Answer::absent || answer == Answer::not_yet) return answer;
    for (const Conversion& conversion : conversions_) {
        if (conversion.apply) {
            sample = conversion.apply(conversion, sample, scratch);
            continue;
        }
        Sample key = sample;
        if (source.look_up(conversion.table, conversion.counter, key, sample) != Answer::found) sample = {};
    }
    if (sample.type() != Type::none) return answer;
    return answer == Answer::found ? Answer::absent : Answer::not_yet;
}

}  // namespace spliced::rules
