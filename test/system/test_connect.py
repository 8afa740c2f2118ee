"""Reaching a server: retries, redispatch, the page for when none can be reached, and every kind of address."""

import os
import time

import procfs
import pytest
from peer import Behaviour, FullServer, echo, hold
from waiting import wait_until

PAGE = b"HTTP/1.0 503 Service Unavailable\r\nConnection: close\r\n\r\n<p>Sorry; 100 % \xff\x00 verbatim\n\n"


def greeter(name):
    return Behaviour(greeting=name.encode(), read="end")


def test_a_refused_connection_is_retried_after_a_pause(serve, spliced, connect):
    dead = serve(listening=False)
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        server s1 = {dead.address}
        timeout connect = 150ms
        retries = 3
    """)
    client = connect(proxy)
    assert (client.read_all(), client.ending) == (b"", "fin")
    client.close()
    session = proxy.wait_for_sessions()[0]
    assert (session.flags, session.server, session.tc, session.retries) == ("SC", "s1", -1, "3")
    assert int(session.tt) >= 3 * 150 - 20


def test_a_server_that_comes_back_between_retries_gets_the_session(serve, spliced, connect):
    late = serve(greeter("late"), listening=False)
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        server s1 = {late.address}
        timeout connect = 500ms
        retries = 20
    """)
    client = connect(proxy)
    client.send(b"early bytes")
    time.sleep(0.2)
    late.listen()
    assert client.read(4) == b"late"
    client.half_close()
    client.read_all()
    session = proxy.wait_for_sessions()[0]
    assert (session.flags, late.peers[0].received) == ("--", 11)
    assert session.retries.isdigit() and int(session.retries) >= 1


def test_a_refused_connection_goes_to_another_server_at_once(serve, spliced, connect):
    dead, alive = serve(listening=False), serve(greeter("alive"))
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        balance = roundrobin
        server dead = {dead.address}
        server alive = {alive.address}
    """)
    for _ in range(20):
        client = connect(proxy)
        assert client.read(5) == b"alive"
        client.half_close()
        client.read_all()
    sessions = proxy.wait_for_sessions(20)
    assert {session.server for session in sessions} == {"alive"}
    assert "+1" in {session.retries for session in sessions} <= {"0", "+1"}
    assert {session.flags for session in sessions} == {"--"}


def test_each_dead_server_is_tried_once_before_the_living_one(serve, spliced, connect):
    dead = [serve(listening=False) for _ in range(3)]
    alive = serve(greeter("alive"))
    proxy = spliced("\n".join(["[listen relay]", "bind = fd@?", "balance = roundrobin", "retries = 3",
                               *(f"server d{number} = {server.address}" for number, server in enumerate(dead)),
                               f"server alive = {alive.address}"]))
    client = connect(proxy)
    assert client.read(5) == b"alive"
    client.half_close()
    client.read_all()
    assert proxy.wait_for_sessions()[0].retries == "+3"


def test_without_redispatch_the_same_server_is_tried_again(serve, spliced, connect):
    dead, alive = serve(listening=False), serve(greeter("alive"))
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        balance = roundrobin
        option redispatch = no
        timeout connect = 100ms
        retries = 2
        server dead = {dead.address}
        server alive = {alive.address}
    """)
    client = connect(proxy)
    assert client.read_all() == b""
    client.close()
    session = proxy.wait_for_sessions()[0]
    assert (session.server, session.flags, session.retries) == ("dead", "SC", "2")
    assert not alive.peers


def test_a_connection_that_is_never_answered_goes_to_another_server(serve, unanswering, spliced, connect):
    alive = serve(greeter("alive"))
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        balance = roundrobin
        timeout connect = 300ms
        server mute = {unanswering().address}
        server alive = {alive.address}
    """)
    client = connect(proxy)
    assert client.read(5) == b"alive"
    client.half_close()
    client.read_all()
    session = proxy.wait_for_sessions()[0]
    assert (session.server, session.retries) == ("alive", "+1")
    assert int(session.tt) >= 280


@pytest.mark.parametrize("upload", [0, 2_000_000])
def test_where_no_server_can_be_reached_the_error_page_comes_verbatim(serve, spliced, connect, tmp_path, upload):
    """Also to a client that is still sending: its bytes are taken and thrown away, so that no RST eats the page."""
    (tmp_path / "503.http").write_bytes(PAGE)
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        errorfile 503 = {tmp_path}/503.http
        retries = 0
        server s1 = {serve(listening=False).address}
    """)
    client = connect(proxy)
    client.send_pattern(1, upload)
    assert client.read_all() == PAGE
    assert client.ending == "fin"
    client.close()
    session = proxy.wait_for_sessions()[0]
    assert (session.flags, session.bytes) == ("SC", str(len(PAGE)))


