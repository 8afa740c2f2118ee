#include "spliced/relay/retry_plan.hpp"

#include <algorithm>

namespace spliced::relay {

RetryPlan::Decision RetryPlan::after(Failure failure, bool another, const Rules& rules) {
    if (retries_ >= rules.retries) return {Next::give_up, false};
    ++retries_;
    if (rules.redispatch && another) return {Next::other_server, false};
    return {rules.redispatch ? Next::new_round : Next::same_server, failure != Failure::timeout};
}

Duration RetryPlan::pause(const Rules& rules) {
    constexpr Duration longest = seconds(1);
    return rules.connect_limit == Duration::zero() ? longest : std::min(rules.connect_limit, longest);
}

}  // namespace spliced::relay
