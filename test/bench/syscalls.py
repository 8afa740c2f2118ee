"""How often a proxy calls the kernel, in runs of their own: strace slows everything down."""

import re
import tempfile

import load
import sink
from child import Failure
from figures import LESS, Figure, Workload

# The difference of two runs, so that start, end and idle time cancel out.
CONNECTIONS = 500, 1500
BYTES = 256 << 20, 512 << 20


def calls(running, action):
    """All system calls from the start to the end of a proxy for which action(port) runs."""
    with tempfile.NamedTemporaryFile("r", prefix="spliced-bench-") as report:
        with running(prefix=["strace", "-f", "-c", "-o", report.name]) as proxy:
            action(proxy.port)
        total = re.search(r"^100\.00\s+\S+\s+(?:\S+\s+)?(\d+)\s.*total$", report.read(), re.M)
    if not total:
        raise Failure("strace gave no total")
    return int(total[1])


def calls_for_each(running, action, sizes):
    """Calls for one more of whatever action(port, how_many) does."""
    few, many = (calls(running, lambda port, size=size: action(port, size)) for size in sizes)
    return (many - few) / (sizes[1] - sizes[0])


def run_syscalls(running):
    return {"connection": calls_for_each(running, load.short_connections, CONNECTIONS),
            "megabyte": calls_for_each(running, sink.download, BYTES) * 1e6}


SYSCALLS = Workload("syscalls", "system calls", (
    Figure("connection", "for each short connection", LESS, alone=15),
    Figure("megabyte", "for each MB of bulk", LESS),
), run_syscalls)
