"""One run of a scenario: the peers, the proxy between them, and what everybody saw.

The configuration names its places by variables, which both programs understand: LISTEN, LISTEN2, ... are listening
sockets that the proxy inherits, LISTEN_UNIX is a path, S1, S2, ... are servers, S_UNIX one behind a unix socket, DEAD
refuses connections, LOG is a syslog receiver and STATS the path of the statistics socket.
"""

import os
import re
import signal
import socket
import subprocess
import threading
import time

import tcplog
from admin import Admin
from endpoint import Peer, show_address
from server import Server
from waiting import wait_until

SYSLOG = re.compile(r"<(\d+)>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:\S+ )?\w+\[\d+\]: (.*)", re.DOTALL)


class LogReceiver:
    """A UDP port that keeps what arrives."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = show_address(socket.AF_INET, self.socket.getsockname())
        self.lines = []
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self):
        while True:
            try:
                data = self.socket.recv(65536)
            except OSError:
                return
            if not data:
                return
            self.lines.append(data.decode(errors="replace").rstrip("\n"))

    def messages(self):
        """(priority, text) of each line."""
        found = (SYSLOG.fullmatch(line) for line in list(self.lines))
        return [(int(match[1]), match[2]) for match in found if match]

    def sessions(self):
        return [(priority, session) for priority, text in self.messages() if (session := tcplog.parse(text))]

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR) if self.socket.fileno() < 0 else self.socket.close()


def script(name):
    """A server that does what the first line asks for, and says its name."""
    greeting = name.encode() + b"\n"

    def serve(peer):
        word = b""
        while not word.endswith(b"\n") and (byte := peer.receive(1)):
            word += byte
        word = peer.word = word.strip().partition(b" ")[0]
        if word == b"late":       # answers when the client has said all
            rest = peer.read_all()
            peer.send(greeting + rest)
        elif word == b"cut":      # breaks off
            peer.send(greeting)
            peer.wait_flushed()
            time.sleep(0.1)
            peer.ending = "own"
            peer.reset()
        elif word == b"bye":      # ends first, but hears the client out
            peer.send(greeting)
            peer.half_close()
            peer.drain()
        elif word:                # waits for the client to end
            peer.send(greeting)
            peer.drain()
    return serve


def at_once(name):
    """A server that takes whatever comes first for a question."""
    def serve(peer):
        if peer.receive():
            peer.send(name.encode() + b"\n")
            peer.drain()
    return serve


def with_header(name):
    """A server that says what stands in front of the question, with the ports of clients and doors left out."""
    def serve(peer):
        head = b""
        while not head.endswith(b"hi\n") and (byte := peer.receive(1)):
            head += byte
        head = head.removesuffix(b"hi\n")
        if head.startswith(b"PROXY"):
            head = b" ".join(head.split(b" ")[:4]) + b"..." + head[-2:]
        elif head:
            head = head[:24] + head[28:]
        if head:
            peer.send(f"{name} {head.hex()}\n".encode())
            peer.drain()
    return serve


class TurnedAway:
    """A client whose connection was reset before connect() had returned."""

    def __init__(self):
        self.sock = socket.socket()
        self.sock.close()
        self.ending, self.received = "rst", 0

    def send(self, data):
        pass

    def receive(self, limit=0):
        return b""

    def close(self):
        pass


class World:
    def __init__(self, cfg, program, folder, *, servers=3, doors=3, extra=None, script=script, checks_say=None):
        """`checks_say` is the word by which the servers know a check."""
        self.checks_say = checks_say
        self.cfg, self.program, self.folder = cfg, program, folder
        self.log = LogReceiver()
        self.stats_path = folder / "stats"
        self.servers = {f"S{number}": Server(script(f"S{number}")) for number in range(1, servers + 1)}
        self.servers["S_UNIX"] = Server(script("S_UNIX"), str(folder / "server"))
        self.dead = [Server(listening=False) for _ in range(2)]
        self.doors = {}
        self._listeners = []
        for number in range(1, doors + 1):
            listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
            self._listeners.append(listener)
            self.doors["LISTEN" if number == 1 else f"LISTEN{number}"] = show_address(socket.AF_INET,
                                                                                       listener.getsockname())
        self.doors["LISTEN_UNIX"] = str(folder / "door")
        self.extra = extra or {}
        self.process = None
        self.served, self.endings, self.heard = [], [], []
        self._held = []
        self._expected_lines = 0

    def environment(self):
        values = dict(os.environ)
        values.update({name: server.address for name, server in self.servers.items()})
        values.update(DEAD=self.dead[0].address, DEAD2=self.dead[1].address, LOG=self.log.address,
                      STATS=str(self.stats_path), LISTEN_UNIX=self.doors["LISTEN_UNIX"])
        for name, listener in zip(self.doors, self._listeners):
            values[name] = f"fd@{listener.fileno()}"
        values.update(self.extra)
        return values

    def start(self):
        command = self.program.command(self.cfg, self.folder, self.environment())
        with open(self.folder / "output", "wb") as output:
            self.process = subprocess.Popen(command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=output, pass_fds=[each.fileno() for each in self._listeners])
        for listener in self._listeners:
            listener.close()
        self.admin = Admin(self.stats_path)
        wait_until(self.answers, "the statistics socket answers")

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.program.name} ended at its start:\n{(self.folder / 'output').read_text()}")
        try:
            return "Uptime" in self.admin.ask("show info")
        except OSError:
            return False

    # What clients do

    def connect(self, door="LISTEN", **options):
        return Peer.connect(self.doors[door], **options)

    def come(self, say=b"hi\n", door="LISTEN", **options):
        """A client that asks."""
        try:
            client = self.connect(door, **options)
        except ConnectionResetError:
            client = TurnedAway()
        try:
            client.send(say)
        except OSError:  # the reset is told once, and reading would find a plain end
            client.ending = "rst"
        self._held.append(client)
        return client

    def hold(self, say=b"hi\n", door="LISTEN", **options):
        """A client that asks and stays; notes which server answered."""
        client = self.come(say, door, **options)
        self.served.append(self._line(client))
        return client

    def settle(self):
        """Waits until the proxy has as many sessions as there are clients that stay."""
        open_now = sum(client.sock.fileno() >= 0 and not client.ending for client in self._held)
        wait_until(lambda: sum(int(row["scur"]) for row in self.admin.rows() if row["svname"] == "FRONTEND") <= open_now,
                   f"{open_now} sessions are left")

    def _line(self, client):
        line = b""
        while not line.endswith(b"\n") and (byte := client.receive(1)):
            line += byte
        return line.decode().strip() or f"nobody ({client.ending})"

    def release(self, client, logged=True):
        """Ends the client, and waits until the proxy has told of it."""
        client.close()
        if logged:
            self.expect_line()
        self.settle()

    def visit(self, say=b"hi\n", door="LISTEN", logged=True, **options):
        """A client that asks, is answered, and leaves."""
        client = self.hold(say, door, **options)
        if client.ending:
            self.endings.append(client.ending)
        self.release(client, logged)
        return self.served[-1]

    def stay_to_the_end(self, say, door="LISTEN", half_close=False, **options):
        """A client that waits for the other side to end; notes how it did."""
        client = self.come(say, door, **options)
        if half_close:
            client.half_close()
        self.served.append(self._line(client))
        self.heard.append(client.read_all())
        self.endings.append(client.ending)
        client.close()
        self.expect_line()
        self.settle()
        return client

    def expect_line(self):
        self._expected_lines += 1
        wait_until(lambda: len(self.log.sessions()) >= self._expected_lines,
                   f"{self._expected_lines} lines about sessions")

    def row(self, proxy, name):
        return self.admin.row(proxy, name)

    def wait_for_status(self, proxy, name, status):
        wait_until(lambda: self.row(proxy, name)["status"] == status, f"{proxy}/{name} is {status}")

    # What everybody saw

    def finish(self):
        for client in self._held:
            client.close()
        wait_until(lambda: all(row["scur"] in ("", "0") for row in self.admin.rows()), "no session is left")
        seen = {
            "served": list(self.served),
            "endings at clients": list(self.endings),
            "heard": list(self.heard),
            "endings at servers": {name: self._endings(server) for name, server in self.servers.items()},
            "sessions": self.log.sessions(),
            "messages": [message for message in self.log.messages() if not tcplog.parse(message[1])],
            "rows": self.rows(),
            "clients": [client.received for client in self._held],
        }
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        return seen

    def rows(self):
        """Addresses, which no two runs share, become names."""
        names = {server.address.removeprefix("unix@"): name for name, server in self.servers.items()}
        names.update({dead.address: f"DEAD{number}" for number, dead in enumerate(self.dead)})
        rows = {}
        for row in self.admin.rows():
            rows[row["pxname"], row["svname"]] = row
            row["addr"] = names.get(row["addr"], row["addr"])
        return rows

    def _endings(self, server):
        """Of the connections that brought anything, which those of plain checks do not."""
        def clients():
            return [peer for peer in list(server.peers)
                    if peer.received and (not self.checks_say or getattr(peer, "word", None) != self.checks_say)]
        wait_until(lambda: all(peer.ending for peer in clients()), "the servers' connections are over")
        return [peer.ending for peer in clients()]

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for listener in self._listeners:
            listener.close()
        for server in [*self.servers.values(), *self.dead]:
            server.close()
        for client in self._held:
            client.close()
        self.log.close()
