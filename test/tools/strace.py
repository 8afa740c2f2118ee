"""The system calls of a program, counted or listed by strace(1)."""

import re
import shutil
import subprocess

from waiting import wait_until

ROW = re.compile(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)")
# Reading the clock is a system call only where the kernel cannot answer without one, see vdso(7).
CLOCKS = {"clock_gettime", "gettimeofday", "time"}
# What one function of libc calls differs from machine to machine.
ALIASES = {"newfstatat": "fstat", "epoll_pwait": "epoll_wait"}


def obstacle():
    """Why nothing can be traced here; empty where it can. A container may forbid ptrace(2)."""
    if not shutil.which("strace"):
        return "strace is not installed"
    done = subprocess.run(["strace", "-D", "-o", "/dev/null", "true"], capture_output=True, text=True, timeout=20,
                          check=False)
    return "" if done.returncode == 0 and not done.stderr else f"strace cannot trace here: {done.stderr.strip()}"


class Strace:
    """Owns the report of one run. `prefix` is the command that runs the program.

    With -D the tracer is a grandchild and the traced program the process that was started: its id, its signals and
    its exit code are its own. It names the tracer as allowed, which an ordinary user needs where Yama restricts
    ptrace(2) to descendants.
    """

    def __init__(self, report, *, count):
        self.report = report
        self.prefix = ["strace", "-D", "-f", *(["-c"] if count else []), "-o", str(report)]

    def counts(self):
        """Name of a system call -> how often it was called. Told only when the program has ended."""
        def rows():
            found = ROW.findall(self.report.read_text()) if self.report.exists() else []
            calls = {ALIASES.get(name, name): int(count) for count, name in found}
            return calls if "total" in calls else None
        calls = wait_until(rows, "the summary of strace")
        del calls["total"]
        return {name: count for name, count in calls.items() if name not in CLOCKS}

    def lines(self):
        """The calls so far, each with its arguments. The last one may be under way."""
        return self.report.read_text(errors="replace").splitlines() if self.report.exists() else []
