"""Where the run is, on standard error: one line that changes on a terminal, else a line for each workload."""

import sys
import time


class Progress:
    def __init__(self, steps):
        self._steps = steps
        self._done = 0
        self._begin = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._last = None

    def step(self, round_number, workload, contender):
        """Says what runs now."""
        if self._terminal:
            self._show(f"\r\033[K[{self._done + 1}/{self._steps}] round {round_number}: {workload.title}: "
                       f"{contender.title}{self._time_left()}")
        elif (round_number, workload) != self._last:
            self._show(f"[{self._done + 1}/{self._steps}] round {round_number}: {workload.title}"
                       f"{self._time_left()}\n")
        self._last = round_number, workload
        self._done += 1

    def say(self, text):
        self._show(f"\r\033[K{text}\n" if self._terminal else f"{text}\n")

    def end(self):
        if self._terminal:
            self._show("\r\033[K")

    def _time_left(self):
        """The first steps tell too little: workloads take their time differently."""
        if self._done * 10 < self._steps:
            return ""
        seconds = (time.monotonic() - self._begin) / self._done * (self._steps - self._done)
        return f" (about {seconds / 60:.0f} min left)" if seconds > 90 else f" (about {seconds:.0f} s left)"

    def _show(self, text):
        sys.stderr.write(text)
        sys.stderr.flush()
