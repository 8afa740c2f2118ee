"""Well-known programs through the proxy: nc, ab, curl, openssl, nginx, mini_httpd."""

import hashlib
import os
import re
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pattern
import pytest
from peer import Behaviour, Task, wait_for_port
from waiting import wait_until

PATTERN = Path(pattern.__file__)


def listen(*servers, lines=()):
    return "\n".join(["[listen web]", "bind = fd@?", *lines,
                      *(f"server s{number} = {address}" for number, address in enumerate(servers, 1))])


def figures(output):
    """What ab says: name -> first number."""
    found = re.findall(r"^([A-Z][^:\n]+):\s+(\d+(?:\.\d+)?)(?:\s|$)", output, re.M)
    return {name: float(value) for name, value in found}


@pytest.mark.parametrize("flags", [[], ["-k"]], ids=["close", "keep-alive"])
def test_ab_finds_no_failed_request(need, run, web_server, spliced, mode, sanitized, flags):
    address, _ = web_server("nginx", b"hello from nginx\n" * 20)
    proxy = spliced(listen(address), mode=mode)
    count = 4000 if sanitized else 20000
    done = run(need("ab"), "-q", "-n", count, "-c", 100, *flags, f"http://{proxy.address}/")
    assert done.returncode == 0, done.stderr
    result = figures(done.stdout)
    assert (result["Complete requests"], result["Failed requests"]) == (count, 0)
    assert "Non-2xx responses" not in result
    if flags:
        assert result["Keep-Alive requests"] > count * 0.9


def test_a_server_killed_under_ab_costs_nothing_once_marked_down(need, run, web_server, spliced, sanitized):
    (first, process), (second, _) = web_server("nginx", b"one\n"), web_server("nginx", b"two\n")
    proxy = spliced(listen(first, second, lines=["default-server = check inter 200ms fall 2 rise 2"]))
    count = 2000 if sanitized else 8000
    load = Task(lambda: run(need("ab"), "-q", "-r", "-n", count, "-c", 20, f"http://{proxy.address}/"))
    wait_until(lambda: len(proxy.log_lines()) > 200, "load")
    process.kill()
    process.wait()
    proxy.wait_for_log(r"Server web/s1 is DOWN")
    during = figures(load.result(25).stdout)
    assert during["Complete requests"] == count
    assert not [session for session in proxy.sessions() if session.tc < 0]  # refused ones were redispatched
    after = figures(run(need("ab"), "-q", "-n", count, "-c", 20, f"http://{proxy.address}/").stdout)
    assert (after["Complete requests"], after["Failed requests"]) == (count, 0)


def test_curl_gets_the_page_from_mini_httpd_in_turns_and_then_the_sorry_page(need, run, web_server, spliced, tmp_path):
    (first, one), (second, two) = web_server("mini_httpd", b"one\n"), web_server("mini_httpd", b"two\n")
    (tmp_path / "503.http").write_bytes(b"HTTP/1.0 503 Service Unavailable\r\nConnection: close\r\n\r\nsorry\n")
    proxy = spliced(listen(first, second, lines=[f"errorfile 503 = {tmp_path}/503.http",
                                                 "default-server = check inter 100ms fall 1 rise 1"]))

    def fetch():
        return run(need("curl"), "-s", "-S", "-m", 10, f"http://{proxy.address}/").stdout

    assert sorted(fetch() for _ in range(4)) == ["one\n", "one\n", "two\n", "two\n"]
    one.kill()
    one.wait()
    assert [fetch() for _ in range(4)] == ["two\n"] * 4
    two.kill()
    two.wait()
    assert fetch() == "sorry\n"
    proxy.wait_for_log("proxy web has no server available!")
    assert fetch() == "sorry\n"


@pytest.fixture
def nc(need, start, short_folder):
    """Starts nc with a file as input and one as output: nc(input, output, arguments...) -> process."""
    def call(source, target, *arguments):
        with open(source or os.devnull, "rb") as stdin, open(target, "wb") as stdout:
            return start(need("nc"), *arguments, stdin=stdin, stdout=stdout)
    return call


