"""The same configuration for spliced and for HAProxy 2.6: what a test expects of one is asked of the other as well."""

import re
import signal
import socket
import subprocess

import pytest
from admin import Admin
from endpoint import Peer, show_address
from peer import wait_for_port

HAPROXY_HEAD = """global
 stats socket {path} mode 600 level admin
 nbthread 1
defaults
 mode tcp
 timeout connect 5s
 timeout client 1m
 timeout server 1m
 balance roundrobin
"""


def as_ini(text):
    """HAProxy's sections in the form of spliced: a key is the first word of a line, and for a server its name too."""
    lines = []
    for line in filter(str.strip, text.splitlines()):
        words = line.split()
        if not line.startswith(" "):
            lines.append(f"[{line.strip()}]")
        else:
            count = 2 if words[0] in ("server", "option", "timeout", "acl", "use_backend") else 1
            count += words[:2] == ["tcp-request", "inspect-delay"]
            value = " ".join(words[count:])
            lines.append(f"{' '.join(words[:count])} = {value or 'yes'}")
    return "\n".join(lines) + "\n"


class Haproxy:
    """A running HAProxy with the listeners of `bind fd@?` in order."""

    def __init__(self, program, folder, path, text):
        listeners = []

        def replace(found):
            family, host = (socket.AF_INET6, "::1") if found[1] else (socket.AF_INET, "127.0.0.1")
            listeners.append(socket.socket(family))
            listeners[-1].bind((host, 0))
            listeners[-1].listen(100)
            return f"fd@{listeners[-1].fileno()}"
        config = folder / "haproxy.cfg"
        config.write_text(HAPROXY_HEAD.format(path=path) + re.sub(r"fd@\?(6?)", replace, text))
        self.addresses = [show_address(each.family, each.getsockname()) for each in listeners]
        self.log = folder / "haproxy.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([program, "-db", "-f", str(config)], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, pass_fds=[each.fileno() for each in listeners])
        for listener in listeners:
            listener.close()
        wait_for_port(f"unix@{path}")

    def connect(self, index=0, **options):
        return Peer.connect(self.addresses[index], **options)

    def end(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture(params=["spliced", "haproxy"])
def duo(request, short_folder, tmp_path, need):
    """Starts one of the two: duo(sections as HAProxy has them) -> a proxy with .admin and .which"""
    path = short_folder / "admin.sock"

    def start(text):
        if request.param == "spliced":
            proxy = request.getfixturevalue("spliced")(
                as_ini(text), global_lines=[f"stats socket = {path} mode 600 level admin"],
                defaults="[defaults]\nbalance = roundrobin\nlog = global\noption tcplog = yes\n")
        else:
            program = need("haproxy")
            version = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stdout
            if " 2.6." not in version:
                pytest.skip("this HAProxy is not 2.6")
            proxy = Haproxy(program, tmp_path, path, text)
            request.addfinalizer(proxy.end)
        proxy.admin = Admin(path)
        proxy.which = request.param
        return proxy

    return start