def test_where_all_servers_are_disabled_the_client_gets_a_plain_end(serve, spliced, connect):
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        server s1 = {serve().address} disabled
    """)
    client = connect(proxy)
    assert (client.read_all(), client.ending) == (b"", "fin")
    client.close()
    session = proxy.wait_for_sessions()[0]
    assert (session.backend, session.server, session.flags) == ("relay", "<NOSRV>", "SC")
    assert (session.tw, session.tc) == (-1, -1)


def test_a_client_that_resets_while_the_server_is_connected_frees_its_place(unanswering, spliced, connect):
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        timeout connect = 30s
        server s1 = {unanswering().address}
    """)
    clients = [connect(proxy) for _ in range(5)]
    wait_until(lambda: len(procfs.connecting_sockets(proxy.pid)) == 5, "five attempts")
    for client in clients:
        client.send(b"never mind")
        client.reset()
    wait_until(lambda: not procfs.connecting_sockets(proxy.pid), "attempts dropped")
    sessions = proxy.wait_for_sessions(5)
    assert {session.flags[0] for session in sessions} == {"C"}
    assert {session.tc for session in sessions} == {-1}


def test_a_clients_fin_while_the_server_is_connected_cancels_nothing(unanswering, spliced, connect):
    server = unanswering()
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}\ntimeout connect = 20s")
    client = connect(proxy)
    client.send(b"question")
    client.half_close()
    wait_until(lambda: procfs.connecting_sockets(proxy.pid), "an attempt")
    time.sleep(0.2)
    assert len(procfs.connecting_sockets(proxy.pid)) == 1
    server.accept_all()
    wait_until(lambda: len(server.accepted) == 2, "connected at last")
    assert server.accepted[1].read_all() == b"question"
    server.accepted[1].send(b"answer")
    server.accepted[1].close()
    assert (client.read_all(), client.ending) == (b"answer", "fin")


SERVERS = {"ipv4": "127.0.0.1:0", "ipv6": "[::1]:0", "path": "unix@{}/server.sock", "abstract": "abns@spliced-{}"}


@pytest.mark.parametrize("kind", SERVERS)
def test_servers_of_every_kind_of_address_are_reached(serve, relay, connect, short_folder, kind):
    where = SERVERS[kind].format(short_folder if kind == "path" else f"{os.getpid()}-{time.monotonic_ns()}")
    client = connect(relay(serve(echo, where)))
    client.send(b"hello")
    assert client.read(5) == b"hello"
    client.half_close()
    assert (client.read_all(), client.ending) == (b"", "fin")


@pytest.mark.parametrize("kind", ["ipv6", "path", "abstract"])
def test_listening_works_on_every_kind_of_address(serve, spliced, connect, mode, short_folder, kind):
    where = {"ipv6": "fd@?6", "path": f"unix@{short_folder}/front.sock",
             "abstract": f"abns@spliced-front-{os.getpid()}-{time.monotonic_ns()}"}[kind]
    server = serve(Behaviour(read="end", echo=True))
    proxy = spliced(f"[listen relay]\nbind = {where}\nserver s1 = {server.address}", mode=mode)
    client = connect(proxy.address if kind == "ipv6" else where)
    client.send(b"x" * 100_000)
    client.half_close()
    assert client.read_all() == b"x" * 100_000
    session = proxy.wait_for_sessions()[0]
    assert (session.client, session.flags) == ("::1" if kind == "ipv6" else "unix", "--")


def test_the_server_sees_the_configured_source_address(serve, spliced, connect):
    server = serve(hold)
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address} source 127.0.0.2")
    for _ in range(3):
        connect(proxy)
    peers = server.wait_for_peers(3)
    assert {peer.remote_address.split(":")[0] for peer in peers} == {"127.0.0.2"}


def test_a_source_port_that_is_taken_is_a_local_shortage_and_not_the_servers_fault(serve, spliced, connect):
    """Two connections cannot have the same two ends; the second goes to the other server, or ends with R."""
    server = serve(hold)
    reserved = serve(listening=False)  # keeps the port from everybody else, as long as nobody listens
    port = reserved.port
    reserved.close()
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        retries = 0
        server s1 = {server.address} source 127.0.0.2:{port}
    """)
    connect(proxy)
    assert server.wait_for_peers(1)[0].remote_address == f"127.0.0.2:{port}"
    client = connect(proxy)
    assert client.read_all() == b""
    client.close()
    assert proxy.wait_for_sessions()[0].flags == "RC"


def test_connections_that_are_being_made_count_for_leastconn(serve, spliced, connect):
    mute, alive = FullServer(), serve(greeter("alive"))
    try:
        proxy = spliced(f"""
            [listen relay]
            bind = fd@?
            timeout connect = 30s
            server mute = {mute.address}
            server alive = {alive.address}
        """)
        clients = [connect(proxy) for _ in range(6)]
        wait_until(lambda: len(procfs.connecting_sockets(proxy.pid)) == 3, "three wait for the mute server")
        assert len(alive.wait_for_peers(3)) == 3
        for client in clients:
            client.reset()
        wait_until(lambda: not procfs.connecting_sockets(proxy.pid), "attempts dropped")
    finally:
        mute.close()