def pattern_file(path, seed, size):
    with open(path, "wb") as file:
        for block in pattern.pattern_blocks(seed, size):
            file.write(block)
    return path


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_nc_carries_100_mb_both_ways(nc, serve, spliced, mode, short_folder, sanitized):
    """Up, half-close, down: nc as a server would leave at the client's FIN, so the server here is our own."""
    size = (20 if sanitized else 100) << 20
    server = serve(Behaviour(read="end", answer_size=size, seed=2))
    proxy = spliced(listen(server.address), mode=mode)
    client = nc(pattern_file(short_folder / "up", 1, size), short_folder / "got", "-N", "127.0.0.1", proxy.port)
    assert client.wait(25) == 0
    assert server.peers[0].sha256 == pattern.pattern_sha256(1, size)
    assert sha256_of(short_folder / "got") == pattern.pattern_sha256(2, size)


@pytest.mark.parametrize("direction", ["up", "down"])
def test_nc_talks_to_nc(nc, spliced, mode, short_folder, direction):
    """A real nc on both ends; -d is an nc without input."""
    size = 20 << 20
    source, sock = pattern_file(short_folder / "source", 3, size), short_folder / "sock"
    if direction == "up":
        server = nc(None, short_folder / "got", "-d", "-l", "-U", sock)
    else:
        server = nc(source, short_folder / "other", "-N", "-l", "-U", sock)
    wait_until(sock.exists, "nc listens")
    proxy = spliced(listen(f"unix@{sock}"), mode=mode)
    if direction == "up":
        client = nc(source, short_folder / "other", "-N", "127.0.0.1", proxy.port)
    else:
        client = nc(None, short_folder / "got", "-d", "127.0.0.1", proxy.port)
    assert client.wait(25) == 0
    assert server.wait(5) == 0
    assert sha256_of(short_folder / "got") == pattern.pattern_sha256(3, size)


def test_the_certificate_that_a_client_sees_is_the_backends(need, run, start, serve, spliced, tmp_path):
    openssl = need("openssl")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    made = run(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
               "-days", 2, "-subj", "/CN=backend.test", "-keyout", key, "-out", certificate)
    assert made.returncode == 0, made.stderr
    backend = serve(listening=False).address
    start(openssl, "s_server", "-accept", backend, "-key", key, "-cert", certificate, "-www", "-quiet")
    wait_for_port(backend)
    proxy = spliced(listen(backend))
    seen = ssl.get_server_certificate(("127.0.0.1", proxy.port))
    assert ssl.PEM_cert_to_DER_cert(seen) == ssl.PEM_cert_to_DER_cert(certificate.read_text())
    page = run(need("curl"), "-s", "-S", "-m", 10, "--cacert", certificate,
               "--connect-to", f"backend.test:443:{proxy.address}", "https://backend.test/")
    assert page.returncode == 0, page.stderr
    assert "s_server" in page.stdout


def test_the_peer_tool_works_as_a_command(start, spliced):
    """As in its help: an 8 MB answer after a pause, to a client that half-closes."""
    tool = [sys.executable, "-u", PATTERN.parent / "peer.py"]
    heard = {"stdout": subprocess.PIPE, "text": True}
    server = start(*tool, "serve", "--answer-size", "8M", "--read", "end", "--stall", "0.2", **heard)
    address = server.stdout.readline().split()[-1]
    proxy = spliced(listen(address))
    client = start(*tool, "connect", proxy.address, "--send-size", "300K", "--half-close", **heard)
    report = client.stdout.read()
    assert f'"received": {8 << 20}' in report and pattern.pattern_sha256(1, 8 << 20) in report
    assert '"ending": "fin"' in report
    assert f'"received": {300 << 10}' in server.stdout.readline()


def test_a_stopped_and_continued_proxy_goes_on(need, run, web_server, spliced):
    address, _ = web_server("nginx", b"still here\n")
    proxy = spliced(listen(address))
    proxy.send_signal(signal.SIGSTOP)
    fetch = Task(lambda: run(need("curl"), "-s", "-m", 20, f"http://{proxy.address}/").stdout)
    time.sleep(0.5)
    proxy.send_signal(signal.SIGCONT)
    assert fetch.result() == "still here\n"
