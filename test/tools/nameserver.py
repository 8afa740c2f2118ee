"""Name servers for tests: dnsmasq, whose answers a test changes, and one whose every byte a test decides.

Both listen on one ephemeral port of 127.0.0.1, by UDP and TCP.
"""

import signal
import socket
import socketserver
import struct
import subprocess
import threading

from ports import free_ports
from waiting import wait_until

A, CNAME, AAAA, SRV = 1, 5, 28, 33


class Dnsmasq:
    """A real one. `hosts` maps names to addresses, `services` maps names to (host, port, weight)."""

    def __init__(self, program, folder, hosts=None, services=None, ttl=0):
        self.port = free_ports(1)
        self.address = f"127.0.0.1:{self.port}"
        self._program, self._folder, self._ttl = program, folder, ttl
        self._process = None
        self.services = dict(services or {})
        self.set(hosts or {})

    def set(self, hosts):
        """Other addresses, from now on."""
        self.hosts = hosts
        lines = [f"{address} {name}\n" for name, addresses in hosts.items() for address in addresses]
        (self._folder / "hosts").write_text("".join(lines))
        if self._process:
            self._process.send_signal(signal.SIGHUP)

    def start(self):
        command = [self._program, "--keep-in-foreground", "--conf-file=/dev/null", f"--port={self.port}",
                   "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts", "--no-poll",
                   "--local=/test/", "--pid-file=", "--user=", "--group=", f"--local-ttl={self._ttl}",
                   f"--addn-hosts={self._folder}/hosts"]
        for name, targets in self.services.items():
            command += [f"--srv-host={name},{host},{port},0,{weight}" for host, port, weight in targets]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=open(self._folder / "dnsmasq.log", "ab"))
        wait_until(self._answers, "dnsmasq answers")
        return self

    def restart(self, services):
        """With other services, which no signal would make it read."""
        self.services = dict(services)
        self.stop()
        return self.start()

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self):
        assert self._process.poll() is None, (self._folder / "dnsmasq.log").read_text()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.2)
            try:
                client.connect(("127.0.0.1", self.port))
                client.send(question(1, "probe.test", A))
                return client.recv(512)
            except OSError:
                return None


def name(text):
    """A name as it stands in a message."""
    return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".")) + b"\0"


def question(number, text, kind):
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + name(text) + struct.pack("!2H", kind, 1)


def address(host, ttl=0):
    """A record of type A or AAAA, for Query.answer()."""
    kind, family = (AAAA, socket.AF_INET6) if ":" in host else (A, socket.AF_INET)
    return kind, ttl, socket.inet_pton(family, host)


def service(host, port, weight=0, ttl=0):
    return SRV, ttl, struct.pack("!3H", 0, weight, port) + name(host)


class Query:
    """What was asked, and answers to it."""

    def __init__(self, data, tcp=False):
        self.data, self.tcp = data, tcp
        self.number = struct.unpack_from("!H", data)[0]
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += 1 + data[at]
        self.name = ".".join(labels).lower()
        self.kind = struct.unpack_from("!H", data, at + 1)[0]
        self._question = data[12:at + 5]

    def answer(self, *records, code=0, flags=0x8180):
        """A whole message: records of address() and service(); those of another kind than was asked are left out."""
        mine = [record for record in records if record[0] == self.kind]
        text = struct.pack("!6H", self.number, flags | code, 1, len(mine), 0, 0) + self._question
        for kind, ttl, data in mine:
            text += b"\xc0\x0c" + struct.pack("!2HIH", kind, 1, ttl, len(data)) + data
        return text

    def truncated(self):
        return self.answer(flags=0x8380)


class ScriptedNameServer:
    """Calls `script(query)` for each question: bytes, or a list of them, are sent as they are, None is silence."""

    def __init__(self, script):
        self.script = script
        self.queries = []
        self._lock = threading.Lock()
        owner = self

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self):
                data, sock = self.request
                for message in owner.hear(Query(data)):
                    sock.sendto(message, self.client_address)

        class Stream(socketserver.StreamRequestHandler):
            def handle(self):
                while len(size := self.rfile.read(2)) == 2:
                    data = self.rfile.read(struct.unpack("!H", size)[0])
                    for message in owner.hear(Query(data, tcp=True)):
                        self.wfile.write(struct.pack("!H", len(message)) + message)

        self.port = free_ports(1)
        self.address = f"127.0.0.1:{self.port}"
        self._servers = [socketserver.ThreadingUDPServer(("127.0.0.1", self.port), Datagram),
                         ReusingTCPServer(("127.0.0.1", self.port), Stream)]
        for server in self._servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def hear(self, query):
        with self._lock:
            self.queries.append(query)
        said = self.script(query)
        return [] if said is None else [said] if isinstance(said, bytes) else said

    def count(self, **wanted):
        """Of the questions so far, those with these properties."""
        with self._lock:
            return sum(all(getattr(query, key) == value for key, value in wanted.items()) for query in self.queries)

    def stop(self):
        for server in self._servers:
            server.shutdown()
            server.server_close()


class ReusingTCPServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
