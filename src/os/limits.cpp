#include "spliced/os/limits.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>

namespace spliced::os {
namespace {

std::size_t count_of(rlim_t limit) {
    return limit == RLIM_INFINITY ? descriptor_ceiling : static_cast<std::size_t>(limit);
}

}  // namespace

Result<DescriptorLimit> descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return system_error("cannot read the descriptor limit", errno);
    return DescriptorLimit{count_of(limit.rlim_cur), count_of(limit.rlim_max)};
}

Result<DescriptorLimit> raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return system_error("cannot read the descriptor limit", errno);
    rlim_t wanted = std::min<rlim_t>(limit.rlim_max, descriptor_ceiling);
    if (wanted <= limit.rlim_cur) return descriptor_limit();
    limit.rlim_cur = wanted;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return system_error(fmt::format("cannot raise the descriptor limit to {}", wanted), errno);
    }
    return descriptor_limit();
}

Result<DescriptorLimit> set_descriptor_limit(std::size_t wanted) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return system_error("cannot read the descriptor limit", errno);
    rlim_t hard = limit.rlim_max;
    limit.rlim_cur = wanted;
    limit.rlim_max = std::max<rlim_t>(hard, wanted);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return system_error(
            fmt::format("cannot set ulimit-n to {} (the hard limit is {})", wanted, count_of(hard)), errno);
    }
    return descriptor_limit();
}

}  // namespace spliced::os
