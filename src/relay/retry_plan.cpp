#include "spliced/relay/retry_plan.hpp"

#include <algorithm>

namespace spliced::relay {

RetryPlan::Decision RetryPlan::after(Failure failure, bool another, const Rules& rules) {
    // A refusal costs no time, so looking further is free. A timeout has cost the client `timeout connect`.
    bool free_of_charge = rules.retries > 0 && rules.redispatch && another && failure != Failure::timeout;
    if (!free_of_charge && charged_ >= rules.retries) return {Next::give_up, false};
    if (!free_of_charge) ++charged_;
    ++retries_;
    if (rules.redispatch && another) return {Next::other_server, false};
    return {rules.redispatch ? Next::new_round : Next::same_server, failure != Failure::timeout};
}

Duration RetryPlan::pause(const Rules& rules) {
    constexpr Duration longest = seconds(1);
    return rules.connect_limit == Duration::zero() ? longest : std::min(rules.connect_limit, longest);
}

}  // namespace spliced::relay
