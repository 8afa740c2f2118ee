#!/usr/bin/env python3
"""A scriptable peer for tests: servers and clients that stall, reset, half-close, dribble, pause, speak first.

As a module it brings Peer (one end of a connection), Server, and Behaviour (a script made of options).
As a command, for use by hand:

    peer.py serve --answer-size 8M --stall 2
    peer.py connect 127.0.0.1:8080 --send-size 300K --half-close
"""

import argparse
import dataclasses
import json
import os
import re
import threading
import time

from endpoint import DEADLINE, Peer, Task, parse_address, show_address, wait_for_port
from server import FullServer, Server, echo, echo_after_eof, hold, sink

__all__ = ["Behaviour", "DEADLINE", "FullServer", "Peer", "Server", "Task", "echo", "echo_after_eof", "hold",
           "parse_address", "show_address", "sink", "wait_for_port"]


@dataclasses.dataclass
class Behaviour:
    """A script made of options; runs in the order of the fields."""

    greeting: bytes = b""     # sent before anything is read
    read: str = "end"         # what to read first: "end", "line", "none" or a number of bytes
    pause: float = 0.0        # while reading, sleep this long after each MiB
    stall: float = 0.0        # then do nothing for so long
    answer: bytes = b""
    answer_size: int = 0      # a pattern of this size, after `answer`
    seed: int = 1
    dribble: bool = False     # send `greeting` and `answer` byte by byte
    echo: bool = False        # send back what was read
    half_close: bool = False  # after the answer, and read on until the other side ends
    reset: bool = False       # after the answer, once it was acknowledged

    def __call__(self, peer):
        say = peer.dribble if self.dribble else peer.send
        say(self.greeting)
        heard = self._read(peer)
        time.sleep(self.stall)
        say(heard if self.echo else b"")
        say(self.answer)
        peer.send_pattern(self.seed, self.answer_size)
        if self.half_close:
            peer.half_close()
            peer.drain()
        if self.reset:
            peer.wait_flushed()
            peer.reset()

    def _read(self, peer):
        if self.read == "end" and self.echo:
            return peer.read_all()
        if self.read == "end":
            peer.drain(self.pause)
        elif self.read == "line":
            line = b""
            while not line.endswith(b"\n") and (byte := peer.receive(1)):
                line += byte
            return line
        elif self.read != "none":
            return peer.read(int(self.read))
        return b""


def size(text):
    """Bytes from "300K", "8M" or "17"."""
    number, unit = re.fullmatch(r"(\d+)([KMG]?)", text.upper()).groups()
    return int(number) << {"": 0, "K": 10, "M": 20, "G": 30}[unit]


def arguments():
    parser = argparse.ArgumentParser(description="A scriptable TCP peer for tests.")
    parser.add_argument("role", choices=["serve", "connect"])
    parser.add_argument("address", nargs="?", default="127.0.0.1:0")
    parser.add_argument("--greeting", type=os.fsencode, default=b"")
    parser.add_argument("--read", default=None, help="end, line, none or a number of bytes, before the answer")
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--stall", type=float, default=0.0)
    parser.add_argument("--answer", type=os.fsencode, default=b"")
    parser.add_argument("--answer-size", "--send-size", type=size, default=0)
    parser.add_argument("--seed", type=int, default=1)
    for flag in ("dribble", "echo", "half-close", "reset"):
        parser.add_argument("--" + flag, action="store_true")
    return parser.parse_args()


def main():
    options = vars(arguments())
    role, address = options.pop("role"), options.pop("address")
    options["read"] = options["read"] or ("line" if role == "serve" else "none")
    behaviour = Behaviour(**options)

    def run(peer):
        try:
            behaviour(peer)
            if role == "connect" and not behaviour.reset:
                peer.drain()
        finally:
            print(json.dumps(peer.report()), flush=True)

    if role == "connect":
        with Peer.connect(address) as client:
            run(client)
        return
    server = Server(run, address)
    print(f"listening on {server.address}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.close()


if __name__ == "__main__":
    main()
