"""The allocations of a running program, as counted by count_allocations.cpp."""

import struct


class Allocations:
    """Owns the file in which one program counts. `prefix` is the command that runs the program."""

    def __init__(self, library, path):
        self._path = path
        path.write_bytes(bytes(16))
        self.prefix = ["env", f"LD_PRELOAD={library}", f"COUNT_ALLOCATIONS={path}"]

    def read(self):
        """Calls and bytes asked for, since the program started."""
        return struct.unpack("=QQ", self._path.read_bytes())
