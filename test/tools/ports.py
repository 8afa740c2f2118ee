"""Port numbers for those tests that must name one in a configuration."""

import os
import re
import socket

# Below the range that the kernel takes ports from by itself (32768 on, ip(7)), and one part of it for each worker of
# pytest-xdist, so that two of them do not find the same port free.
FIRST, PART = 20000, 1500
_next = FIRST + PART * (int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "0")) or 0) % 8)
_last = _next + PART


def free_ports(count, host="127.0.0.1"):
    """The first of `count` free ports in a row; never the same ones twice."""
    global _next
    while _next + count <= _last:
        first, _next = _next, _next + count
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind((host, port))
            return first
        except OSError:
            continue
    raise AssertionError("no free ports")
