#include "spliced/resolve/slots.hpp"

#include <algorithm>

namespace spliced::resolve {
namespace {

class Assignment {
  public:
    Assignment(std::span<const os::Address> held, std::span<const Place> places, const SlotRules& rules)
        : held_(held), places_(places), rules_(rules), slots_(held.size()), users_(places.size()) {
        for (const Place& place : places) preferred_.push_back(is_preferred(place));
    }

    std::vector<std::optional<std::size_t>> make() &&;

  private:
    bool is_preferred(const Place& place) const {
        return std::any_of(rules_.preferred.begin(), rules_.preferred.end(),
                           [&](const os::Subnet& net) { return net.contains(place.address); });
    }
    void keep(std::size_t slot);
    void take(std::size_t slot, std::size_t place) {
        if (slots_[slot]) --users_[*slots_[slot]];
        slots_[slot] = place;
        ++users_[place];
    }
    std::optional<std::size_t> best_free(bool preferred_only) const;
    std::optional<std::size_t> least_shared() const;

    std::span<const os::Address> held_;
    std::span<const Place> places_;
    const SlotRules& rules_;
    std::vector<std::optional<std::size_t>> slots_;
    std::vector<unsigned> users_;  ///< of each place
    std::vector<bool> preferred_;  ///< each place
};

void Assignment::keep(std::size_t slot) {
    for (std::size_t place = 0; place < places_.size(); ++place) {
        bool is_free = rules_.shared || users_[place] == 0;
        if (is_free && places_[place].address == held_[slot]) return take(slot, place);
    }
}

std::optional<std::size_t> Assignment::best_free(bool preferred_only) const {
    std::optional<std::size_t> found;
    for (std::size_t place = 0; place < places_.size(); ++place) {
        if (users_[place] > 0) continue;
        if (preferred_[place]) return place;
        if (!found && !preferred_only) found = place;
    }
    return found;
}

std::optional<std::size_t> Assignment::least_shared() const {
    if (places_.empty()) return std::nullopt;
    std::optional<std::size_t> found;
    bool any_preferred = std::find(preferred_.begin(), preferred_.end(), true) != preferred_.end();
    for (std::size_t place = 0; place < places_.size(); ++place) {
        if (any_preferred && !preferred_[place]) continue;
        if (!found || users_[place] < users_[*found]) found = place;
    }
    return found;
}

std::vector<std::optional<std::size_t>> Assignment::make() && {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) keep(slot);
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
        bool wants_better = slots_[slot] && !preferred_[*slots_[slot]];
        if (slots_[slot] && !wants_better) continue;
        auto place = best_free(wants_better);
        if (!place && !slots_[slot] && rules_.shared) place = least_shared();
        if (place) take(slot, *place);
    }
    return std::move(slots_);
}

}  // namespace

std::vector<std::optional<std::size_t>> assign(std::span<const os::Address> held,
                                               std::span<const Place> places, const SlotRules& rules) {
    return Assignment(held, places, rules).make();
}

}  // namespace spliced::resolve
