"""Mistakes that were made once and found by review or in use; each with the scene that showed it."""

import errno
import os
import signal
import socket
import sys
import time
from pathlib import Path

import deny_syscall
import procfs
import pytest
from peer import Behaviour, Task, echo, hold
from waiting import wait_until

DENY = Path(deny_syscall.__file__)
PAGE = b"x" * 300_000


def send_with_urgent_byte(peer):
    peer.send(PAGE)
    peer.sock.send(b"!", socket.MSG_OOB)
    peer.send(PAGE)
    peer.half_close()


def test_urgent_data_in_an_upload_is_not_taken_for_its_end(serve, relay, connect):
    """splice(2) returns 0 at the urgent mark; the rest of the upload was lost behind a clean FIN."""
    server = serve(Behaviour(read="end"))
    client = connect(relay(server))
    send_with_urgent_byte(client)
    assert server.wait_for_ending() == "fin"
    assert server.peers[0].received == 2 * len(PAGE)


def test_urgent_data_in_a_download_is_not_taken_for_its_end(serve, relay, connect):
    def answer(peer):
        peer.read(1)
        send_with_urgent_byte(peer)
        peer.drain()

    server = serve(answer)
    proxy = relay(server)
    for _ in range(5):
        client = connect(proxy)
        client.send(b"?")
        time.sleep(0.05)
        client.drain()
        assert (client.received, client.ending) == (2 * len(PAGE), "fin")
        client.close()


def test_what_follows_urgent_data_in_one_wake_up_does_not_stay_behind(serve, spliced, connect):
    """A read stops short at the urgent mark, which is no sign of an empty socket."""
    server = serve(hold)
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}")
    client = connect(proxy)
    server.wait_for_peers(1)
    proxy.send_signal(signal.SIGSTOP)
    client.send(b"abc")
    client.sock.send(b"!", socket.MSG_OOB)
    client.send(b"def")
    time.sleep(0.1)
    proxy.send_signal(signal.SIGCONT)
    wait_until(lambda: server.peers[0].received == 6, "all six bytes have arrived")


def test_a_slow_but_steady_reader_is_not_silent(serve, relay, connect, sanitized):
    """The kernel reports room only when a third of its buffer is free; what counts is what the client acknowledges."""
    server = serve(Behaviour(read="line", answer_size=8 << 20))
    proxy = relay(server, "timeout client = 800ms", "timeout server = 20s")
    client = connect(proxy, receive_buffer=16384)
    client.send(b"GET\n")
    start = time.monotonic()
    while time.monotonic() - start < 3:
        assert client.receive(16384), "the download was cut off"
        time.sleep(0.02)


@pytest.mark.parametrize("dead", [5, 12])
def test_more_dead_servers_than_retries_do_not_hide_the_living_one(serve, spliced, connect, dead):
    alive = serve(Behaviour(greeting=b"alive", read="end"))
    lines = [f"server d{i} = {serve(listening=False).address}" for i in range(dead)]
    proxy = spliced("\n".join(["[listen relay]", "bind = fd@?", *lines, f"server s = {alive.address}"]))
    for _ in range(8):
        client = connect(proxy)
        client.half_close()
        assert client.read_all() == b"alive"


def test_a_file_in_the_place_of_a_socket_is_left_alone(binary, run, tmp_path):
    precious = tmp_path / "precious.txt"
    precious.write_text("do not lose me")
    other = tmp_path / "other.sock"
    (tmp_path / "x.ini").write_text(f"[listen relay]\nbind = {other}\nbind = {precious}\nserver s1 = 127.0.0.1:9\n")
    done = run(binary, "-f", tmp_path / "x.ini", "-db")
    assert done.returncode == 1
    assert "x.ini:3: " in done.stderr and "exists and is not a socket" in done.stderr
    assert precious.read_text() == "do not lose me"
    assert not other.exists(), "a start that fails leaves no socket behind"


