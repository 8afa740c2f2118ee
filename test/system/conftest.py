"""The harness of the system tests: runs the real binary (environment: SPLICED) with real peers on the loopback.

With SPLICED=direct the scenarios of the `relay` fixture run without a proxy: whatever they ask for, a plain connection
gives, so they are their own oracle. A failed test shows the proxy's configuration, log and state.
"""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "tools"))

from nameserver import Dnsmasq, ScriptedNameServer  # noqa: E402
from peer import Behaviour, FullServer, Peer, Server, echo, wait_for_port  # noqa: E402
from proxy import Proxy  # noqa: E402

# Orphans become children of the test process, so that it can end them and hear how they ended.
PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

DIRECT = os.environ.get("SPLICED") == "direct"
BINARY = Path(os.environ.get("SPLICED", ROOT / "build" / "spliced")).resolve()
if "/san/" in str(BINARY):
    os.environ["SAN_BUILD"] = "1"


def pytest_configure(config):
    config.pluginmanager.import_plugin("rivals")
    config.pluginmanager.import_plugin("duo")
    config.addinivalue_line("markers", "needs_proxy: makes no sense on a direct connection")
    config.addinivalue_line("markers", "clients: runs a heavy program of others; `make check-clients` alone runs it")


def pytest_collection_modifyitems(items):
    if DIRECT:
        for item in items:
            if "relay" not in item.fixturenames or item.get_closest_marker("needs_proxy"):
                item.add_marker(pytest.mark.skip(reason="needs a proxy"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for number, proxy in enumerate(getattr(item, "proxies", [])):
            report.sections.append((f"proxy {number}", proxy.report()))


@pytest.fixture
def binary():
    return BINARY


@pytest.fixture
def sanitized():
    """True where the binary was built with sanitizers: sizes shrink, memory is not measured."""
    return bool(os.environ.get("SAN_BUILD"))


@pytest.fixture
def spliced(request, tmp_path):
    """Starts a proxy: spliced(ini, ...) -> Proxy; what is left running at the end must stop on SIGTERM with 0."""
    request.node.proxies = proxies = []

    def start(ini, **options):
        folder = tmp_path / f"proxy{len(proxies)}"
        folder.mkdir()
        proxy = Proxy(options.pop("binary", BINARY), folder, ini, ready=False, **options)
        proxies.append(proxy)
        proxy.wait_ready()
        return proxy

    try:
        yield start
        for proxy in proxies:
            if not proxy.checked:
                proxy.stop()
    finally:
        for proxy in proxies:
            proxy.kill()


@pytest.fixture
def serve():
    """Starts a server: serve(script, where, ...) -> Server; closed at the end."""
    servers = []

    def start(script=echo, *arguments, **options):
        servers.append(Server(script, *arguments, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def unanswering():
    """Starts servers to which connecting is never answered: unanswering() -> FullServer."""
    servers = []

    def start():
        servers.append(FullServer())
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def connect():
    """Connects a client: connect(proxy or address, ...) -> Peer; closed at the end."""
    clients = []

    def start(to, **options):
        clients.append(to.connect(**options) if hasattr(to, "connect") else Peer.connect(to, **options))
        return clients[-1]

    yield start
    for client in clients:
        client.close()


class Direct:
    """Stands in for a proxy: connections go straight to the server."""

    def __init__(self, server):
        self.address = server.address

    def connect(self, **options):
        return Peer.connect(self.address, **options)


@pytest.fixture(params=["splice", "copy"])
def mode(request):
    """How bytes are moved: by splice(2), or by recv and send as `nosplice` asks for."""
    return request.param


@pytest.fixture
def relay(request, mode):
    """Puts a proxy in front of one server: relay(server, extra lines of its section, ...) -> Proxy."""
    if DIRECT:
        return lambda server, *_, **__: Direct(server)
    spliced = request.getfixturevalue("spliced")

    def start(server, *lines, **options):
        section = ["[listen relay]", "bind = fd@?", f"server s1 = {server.address}", *lines]
        return spliced("\n".join(section), mode=mode, **options)

    return start


@pytest.fixture
def need():
    """Skips where a program is not installed: need("ab") -> its path."""
    def find(program):
        path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
        return path or pytest.skip(f"{program} is not installed")
    return find


@pytest.fixture
def short_folder():
    """A folder whose path fits into a unix socket address (107 bytes), unlike some of pytest's."""
    with tempfile.TemporaryDirectory(prefix="spliced-") as name:
        yield Path(name)


@pytest.fixture
def run():
    """Runs a program to its end: run(program, arguments...) -> CompletedProcess with text output."""
    def call(*command, deadline=25, **options):
        return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=deadline,
                              check=False, stdin=subprocess.DEVNULL, **options)
    return call


@pytest.fixture
def start():
    """Starts a program that runs until the test ends; killed then, by its pid."""
    running = []

    def call(*command, **options):
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        options.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen([str(word) for word in command], **options)
        running.append(process)
        return process

    yield call
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def web_server(need, start, serve, tmp_path):
    """Starts a real web server with one page: web_server("nginx", b"text") -> (address, process)."""
    def call(program, page):
        address = serve(listening=False).address  # keeps the port from others
        port = address.rpartition(":")[2]
        folder = tmp_path / f"{program}-{port}"
        folder.mkdir()
        (folder / "index.html").write_bytes(page)
        if program == "mini_httpd":
            command = [need(program), "-D", "-h", "127.0.0.1", "-p", port, "-d", folder, "-i", folder / "pid"]
            command += ["-u", "root"] if os.geteuid() == 0 else []
        else:
            (folder / "nginx.conf").write_text(f"""
                daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
                events {{ worker_connections 2000; }}
                http {{
                    access_log off; root {folder}; keepalive_requests 1000000;
                    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
                    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
                    server {{ listen 127.0.0.1:{port} backlog=4096 reuseport; }}
                }}""")
            command = [need(program), "-e", folder / "error.log", "-p", folder, "-c", folder / "nginx.conf"]
        process = start(*command)
        wait_for_port(address)
        return address, process

    return call


@pytest.fixture
def dns(need, tmp_path):
    """Starts a dnsmasq: dns(hosts, ...) -> Dnsmasq."""
    running = []

    def start(hosts, **options):
        folder = tmp_path / f"dns{len(running)}"
        folder.mkdir()
        running.append(Dnsmasq(need("dnsmasq"), folder, hosts, **options))
        return running[-1].start()

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def scripted():
    """Starts a name server of our own: scripted(script) -> ScriptedNameServer."""
    running = []

    def start(script):
        running.append(ScriptedNameServer(script))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def farm(serve, spliced, connect):
    """Starts servers that greet with their one-letter name: farm({"a": "weight 3", ...}, lines) -> names(count)."""
    def start(parameters, *lines, **options):
        servers = {name: serve(Behaviour(greeting=name.encode(), read="end"), listening="dead" not in text)
                   for name, text in parameters.items()}
        section = ["[listen farm]", "bind = fd@?", *lines]
        section += [f"server {name} = {servers[name].address} {text.replace('dead', '')}"
                    for name, text in parameters.items()]
        proxy = spliced("\n".join(section), **options)

        def names(count, held=False):
            """The servers of the next `count` connections, which stay open with `held`."""
            text = ""
            for _ in range(count):
                client = connect(proxy)
                text += client.read(1).decode() or "-"
                if not held:
                    client.half_close()
                    client.read_all()
                    client.close()
            return text
        names.proxy, names.servers = proxy, servers
        return names

    return start
