"""The three proxies, set up alike: TCP, one thread, least connections, no log, equal room and timeouts."""

import dataclasses
from contextlib import contextmanager
from pathlib import Path

import procfs
from child import Failure, traced
from service import serving

# Connections at a time; each takes two descriptors, and up to two more are set aside for pipes. nginx counts both
# sides. Room costs memory, so none gets more than another.
ROOM = 5000
TIMEOUT = "60s"


@dataclasses.dataclass(frozen=True)
class Proxy:
    """A contender that runs."""

    port: int
    pid: int          # of the process that moves the bytes
    seconds_to_start: float


class Contender:
    """How one of them is started. Subclasses say name, title, binary, configuration() and arguments()."""

    def __init__(self, folder, web_ports, cores):
        self._folder = folder
        self._web_ports = web_ports
        self._cores = cores

    def worker(self, pid):
        """The process that moves the bytes, where `pid` is the one that was started."""
        return pid

    @contextmanager
    def running(self, *, servers=2, prefix=()):
        """Yields a Proxy in front of the web server, which stands in the configuration `servers` times.

        `prefix` is a command that runs the proxy.
        """
        file = self._folder / f"{self.name}.conf"
        backends = [f"127.0.0.1:{self._web_ports[number % len(self._web_ports)]}" for number in range(servers)]

        def command(ports):
            file.write_text(self.configuration(ports[0], backends))
            return [*prefix, self.binary, *self.arguments(file)]

        messages = self._folder / f"{self.name}.messages"
        with serving(command, messages, cores=self._cores) as (process, (port,), seconds):
            main = traced(process.pid) if prefix else process.pid
            yield Proxy(port, self.worker(main), seconds)


def lines(template, backends):
    """A line for each backend."""
    return "\n".join(template.format(number=number, address=address) for number, address in enumerate(backends, 1))


class Spliced(Contender):
    name = title = "spliced"

    def __init__(self, binary, *surroundings):
        super().__init__(*surroundings)
        self.binary = binary

    def configuration(self, port, backends):
        return f"""\
[global]
maxconn = {ROOM}

[defaults]
balance = leastconn
timeout connect = {TIMEOUT}
timeout client = {TIMEOUT}
timeout server = {TIMEOUT}

[listen bench]
bind = 127.0.0.1:{port} backlog 4096
{lines("server s{number} = {address}", backends)}
"""

    def arguments(self, file):
        return ["-db", "-f", file]


class HAProxy(Contender):
    name, title, binary = "haproxy", "HAProxy", "haproxy"

    def configuration(self, port, backends):
        return f"""\
global
    maxconn {ROOM}
    nbthread 1

defaults
    mode tcp
    maxconn {ROOM}
    balance leastconn
    option splice-auto
    timeout connect {TIMEOUT}
    timeout client {TIMEOUT}
    timeout server {TIMEOUT}

listen bench
    bind 127.0.0.1:{port} backlog 4096
{lines("    server s{number} {address}", backends)}
"""

    def arguments(self, file):
        return ["-db", "-f", file]


class NginxStream(Contender):
    name, title, binary = "nginx", "nginx stream", "nginx"

    # Where Debian, Fedora and Alpine have it; built in where there is none.
    MODULE = [Path(folder, "nginx/modules/ngx_stream_module.so") for folder in ("/usr/lib", "/usr/lib64")]

    def configuration(self, port, backends):
        module = next((f"load_module {path};" for path in self.MODULE if path.exists()), "")
        return f"""\
{module}
daemon off;
worker_processes 1;
pid nginx.pid;
error_log nginx.errors;
events {{
    worker_connections {2 * ROOM};
}}
stream {{
    upstream bench {{
        least_conn;
{lines("        server {address};", backends)}
    }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        proxy_pass bench;
        proxy_connect_timeout {TIMEOUT};
        proxy_timeout {TIMEOUT};
    }}
}}
"""

    def arguments(self, file):
        return ["-p", self._folder, "-e", "nginx.errors", "-c", file]

    def worker(self, pid):
        workers = procfs.children(pid)
        if len(workers) != 1:
            raise Failure(f"nginx has {len(workers)} workers instead of one")
        return workers[0]
