"""Connections with one request each: how many, at what cost, with how many servers, and how soon."""

import statistics
import time

import http11
import load
from child import Failure
from figures import BUSY, LESS, MORE, Figure, Workload, against
from meter import Meter

COUNT, WARM_UP = 10_000, 500
ONE_BY_ONE = 500
FEW, MANY = 2, 1000


def burst(proxy):
    """Connections per second, CPU time of each in microseconds, and how busy the proxy was."""
    load.short_connections(proxy.port, WARM_UP)
    with Meter(proxy.pid) as meter:
        rate = load.short_connections(proxy.port, COUNT)
    return {"rate": rate, "cpu": meter.cpu / COUNT * 1e6, "busy": meter.busy}


def run_short(running):
    with running() as proxy:
        return burst(proxy)


def run_servers(running):
    with running(servers=FEW) as proxy:
        few = burst(proxy)
    with running(servers=MANY) as proxy:
        many = burst(proxy)
    return many | {"rate_ratio": many["rate"] / few["rate"], "cpu_ratio": many["cpu"] / few["cpu"]}


def run_latency(running):
    with running() as proxy:
        load.short_connections(proxy.port, WARM_UP)
        times = sorted(time_to_first_byte(proxy.port) for _ in range(ONE_BY_ONE))
    return {"median": statistics.median(times) * 1e6, "p99": times[len(times) * 99 // 100] * 1e6}


def time_to_first_byte(port):
    begin = time.perf_counter()
    with http11.connect(port) as sock:
        http11.ask(sock, http11.SMALL, "Connection: close")
        received = sock.recv(1 << 16)
        seconds = time.perf_counter() - begin
        if not received:
            raise Failure("a connection ended without an answer")
        while sock.recv(1 << 16):
            pass
    return seconds


SHORT = Workload("short", f"short connections, 1 KB, {load.AT_A_TIME} at a time", (
    Figure("rate", "connections/s", MORE, against(1.20, 1.05)),
    Figure("cpu", "CPU us/connection", LESS, against(0.80, 1.00)),
    BUSY,
), run_short, times=3)

SERVERS = Workload("servers", f"short connections, {MANY:,} servers", (
    Figure("rate", "connections/s", MORE),
    Figure("cpu", "CPU us/connection", LESS),
    Figure("rate_ratio", f"connections/s, {FEW} servers = 1", MORE, alone=0.95),
    Figure("cpu_ratio", f"CPU, {FEW} servers = 1", LESS, minor=True),
), run_servers)

LATENCY = Workload("latency", "connect and request to first byte, one by one", (
    Figure("median", "median us", LESS),
    Figure("p99", "p99 us", LESS, minor=True),
), run_latency)
