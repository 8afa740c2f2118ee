// SipHash-2-4: a short hash that nobody can turn back, or try out, without the key.
//
// J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012. Without a key the four billion
// IPv4 addresses would be tried in seconds.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace spliced {

class KeyedHash {
  public:
    using Key = std::array<std::uint64_t, 2>;

    explicit KeyedHash(Key key) : key_(key) {}
    /// Under a key of its own, which is known to nobody and gone with the process: getrandom(2).
    static KeyedHash secret();

    std::uint64_t operator()(std::string_view bytes) const;

  private:
    Key key_;
};

}  // namespace spliced
