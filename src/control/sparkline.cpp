#include "spliced/control/sparkline.hpp"

#include <fmt/format.h>

#include <iterator>

#include "spliced/control/markup.hpp"

namespace spliced::control {
namespace {

constexpr double height = 30;
constexpr double margin = 2;  // so that the line is not cut at the peak

double height_of(double value, double peak) {
    return peak <= 0 ? height - 1 : height - 1 - (height - 1 - margin) * value / peak;
}

}  // namespace

std::string sparkline(const Track& track, std::string_view label) {
    std::string points;
    double peak = track.peak();
    std::size_t first = Track::depth - track.size();
    for (std::size_t index = 0; index < track.size(); ++index)
        fmt::format_to(std::back_inserter(points), "{}{},{:.1f}", index == 0 ? "" : " ", first + index,
                       height_of(track[index], peak));
    std::string area = track.size() == 0 ? std::string()
                                         : fmt::format("<polygon points=\"{},{} {} {},{}\"/>", first, height,
                                                       points, Track::depth - 1, height);
    return fmt::format(
        "<svg class=\"spark\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" role=\"img\" "
        "aria-label=\"{}\">{}<polyline points=\"{}\"/></svg>",
        Track::depth - 1, height, escaped(label), area, points);
}

}  // namespace spliced::control
