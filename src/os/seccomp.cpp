#include "spliced/os/seccomp.hpp"

#include <fmt/format.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <initializer_list>
#include <memory>

#include "spliced/os/seccomp_calls.hpp"

namespace spliced::os {
namespace {

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

using Test = scmp_arg_cmp;

constexpr std::array families{AF_UNIX, AF_INET, AF_INET6,
                              AF_NETLINK};  // the last for getaddrinfo(3), which asks for the interfaces

/// Of a terminal's, those that only look: TIOCSTI types into it, and so would reach beyond the sandbox.
constexpr std::array<unsigned, 9> requests{FIONREAD,   FIONBIO,  FIOCLEX,      FIONCLEX,   TCGETS,
                                           TIOCGWINSZ, SIOCOUTQ, SIOCGIFINDEX, SIOCGIFNAME};

// The flags of clone(2), "C library/kernel differences".
#if defined(__s390__)
constexpr unsigned flags_argument = 1;
#else
constexpr unsigned flags_argument = 0;
#endif
constexpr std::uint64_t new_namespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

/// Collects rules; after the first failure it does nothing.
class Rules {
  public:
    explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

    void add(std::string_view name, std::uint32_t action, std::initializer_list<Test> tests = {}) {
        int number = seccomp_syscall_resolve_name(std::string(name).c_str());
        if (number == __NR_SCMP_ERROR || failure_ != 0) return;  // unknown to this machine or this library
        int outcome = seccomp_rule_add_array(filter_, action, number, static_cast<unsigned>(tests.size()),
                                             tests.size() == 0 ? nullptr : tests.begin());
        // Some calls exist under one architecture and not under another.
        if (outcome < 0 && outcome != -EDOM) failure_ = -outcome;
    }
    void allow(std::string_view name, std::initializer_list<Test> tests = {}) {
        add(name, SCMP_ACT_ALLOW, tests);
    }
    int failure() const { return failure_; }

  private:
    scmp_filter_ctx filter_;
    int failure_ = 0;
};

void add_rules(Rules& rules) {
    for (std::string_view name : allowed_calls) rules.allow(name);
    for (int family : families)
        rules.allow("socket", {Test{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0}});
    // The kernel looks at the lower half alone.
    for (unsigned request : requests)
        rules.allow("ioctl", {Test{1, SCMP_CMP_MASKED_EQ, UINT32_MAX, request}});
    rules.allow("clone", {Test{flags_argument, SCMP_CMP_MASKED_EQ, new_namespaces, 0}});
    // Its flags stand in memory, where no filter can look; without it libc takes clone(2).
    rules.add("clone3", SCMP_ACT_ERRNO(ENOSYS));
}

Result<Confinement> load(scmp_filter_ctx filter) {
    int outcome = seccomp_load(filter);
    if (outcome == 0) return Confinement::entered;
    bool is_filtered = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER;
    if (outcome == -ENOMEM && is_filtered) return Confinement::full;
    if (outcome == -EINVAL || outcome == -ENOSYS || outcome == -EOPNOTSUPP) return Confinement::absent;
    return system_error("cannot install the filter of system calls", -outcome);
}

}  // namespace

Result<Confinement> enter_seccomp_filter() {
    if (!can_be_confined()) return Confinement::absent;
    Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release);
    if (!filter) return system_error("cannot build the filter of system calls", ENOMEM);
    // Calls by the numbers of another architecture (32 bits on a 64-bit kernel) fail as well.
    seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
    // The kernel's own codes, where the library would say ECANCELED for all.
    seccomp_attr_set(filter.get(), SCMP_FLTATR_API_SYSRAWRC, 1);
    Rules rules(filter.get());
    add_rules(rules);
    if (rules.failure() != 0) return system_error("cannot build the filter of system calls", rules.failure());
    return load(filter.get());
}

std::string seccomp_library_version() {
    const scmp_version* version = seccomp_version();
    return fmt::format("{}.{}.{}", version->major, version->minor, version->micro);
}

}  // namespace spliced::os
