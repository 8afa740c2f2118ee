"""HAProxy as a running process, for tests that ask the same of it and of the proxy under test."""

import signal
import socket
import subprocess

import procfs
import tcplog
from admin import Admin
from peer import Peer, show_address
from waiting import DEADLINE, wait_until

DEFAULTS = "defaults\n mode tcp\n log global\n option tcplog\n" \
           " timeout connect 5s\n timeout client 50s\n timeout server 50s\n option redispatch\n"


class Haproxy:
    """One `listen` section called "web" on an ephemeral port; logs to a file. Ended with the test by end()."""

    def __init__(self, program, folder, lines, path, global_lines=()):
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.address = show_address(listener.family, listener.getsockname())
        self.log = folder / "haproxy.log"
        text = [f"global\n nbthread 1\n log stdout format raw daemon\n stats socket {path} level admin",
                *(f" {line}" for line in global_lines), DEFAULTS + f"listen web\n bind fd@{listener.fileno()}",
                *(f" {line}" for line in lines)]
        (folder / "haproxy.cfg").write_text("\n".join(text) + "\n")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([program, "-db", "-f", str(folder / "haproxy.cfg")],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                            pass_fds=[listener.fileno()])
        listener.close()
        self.admin = Admin(path)
        wait_until(self._answers, "HAProxy answers")

    def _answers(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return procfs.is_alive(self.process.pid) and self.admin.ask("show info")
        except OSError:
            return None

    def connect(self, **options):
        return Peer.connect(self.address, **options)

    def sessions(self):
        return [found for line in self.log.read_text().splitlines() if (found := tcplog.parse(line))]

    def wait_for_sessions(self, count=1, deadline=DEADLINE):
        return wait_until(lambda: len(self.sessions()) >= count and self.sessions(), f"{count} session line(s)",
                          deadline)

    def end(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
