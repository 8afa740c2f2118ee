// The ports of a `source` range: which of them are in use towards one server.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace spliced::balance {

class PortBook {
  public:
    /// Both ends belong to it.
    PortBook(std::uint16_t first, std::uint16_t last)
        : first_(first), taken_(std::size_t{last} - first + 1u, false) {}

    /// The next free port in turn; absent where all are in use. In turn, because the kernel keeps a port that
    /// was just left (TIME_WAIT) for a minute.
    std::optional<std::uint16_t> take() {
        for (std::size_t i = 0; i < taken_.size(); ++i) {
            std::size_t at = (next_ + i) % taken_.size();
            if (taken_[at]) continue;
            taken_[at] = true;
            next_ = (at + 1) % taken_.size();
            return static_cast<std::uint16_t>(first_ + at);
        }
        return std::nullopt;
    }
    /// A port of another book, of before a reload, is none of ours.
    void give_back(std::uint16_t port) {
        if (port >= first_ && std::size_t{port} - first_ < taken_.size())
            taken_[std::size_t{port} - first_] = false;
    }

    bool is_for(std::uint16_t first, std::uint16_t last) const {
        return first == first_ && taken_.size() == std::size_t{last} - first + 1u;
    }

  private:
    std::uint16_t first_;
    std::vector<bool> taken_;
    std::size_t next_ = 0;
};

}  // namespace spliced::balance
