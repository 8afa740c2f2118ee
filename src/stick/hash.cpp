#include "spliced/stick/hash.hpp"

#include <bit>
#include <cstring>
#include <random>

namespace spliced::stick {
namespace {

struct State {
    std::uint64_t v0, v1, v2, v3;

    void round() {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }

    void take(std::uint64_t word) {
        v3 ^= word;
        round();
        v0 ^= word;
    }
};

}  // namespace

Secret Secret::random() {
    std::random_device source;
    std::uniform_int_distribution<std::uint64_t> any;
    return {any(source), any(source)};
}

std::uint64_t hash(std::string_view bytes, const Secret& secret) {
    State state{secret.first ^ 0x736f6d6570736575U, secret.second ^ 0x646f72616e646f6dU,
                secret.first ^ 0x6c7967656e657261U, secret.second ^ 0x7465646279746573U};
    std::uint64_t length = bytes.size();
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), 8);
        state.take(word);
    }
    std::uint64_t last = length << 56;
    std::uint64_t rest = 0;
    std::memcpy(&rest, bytes.data(), bytes.size());
    state.take(last | rest);
    state.v2 ^= 0xff;
    for (int i = 0; i < 3; ++i) state.round();
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace spliced::stick
