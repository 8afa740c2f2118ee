"""Bytes that can be told apart: a pattern for each seed, where no two blocks of one pattern are equal."""

import functools
import hashlib
import random
import struct

BLOCK = 1 << 16


@functools.lru_cache(maxsize=64)
def _body(seed):
    return random.Random(seed).randbytes(BLOCK - 16)


def pattern_block(seed, index):
    return struct.pack("<QQ", seed, index) + _body(seed)


def pattern_blocks(seed, size):
    """`size` bytes of the pattern, block by block."""
    for index in range((size + BLOCK - 1) // BLOCK):
        yield pattern_block(seed, index)[:size - index * BLOCK]


def pattern(seed, size):
    return b"".join(pattern_blocks(seed, size))


def pattern_sha256(seed, size):
    digest = hashlib.sha256()
    for block in pattern_blocks(seed, size):
        digest.update(block)
    return digest.hexdigest()


class PatternCheck:
    """Compares a stream with the pattern as it arrives."""

    def __init__(self, seed):
        self.seed = seed
        self.offset = 0

    def matches(self, data):
        """False where `data` is not what comes next in the pattern."""
        while data:
            index, start = divmod(self.offset, BLOCK)
            expected = pattern_block(self.seed, index)[start:start + len(data)]
            if data[:len(expected)] != expected:
                return False
            self.offset += len(expected)
            data = data[len(expected):]
        return True
