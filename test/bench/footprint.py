"""What a proxy takes: at its start, and for each connection that is idle."""

import statistics
import time
from contextlib import ExitStack

import http11
from figures import LESS, Figure, Workload, against
from procfs import counted_anonymous_bytes, descriptors

STARTS = 5
CONNECTIONS = 4000
QUIET = 1.5  # seconds after which a proxy has given back what it gives back


def run_start(running):
    times, memory = [], []
    for _ in range(STARTS):
        with running() as proxy:
            memory.append(counted_anonymous_bytes(proxy.pid))
        times.append(proxy.seconds_to_start)
    return {"time": statistics.median(times) * 1e3, "memory": statistics.median(memory) / 1024}


def run_idle(running):
    with running() as proxy, ExitStack() as stack:
        memory, files = counted_anonymous_bytes(proxy.pid), len(descriptors(proxy.pid))
        for _ in range(CONNECTIONS):
            sock = stack.enter_context(http11.connect(proxy.port))
            http11.ask(sock, http11.SMALL)
            http11.answer(sock)
        time.sleep(QUIET)
        memory, files = counted_anonymous_bytes(proxy.pid) - memory, len(descriptors(proxy.pid)) - files
    return {"memory": memory / CONNECTIONS, "descriptors": files / CONNECTIONS}


IDLE = Workload("idle", f"idle, {CONNECTIONS:,} connections after a request", (
    Figure("memory", "anonymous memory, bytes each", LESS, against(0.20, 0.06)),
    Figure("descriptors", "descriptors each", LESS, minor=True),
), run_idle)

START = Workload("start", "start", (
    Figure("time", "ms to the first answer", LESS),
    Figure("memory", "anonymous memory, KiB", LESS, against(0.5, 0.2)),
), run_start)
