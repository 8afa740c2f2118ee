// How many descriptors the process may have.
#pragma once

#include <cstddef>

#include "spliced/base/result.hpp"

namespace spliced::os {

/// RLIMIT_NOFILE of getrlimit(2). "Unlimited" counts as descriptor_ceiling.
struct DescriptorLimit {
    std::size_t soft = 0;  ///< in force
    std::size_t hard = 0;  ///< what an unprivileged process may raise it to
};

/// What raise_descriptor_limit() goes up to at most: the kernel's and HAProxy's usual bound. Service managers
/// and containers hand out a thousand million, and a connection limit computed from that means nothing.
inline constexpr std::size_t descriptor_ceiling = 1'048'576;

Result<DescriptorLimit> descriptor_limit();

/// Raises the soft limit to the hard one, or to descriptor_ceiling where that is less; never lowers it.
Result<DescriptorLimit> raise_descriptor_limit();

/// `ulimit-n`: sets the soft limit, and raises the hard one with it where it is below and the process may.
Result<DescriptorLimit> set_descriptor_limit(std::size_t wanted);

}  // namespace spliced::os
