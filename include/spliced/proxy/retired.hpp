// What reloads have taken out of service, for as long as a session still knows of it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "spliced/proxy/frontend.hpp"

namespace spliced::proxy {

/// Each thing goes when its last session has gone; they count them themselves. A thousand reloads under one
/// long session leave no more than what that session knows.
class Retired {
  public:
    // What is added keeps `config`, which its settings are a part of.
    using Whole = std::shared_ptr<const config::Config>;
    void add(std::unique_ptr<Terms> terms, TermsObserver& observer);
    void add(std::unique_ptr<Frontend> frontend, TermsObserver& observer);
    void add(std::unique_ptr<Backend> backend, const Whole& config);
    void add(std::unique_ptr<BoundListener> listener, const Whole& config);
    void add(balance::ServerPool::Servers servers, const Whole& config);

    /// Destroys what no session knows any more.
    void reap();
    /// When the first of those was removed (not only replaced, as terms are) after this moment, that are
    /// left.
    std::optional<TimePoint> removal_after(TimePoint moment) const;

  private:
    template <typename T>
    struct Kept {
        std::shared_ptr<const config::Config> config;  ///< goes last
        std::unique_ptr<T> thing;
    };
    bool is_known(const Backend& backend) const;

    // In the order in which the next may know of the ones before.
    std::vector<Kept<balance::Server>> servers_;
    std::vector<Kept<Backend>> backends_;
    std::vector<std::unique_ptr<Frontend>> frontends_;
    std::vector<Kept<BoundListener>> listeners_;
    std::vector<std::unique_ptr<Terms>> terms_;
};

}  // namespace spliced::proxy
