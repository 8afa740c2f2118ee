"""What can be done from within a running program, as tried by intruder.cpp."""

from waiting import wait_until


class Intruder:
    """Owns the report of one run. `prefix` is the command that runs the program."""

    def __init__(self, library, path, attempts):
        self._path = path
        self.prefix = ["env", f"LD_PRELOAD={library}", f"INTRUDER_REPORT={path}",
                       "INTRUDER_ATTEMPTS=" + "\n".join(attempts)]

    def outcomes(self):
        """Attempt -> "ok" or the name of its error, once the program has accepted a connection."""
        def lines():
            text = self._path.read_text() if self._path.exists() else ""
            return text.splitlines() if text.endswith("done\n") else None
        return dict(line.rsplit(": ", 1) for line in wait_until(lines, "the intruder's report")[:-1])
