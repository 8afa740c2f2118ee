"""What clients do: ab and wrk, and their figures."""

import dataclasses
import re
import subprocess

import http11
from child import Failure, finish, run, started

AT_A_TIME = 50
DEADLINE = 90.0
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


@dataclasses.dataclass(frozen=True)
class Requests:
    """What wrk has measured; times in seconds."""

    count: int
    per_second: float
    p50: float
    p99: float


def url(port):
    return f"http://127.0.0.1:{port}{http11.SMALL}"


def short_connections(port, count, *options):
    """One request each; returns connections per second."""
    output = run("ab", "-q", *options, "-n", count, "-c", AT_A_TIME, url(port), deadline=DEADLINE)
    complete = number(r"^Complete requests:\s+(\d+)", output)
    failed = number(r"^Failed requests:\s+(\d+)", output)
    if complete != count or failed or "Non-2xx" in output:
        raise Failure(f"ab: {complete:g} of {count} requests complete, {failed:g} failed")
    return number(r"^Requests per second:\s+([\d.]+)", output)


def wrk(port, connections, seconds):
    """Starts it, for a with statement; requests() gives what it measures."""
    return started(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s", url(port)],
                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def requests(process):
    """Waits for wrk to end."""
    output = finish(process, DEADLINE)
    for trouble in ("Socket errors", "Non-2xx"):
        if found := re.search(rf"^\s*{trouble}.*", output, re.M):
            raise Failure(f"wrk: {found[0].strip()}")
    return Requests(int(number(r"^\s*(\d+) requests in ", output)), number(r"^Requests/sec:\s+([\d.]+)", output),
                    duration(r"^\s*50%\s+([\d.]+)(\w+)", output), duration(r"^\s*99%\s+([\d.]+)(\w+)", output))


def search(pattern, output):
    found = re.search(pattern, output, re.M)
    if not found:
        raise Failure(f"nothing like {pattern!r} in the output: {output.strip()[-100:]}")
    return found


def number(pattern, output):
    return float(search(pattern, output)[1])


def duration(pattern, output):
    found = search(pattern, output)
    return float(found[1]) * UNITS[found[2]]
