"""Requests over connections that stay: alone, and while bulk runs."""

import time

import http11
import load
import sink
from figures import BUSY, LESS, MORE, Figure, Workload, against
from meter import Meter

SECONDS = 2
WARM_UP = 2000
FEW, BULK_STREAMS = 8, 2
PACE = 0.2e9  # bytes per second, which each of the proxies can keep up


def run_keepalive(running):
    with running() as proxy:
        load.short_connections(proxy.port, WARM_UP, "-k")
        with Meter(proxy.pid) as meter, load.wrk(proxy.port, load.AT_A_TIME, SECONDS) as wrk:
            done = load.requests(wrk)
    return {"rate": done.per_second, "cpu": meter.cpu / done.count * 1e6, "busy": meter.busy,
            "p50": done.p50 * 1e3, "p99": done.p99 * 1e3}


def run_mixed(running, pace=None):
    with running() as proxy:
        load.short_connections(proxy.port, WARM_UP, "-k")
        begin = time.perf_counter()
        with load.wrk(proxy.port, FEW, SECONDS) as wrk:
            taken = sink.download_while(lambda: wrk.poll() is None, proxy.port, http11.BULK_SIZE, BULK_STREAMS, pace)
            seconds = time.perf_counter() - begin
            done = load.requests(wrk)
    return {"p99": done.p99 * 1e3, "rate": done.per_second, "bulk": taken / seconds / 1e9}


KEEPALIVE = Workload("keepalive", f"keep-alive requests, {load.AT_A_TIME} connections", (
    Figure("rate", "requests/s", MORE, against(1.10, 1.05)),
    Figure("cpu", "CPU us/request", LESS, against(0.90, 0.95)),
    BUSY,
    Figure("p50", "p50 ms", LESS, minor=True),
    Figure("p99", "p99 ms", LESS, against(1.0, 1.0)),
), run_keepalive, times=3)

MIXED = Workload("mixed", f"mixed: requests over {FEW} connections beside {BULK_STREAMS} of bulk", (
    Figure("p99", "p99 ms of requests", LESS, against(0.5, 1.0)),
    Figure("rate", "requests/s", MORE, minor=True),
    Figure("bulk", "bulk GB/s", MORE),
), run_mixed)

# Faster bulk leaves less of the load's core to the requests, so that the proxy which moves most has the worst p99.
PACED = Workload("paced", f"mixed, bulk held to {PACE / 1e9:g} GB/s", (
    Figure("p99", "p99 ms of requests", LESS),
    Figure("rate", "requests/s", MORE, minor=True),
    Figure("bulk", "bulk GB/s", MORE, minor=True),
), lambda running: run_mixed(running, PACE))
