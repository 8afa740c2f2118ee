#include "spliced/config/mistakes.hpp"

#include <algorithm>
#include <tuple>

namespace spliced::config {

void Mistakes::error(Location where, std::string message) {
    any_error_ = true;
    all_.push_back({Mistake::Severity::error, std::move(where), std::move(message)});
}

void Mistakes::warning(Location where, std::string message) {
    all_.push_back({Mistake::Severity::warning, std::move(where), std::move(message)});
}

std::size_t Mistakes::rank(const std::string& file) const {
    return static_cast<std::size_t>(std::find(files_.begin(), files_.end(), file) - files_.begin());
}

// Checks across sections run after the reading, so their findings come late and are sorted in here.
std::vector<Mistake> Mistakes::sorted() const {
    auto result = all_;
    std::stable_sort(result.begin(), result.end(), [this](const Mistake& a, const Mistake& b) {
        return std::tuple(rank(a.where.file), a.where.line) < std::tuple(rank(b.where.file), b.where.line);
    });
    return result;
}

std::string text_of(const Location& where) {
    return where.line == 0 ? where.file : where.file + ":" + std::to_string(where.line);
}

std::string Mistake::text() const {
    return text_of(where) + ": " + message;
}

}  // namespace spliced::config
