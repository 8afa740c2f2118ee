"""What a process uses of its core while something happens."""

import time

from procfs import running_seconds


class Meter:
    """For a with statement: afterwards `cpu` has the seconds of user and system time, `busy` their percentage."""

    def __init__(self, pid):
        self._pid = pid
        self.cpu = self.busy = 0.0

    def __enter__(self):
        self._begin = time.perf_counter(), running_seconds(self._pid)
        return self

    def __exit__(self, *_):
        self.cpu = running_seconds(self._pid) - self._begin[1]
        self.busy = self.cpu / (time.perf_counter() - self._begin[0]) * 100
