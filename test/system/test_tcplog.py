"""Log lines of sessions: HAProxy's tcplog form, when a line is written, and that logging never stalls traffic."""

import fcntl
import os
import re
import socket

import pytest
from peer import Behaviour, echo

ANSWER = Behaviour(read="end", answer=b"12345")


def talk(connect, proxy):
    with connect(proxy) as client:
        client.send(b"hello")
        client.half_close()
        return client.read_all()


def listen(server, *lines):
    return "\n".join(["[listen relay]", "bind = fd@?", f"server s1 = {server.address}", *lines])


def test_a_session_leaves_one_line_with_all_fields(serve, spliced, connect):
    proxy = spliced(listen(serve(ANSWER)))
    client = connect(proxy)
    port = int(client.local_address.split(":")[1])
    client.send(b"hello")
    client.half_close()
    assert client.read_all() == b"12345"
    session, = proxy.wait_for_sessions(1)
    assert (session.client, session.port, session.frontend, session.backend, session.server) == (
        "127.0.0.1", port, "relay", "relay", "s1")
    assert (session.tw, session.bytes, session.flags, session.retries) == (0, "5", "--", "0")
    assert session.tc >= 0 and int(session.tt) >= session.tc
    assert (session.ac, session.fc, session.bc, session.sc, session.sq, session.bq) == (1, 1, 0, 0, 0, 0)


def test_the_counts_are_those_of_the_running_sessions(serve, spliced, connect):
    proxy = spliced(listen(serve(echo)))
    clients = [connect(proxy) for _ in range(4)]
    for client in clients:
        client.send(b"x")
        assert client.read(1) == b"x"
    clients[0].half_close()
    clients[0].read_all()
    session = proxy.wait_for_sessions(1)[0]
    assert (session.ac, session.fc, session.bc, session.sc) == (4, 4, 3, 3)


def test_an_ipv6_client_is_written_without_brackets(serve, spliced, connect):
    proxy = spliced(listen(serve(ANSWER)).replace("fd@?", "fd@?6"))
    assert talk(connect, proxy) == b"12345"
    assert proxy.wait_for_sessions(1)[0].client == "::1"


def test_dontlognull_leaves_out_sessions_in_which_the_client_sent_nothing(serve, spliced, connect):
    proxy = spliced(listen(serve(ANSWER), "option dontlognull = yes"))
    with connect(proxy) as client:
        client.half_close()
        assert client.read_all() == b"12345"
    assert talk(connect, proxy) == b"12345"
    assert len(proxy.wait_for_sessions(1)) == 1
    proxy.stop()
    assert len(proxy.sessions()) == 1


def test_logasap_writes_the_line_before_the_session_ends(serve, spliced, connect):
    proxy = spliced(listen(serve(echo), "option logasap = yes"))
    client = connect(proxy)
    client.send(b"x")
    assert client.read(1) == b"x"
    session = proxy.wait_for_sessions(1)[0]
    assert session.tt.startswith("+") and session.bytes.startswith("+")
    client.half_close()
    client.read_all()
    proxy.stop()
    assert len(proxy.sessions()) == 1


def test_without_tcplog_a_line_is_written_at_accept(serve, spliced, connect):
    proxy = spliced(listen(serve(echo)), defaults="[defaults]\nlog = global\n")
    connect(proxy)
    proxy.wait_for_log(r"^Connect from 127\.0\.0\.1:\d+ to 127\.0\.0\.1:\d+ \(relay/TCP\)$")


def test_a_proxy_without_log_lines_logs_no_session(serve, spliced, connect):
    proxy = spliced(listen(serve(ANSWER)), defaults="[defaults]\noption tcplog = yes\n")
    for _ in range(5):
        assert talk(connect, proxy) == b"12345"
    proxy.stop()
    assert proxy.sessions() == []


def test_server_states_and_sessions_have_their_levels(serve, spliced, connect, short_folder):
    """<PRI> is facility times 8 plus severity: info for a session, alert for a dead server, emerg for none left."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(f"{short_folder}/log")
        receiver.settimeout(10)
        proxy = spliced(listen(serve(listening=False)) + " check inter 50ms", log=[f"log = {short_folder}/log local0"])
        with connect(proxy) as client:
            client.read_all()
        seen = {}
        while not {"DOWN", "no server", "session"} <= set(seen):
            line = receiver.recv(4096).decode()
            for word in ("DOWN", "no server"):
                if word in line:
                    seen[word] = line
            if " SC " in line:
                seen["session"] = line
    assert re.match(r"<129>", seen["DOWN"])
    assert re.match(r"<128>", seen["no server"])
    assert re.match(rf"<134>[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d spliced\[{proxy.pid}\]: 127\.0\.0\.1:\d+ \[",
                    seen["session"])


@pytest.mark.parametrize("kind", ["unix", "udp"])
def test_a_datagram_receiver_gets_each_line(serve, spliced, connect, short_folder, kind):
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as receiver:
        receiver.bind(f"{short_folder}/log" if kind == "unix" else ("127.0.0.1", 0))
        receiver.settimeout(10)
        where = f"{short_folder}/log" if kind == "unix" else f"127.0.0.1:{receiver.getsockname()[1]}"
        proxy = spliced(listen(serve(ANSWER)), log=[f"log = {where} local0 info"])
        for _ in range(3):
            assert talk(connect, proxy) == b"12345"
        lines = []
        while len(lines) < 3:
            line = receiver.recv(4096).decode()
            lines += [line] if " relay/s1 " in line else []
    assert all(line.startswith("<134>") for line in lines)


def test_a_receiver_that_is_not_there_yet_stalls_nothing_and_gets_later_lines(serve, spliced, connect, short_folder):
    proxy = spliced(listen(serve(ANSWER)), log=[f"log = {short_folder}/log local0", "log = 127.0.0.1:9 local0"])
    for _ in range(20):
        assert talk(connect, proxy) == b"12345"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(f"{short_folder}/log")
        receiver.settimeout(10)
        assert talk(connect, proxy) == b"12345"
        while " relay/s1 " not in receiver.recv(4096).decode():
            pass


def test_a_receiver_that_does_not_read_stalls_nothing(serve, spliced, connect, short_folder):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        receiver.bind(f"{short_folder}/log")
        proxy = spliced(listen(serve(ANSWER)), log=[f"log = {short_folder}/log local0"])
        for _ in range(300):
            assert talk(connect, proxy) == b"12345"


def test_a_full_pipe_on_stdout_stalls_nothing(serve, spliced, connect):
    reader, writer = os.pipe()
    try:
        fcntl.fcntl(writer, 1031, 4096)  # F_SETPIPE_SZ
        proxy = spliced(listen(serve(ANSWER)), stdout=writer)
        for _ in range(200):
            assert talk(connect, proxy) == b"12345"
        os.set_blocking(reader, False)
        text = os.read(reader, 1 << 16).decode()
        assert " relay/s1 " in text
        assert text.count("\n") < 200
        assert talk(connect, proxy) == b"12345"
        os.set_blocking(reader, True)
        assert " relay/s1 " in os.read(reader, 1 << 16).decode()  # now that there is room again
    finally:
        os.close(reader)
        os.close(writer)


def test_a_closed_stdout_stalls_nothing(serve, spliced, connect):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        proxy = spliced(listen(serve(ANSWER)), stdout=writer)
        for _ in range(20):
            assert talk(connect, proxy) == b"12345"
    finally:
        os.close(writer)