@pytest.mark.parametrize("error", ["EPERM", "EOPNOTSUPP"])
def test_accepting_that_keeps_failing_rests_and_says_so(serve, spliced, connect, error):
    if not deny_syscall.is_available("accept4"):
        pytest.skip("no system call numbers for this machine")
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve(echo).address}",
                    prefix=[sys.executable, str(DENY), "accept4", error])
    connect(proxy)
    wait_until(lambda: "cannot accept: " + os.strerror(getattr(errno, error)) in proxy.stderr(), "the warning")
    before = procfs.cpu_seconds(proxy.pid)
    time.sleep(1)
    assert procfs.cpu_seconds(proxy.pid) - before < 0.2


def test_a_unix_server_whose_backlog_is_full_is_busy_and_not_down(spliced, connect, short_folder):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{short_folder}/busy")
    listener.listen(0)
    filler = socket.socket(socket.AF_UNIX)
    filler.connect(f"{short_folder}/busy")
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {short_folder}/busy check inter 50ms fall 1")
    client = connect(proxy)
    proxy.wait_for_log("Health check for server relay/s1 could not be made: Resource temporarily unavailable")
    accepting = Task(lambda: [listener.accept()[0] for _ in range(2)])
    client.send(b"hello")
    wait_until(lambda: not any("DOWN" in line for line in proxy.log_lines()) and proxy.log_lines(), "still up")
    filler.close()
    for sock in accepting.result():
        sock.close()
    listener.close()
    assert "is DOWN" not in "\n".join(proxy.log_lines())


def test_a_source_address_that_is_not_ours_is_told_by_the_checks(serve, spliced):
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve(echo).address} check inter 50ms source 203.0.113.7")
    proxy.wait_for_log("Health check for server relay/s1 could not be made: Cannot assign requested address")


def test_a_stopping_process_checks_no_more(serve, spliced, connect):
    server, other = serve(echo), serve(echo)
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address} check inter 30ms fall 1\n"
                    f"[listen unused]\nbind = fd@?\nserver s2 = {other.address} check inter 30ms fall 1")
    client = connect(proxy)
    client.send(b"x")
    assert client.read(1) == b"x"
    proxy.send_signal(signal.SIGUSR1)
    proxy.wait_for_log("Proxy relay stopped")
    other.stop_listening()
    time.sleep(0.3)
    assert "is DOWN" not in "\n".join(proxy.log_lines())
    client.close()
    assert proxy.wait_for_exit() == 0


def test_clients_in_the_backlog_are_taken_before_a_soft_stop_closes_it(serve, spliced, connect):
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve(Behaviour(greeting=b'hi', read='end')).address}")
    proxy.send_signal(signal.SIGSTOP)
    clients = [connect(proxy) for _ in range(20)]
    proxy.send_signal(signal.SIGUSR1)
    proxy.send_signal(signal.SIGCONT)
    for client in clients:
        client.half_close()
        assert client.read_all() == b"hi"
        client.close()
    assert proxy.wait_for_exit() == 0


def test_what_was_installed_loads(binary, run, tmp_path):
    """`make install` puts the samples beside the error page that they name."""
    root = Path(__file__).resolve().parents[2]
    san = "SAN=address,undefined" if "/san/" in str(binary) else "SAN="
    done = run("make", "-s", "-C", root, "install", f"DESTDIR={tmp_path}", "PREFIX=/usr", san, deadline=170)
    assert done.returncode == 0, done.stderr
    samples = tmp_path / "usr/share/doc/spliced/examples"
    installed = tmp_path / "usr/sbin/spliced"
    for sample in ("spliced.ini", "minimal.ini"):
        done = run(installed, "-c", "-f", samples / sample)
        assert done.returncode == 0, f"{sample}: {done.stderr}"
    for path in ("usr/share/man/man8/spliced.8", "usr/share/man/man5/spliced.ini.5", "etc/spliced/spliced.ini",
                 "etc/spliced/errors/503.http", "usr/lib/systemd/system/spliced.service",
                 "usr/lib/sysusers.d/spliced.conf", "etc/logrotate.d/spliced", "etc/rsyslog.d/49-spliced.conf"):
        assert (tmp_path / path).is_file()
    assert run(installed, "-c", "-f", tmp_path / "etc/spliced/spliced.ini").returncode == 0
