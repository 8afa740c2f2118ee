"""Clients that announce themselves by a PROXY protocol header: `accept-proxy` of a bind."""

import random
import re
import signal
import socket
import threading

import procfs
import pytest
import strace
from admin import Admin
from pattern import pattern_sha256
from peer import Behaviour, Peer, Task, echo, echo_after_eof, sink
from proxy_header import LOCAL, UNKNOWN, raw_v2, tlv, v1, v2
from waiting import wait_until

TOR = b"PROXY TCP6 fc00:dead:beef:4dad::0:2d ::1 45 80\r\n"
TOR_WITHOUT_A_PORT = b"PROXY TCP6 fc00:dead:beef:4dad::1:0 ::1 0 80\r\n"

ANNOUNCING = {
    "v1": (v1(), "192.0.2.1:4711"),
    "v1 of IPv6": (v1("2001:db8::1", "2001:db8::2"), "2001:db8::1:4711"),
    "tor": (TOR, "fc00:dead:beef:4dad::2d:45"),
    "tor, port 0": (TOR_WITHOUT_A_PORT, "fc00:dead:beef:4dad::1:0:0"),
    "v2": (v2(), "192.0.2.1:4711"),
    "v2 of IPv6": (v2("2001:db8::1", "2001:db8::2"), "2001:db8::1:4711"),
    "v2 with a checksum": (v2(checksum=True, tlvs=tlv(5, b"an id")), "192.0.2.1:4711"),
    "v2 of 40 KB": (v2(checksum=True, tlvs=tlv(4, bytes(40_000))), "192.0.2.1:4711"),
}
SILENT = {
    "UNKNOWN": UNKNOWN,
    "UNKNOWN, long": b"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n",
    "LOCAL": LOCAL,
    "unix": raw_v2(b"a".ljust(108, b"\0") + b"b".ljust(108, b"\0"), family=0x31),
    "unspecified": raw_v2(b"", family=0),
}
NOT_A_HEADER = "Received something which does not look like a PROXY protocol header"
INVALID = "Received an invalid PROXY protocol header"
UNHANDLED = "Received an unhandled protocol in the PROXY protocol header"
REFUSED = {
    "a request": (b"GET / HTTP/1.0\r\n\r\n", NOT_A_HEADER),
    "LF alone": (b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n", INVALID),
    "a port too high": (v1(source_port=99999), INVALID),
    "108 bytes": (b"PROXY UNKNOWN " + bytes(94), INVALID),
    "a datagram": (raw_v2(bytes(12), family=0x12), UNHANDLED),
    "UDP4": (b"PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n", UNHANDLED),
    "a wrong checksum": (v2(tlvs=tlv(3, b"\1\2\3\4")), INVALID),
    "TLVs that go on": (v2(tlvs=b"\4\0\7n"), INVALID),
}


def listen(server, *lines, bind="accept-proxy"):
    return "\n".join(["[listen web]", f"bind = fd@? {bind}", f"server s1 = {server.address}", *lines])


def in_log(address):
    return rf"^{re.escape(address)} \["


def in_pieces(peer, data, *cuts):
    for begin, end in zip((0, *cuts), (*cuts, len(data))):
        peer.send(data[begin:end])
        peer.wait_flushed()


@pytest.mark.parametrize("header, client", ANNOUNCING.values(), ids=ANNOUNCING.keys())
def test_the_announced_address_is_the_clients_and_no_byte_is_lost(serve, spliced, connect, mode, header, client):
    server = serve(echo_after_eof)
    proxy = spliced(listen(server), mode=mode)
    glued, later = connect(proxy), connect(proxy)
    glued.send(header + b"\r\nwhat follows")
    later.send(header)
    later.wait_flushed()
    later.send(b"\r\nwhat follows")
    for peer in (glued, later):
        peer.half_close()
        assert peer.read_all() == b"\r\nwhat follows"
        assert peer.ending == "fin"
    proxy.wait_for_log(in_log(client), count=2)
    assert {session.bytes for session in proxy.sessions()} == {"14"}


@pytest.mark.parametrize("header", SILENT.values(), ids=SILENT.keys())
def test_where_none_is_announced_the_connections_addresses_hold(serve, spliced, connect, header):
    proxy = spliced(listen(serve()))
    client = connect(proxy)
    address = client.local_address
    client.send(header + b"hello")
    assert client.read(5) == b"hello"
    client.close()
    proxy.wait_for_log(in_log(address))


@pytest.mark.parametrize("header", [v1(), v2(checksum=True)], ids=["v1", "v2"])
def test_a_header_may_be_cut_anywhere(serve, spliced, connect, mode, header):
    """Two pieces with the cut at each byte, all at once to save time, then one byte at a time."""
    proxy = spliced(listen(serve()), mode=mode)
    data = header + b"hello"
    clients = [connect(proxy) for _ in range(1, len(data))]
    for cut, client in enumerate(clients, 1):
        in_pieces(client, data, cut)
    dribbler = connect(proxy)
    in_pieces(dribbler, data, *range(1, len(data)))
    for client in (*clients, dribbler):
        assert client.read(5) == b"hello"
        client.close()
    proxy.wait_for_log(in_log("192.0.2.1:4711"), count=len(data))


def test_a_large_upload_behind_the_header_arrives_whole(serve, spliced, connect, mode):
    server = serve(sink)
    proxy = spliced(listen(server), mode=mode)
    client = connect(proxy)
    header = v2()
    in_pieces(client, header, random.randrange(1, len(header)))
    client.send_pattern(3, 5_000_000)
    client.half_close()
    client.drain()
    assert server.wait_for_ending() == "fin"
    assert server.peers[0].sha256 == pattern_sha256(3, 5_000_000)


def test_a_server_that_speaks_first_is_heard_behind_a_header(serve, spliced, connect):
    proxy = spliced(listen(serve(Behaviour(greeting=b"220 welcome\r\n"))))
    client = connect(proxy)
    client.send(TOR)
    assert client.read(13) == b"220 welcome\r\n"


def test_a_client_with_nothing_to_say_behind_its_header_may_half_close(serve, spliced, connect):
    server = serve(Behaviour(answer=b"bye"))
    proxy = spliced(listen(server))
    client = connect(proxy)
    client.send(TOR)
    client.half_close()
    assert client.read_all() == b"bye"


def hold_back(proxy):
    proxy.send_signal(signal.SIGSTOP)
    wait_until(lambda: procfs.status(proxy.pid)["State"][0] in "Tt", "the proxy is stopped")


@pytest.fixture
def traced(sanitized, tmp_path):
    if sanitized:
        pytest.skip("sanitizers do not bear ptrace(2)")
    if found := strace.obstacle():
        pytest.fail(found)
    return strace.Strace(tmp_path / "strace", count=False)


def test_a_server_is_promised_bytes_only_where_some_follow_the_header(traced, serve, spliced, connect):
    """The promise is that the handshake's last ACK is held back for them, see tcp(7), TCP_QUICKACK."""
    server = serve()
    proxy = spliced(listen(server), prefix=traced.prefix)
    silent = connect(proxy)
    silent.send(TOR)
    server.wait_for_peers(1)
    hold_back(proxy)
    speaker = connect(proxy)
    speaker.send(TOR + b"hello")
    proxy.send_signal(signal.SIGCONT)
    assert speaker.read(5) == b"hello"
    proxy.stop()
    assert sum("TCP_QUICKACK, [0]" in line for line in traced.lines()) == 1


def test_a_first_word_is_what_follows_a_header(serve, spliced, connect):
    """Clients that speak teach a busy listener to wait for them; one that waits to be greeted is greeted."""
    polite_now = threading.Event()

    def greet(peer):
        if polite_now.is_set():
            peer.send(b"hello")
        echo(peer)

    proxy = spliced(listen(serve(greet)))
    hold_back(proxy)
    speakers = [connect(proxy) for _ in range(6)]
    for client in speakers:
        client.send(TOR + b"first")
    proxy.send_signal(signal.SIGCONT)
    for client in speakers:
        assert client.read(5) == b"first"
    polite_now.set()
    hold_back(proxy)
    polite = [connect(proxy) for _ in range(3)]
    for client in polite:
        client.send(TOR)
    proxy.send_signal(signal.SIGCONT)
    for client in polite:
        assert client.read(5) == b"hello"


@pytest.mark.parametrize("data, why", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_header_ends_by_reset_with_haproxys_words(serve, spliced, connect, data, why):
    server = serve()
    proxy = spliced(listen(server, bind="accept-proxy name door"))
    client = connect(proxy)
    address = client.local_address
    client.send(data)
    client.drain()
    assert client.ending == "rst"
    proxy.wait_for_log(in_log(address) + r"[^]]+\] web/door: " + re.escape(why) + "$")
    assert not server.peers


def test_a_header_that_does_not_end_is_bounded_in_time(serve, spliced, connect):
    proxy = spliced(listen(serve(), "timeout client-hs = 150ms"))
    silent, halfway = connect(proxy), connect(proxy)
    halfway.send(b"PROXY TCP4 ")
    assert silent.drain() == "fin"
    assert halfway.drain() == "rst"
    proxy.wait_for_log(r"web/1: Timeout while waiting for PROXY protocol header$", count=2)


def test_timeout_client_bounds_it_where_nothing_else_does(serve, spliced, connect):
    proxy = spliced(listen(serve(), "timeout client = 150ms"))
    assert connect(proxy).drain() == "fin"
    proxy.wait_for_log(r"web/1: Timeout while waiting for PROXY protocol header$")


def test_after_the_header_its_limit_holds_no_more(serve, spliced, connect):
    proxy = spliced(listen(serve(), "timeout client-hs = 150ms"))
    early, late = connect(proxy), connect(proxy)
    early.send(TOR)
    assert late.drain() == "fin"
    early.send(b"still here")
    assert early.read(10) == b"still here"


def test_a_client_that_leaves_before_its_header_is_through_is_logged(serve, spliced, connect):
    proxy = spliced(listen(serve()))
    connect(proxy).half_close()
    proxy.wait_for_log(r"web/1: Connection closed while waiting for PROXY protocol header$")
    halfway = connect(proxy)
    halfway.send(b"PROXY TC")
    halfway.half_close()
    assert halfway.drain() == "rst"
    proxy.wait_for_log(r"web/1: Truncated PROXY protocol header received$")
    connect(proxy).reset()
    proxy.wait_for_log(r"web/1: Connection error while waiting for PROXY protocol header$")
    halfway = connect(proxy)
    in_pieces(halfway, b"PROXY TC")
    halfway.reset()
    proxy.wait_for_log(r"web/1: Connection error while waiting for PROXY protocol header$", count=2)


def test_dontlognull_is_about_those_that_said_nothing(serve, spliced, connect):
    proxy = spliced(listen(serve(), "option dontlognull = yes", "timeout client-hs = 100ms"))
    assert connect(proxy).drain() == "fin"
    closing = connect(proxy)
    closing.half_close()
    assert closing.drain() == "fin"
    connect(proxy).send(b"PROXY TC")
    proxy.wait_for_log(r"web/1: Timeout while waiting for PROXY protocol header$")
    assert not [line for line in proxy.log_lines() if "Connection closed" in line]


def test_a_refused_connection_is_no_session_in_the_statistics(serve, spliced, connect, short_folder):
    path = short_folder / "admin.sock"
    proxy = spliced(listen(serve()), global_lines=[f"stats socket = {path} level admin"])
    good = connect(proxy)
    good.send(v1() + b"hello")
    assert good.read(5) == b"hello"
    good.close()
    bad = connect(proxy)
    bad.send(b"hello\r\n")
    bad.drain()
    proxy.wait_for_log("does not look like")
    proxy.wait_for_sessions()
    row = wait_until(lambda: (row := Admin(path).row("web", "FRONTEND"))["scur"] == "0" and row, "both are over")
    assert (row["conn_tot"], row["stot"], row["bin"], row["bout"]) == ("2", "1", "5", "5")


def test_a_total_of_sessions_takes_nothing_back(serve, spliced, connect, short_folder):
    path = short_folder / "admin.sock"
    proxy = spliced(listen(serve()), global_lines=[f"stats socket = {path} level admin"])
    bad = connect(proxy)
    bad.send(b"PROXY ")
    wait_until(lambda: len(Admin(path).sessions()) == 1, "it is there")
    assert Admin(path).row("web", "FRONTEND")["stot"] == "0", "one that may yet be refused is counted"
    Admin(path).ask("clear counters all")
    bad.send(b"hello\r\n")
    bad.drain()
    row = wait_until(lambda: (row := Admin(path).row("web", "FRONTEND"))["scur"] == "0" and row, "it is over")
    assert row["stot"] == "0"


def test_show_sess_knows_who_greets_and_who_was_announced(serve, spliced, connect, short_folder):
    path = short_folder / "admin.sock"
    proxy = spliced(listen(serve()), global_lines=[f"stats socket = {path} level admin"])
    known, greeting = connect(proxy), connect(proxy)
    known.send(TOR + b"hello")
    assert known.read(5) == b"hello"
    greeting.send(b"PROXY ")
    wait_until(lambda: len(Admin(path).sessions()) == 2, "both are there")
    text = Admin(path).ask("show sess")
    assert "src=fc00:dead:beef:4dad::2d:45 " in text
    assert f"src={greeting.local_address} " in text
    assert "state=greeting" in Admin(path).ask("show sess all")
    Admin(path).ask("shutdown sessions server web/s1")
    assert known.drain() == "rst"


def test_a_greeting_client_holds_up_neither_a_reload_nor_the_end(serve, spliced, connect):
    server = serve()
    proxy = spliced(listen(server))
    client = connect(proxy)
    client.send(b"PROXY TCP4 192.0.2.1 ")
    client.wait_flushed()
    proxy.reload(listen(server, "timeout client = 40s"))
    client.send(b"192.0.2.2 7 8\r\nhello")
    assert client.read(5) == b"hello"
    client.close()
    proxy.wait_for_log(in_log("192.0.2.1:7"))
    connect(proxy).send(b"PROXY")
    proxy.stop()


def test_only_listed_networks_announce_and_others_are_served_as_they_are(serve, spliced, connect):
    proxy = spliced(listen(serve(), bind="accept-proxy-from 127.0.0.8/29,::1"))
    trusted = connect(proxy, source="127.0.0.9")
    trusted.send(v1() + b"hello")
    assert trusted.read(5) == b"hello"
    stranger = connect(proxy, source="127.0.0.2")
    stranger.send(UNKNOWN)
    assert stranger.read(len(UNKNOWN)) == UNKNOWN
    silent = connect(proxy, source="127.0.0.16")
    silent.half_close()
    assert silent.drain() == "fin"
    for client in (trusted, stranger):
        client.close()
    for client in ("192.0.2.1:4711", "127.0.0.2:", "127.0.0.16:"):
        proxy.wait_for_log("^" + re.escape(client))


def test_a_reload_changes_whom_a_header_is_expected_of(serve, spliced, connect):
    server = serve()
    proxy = spliced(listen(server, bind=""))
    before = connect(proxy)
    before.send(b"plain")
    assert before.read(5) == b"plain"
    proxy.reload(listen(server))
    before.send(b"still plain")
    assert before.read(11) == b"still plain"
    after = connect(proxy)
    after.send(b"plain\r\n")
    assert after.drain() == "rst"


def test_unix_sockets_bring_header_and_data_in_one_read_or_in_two(serve, spliced, connect, short_folder, mode):
    path = short_folder / "tor.sock"
    proxy = spliced(f"[listen web]\nbind = {path} accept-proxy-from unix\nserver s1 = {serve(echo).address}", mode=mode)
    for pieces in ([TOR + b"hello"], [TOR, b"hello"], [TOR[:7], TOR[7:] + b"he", b"llo"]):
        client = connect(f"unix@{path}")
        for piece in pieces:
            client.send(piece)
        assert client.read(5) == b"hello"
        client.half_close()
        assert client.read_all() == b""
    proxy.wait_for_log(in_log("fc00:dead:beef:4dad::2d:45"), count=3)


def test_without_tcplog_the_line_at_the_start_names_the_announced_addresses(serve, spliced, connect):
    proxy = spliced(listen(serve(), "option tcplog = no"))
    client = connect(proxy)
    client.send(v1() + b"hello")
    assert client.read(5) == b"hello"
    proxy.wait_for_log(r"^Connect from 192\.0\.2\.1:4711 to 192\.0\.2\.2:80 \(web/TCP\)$")
    refused = connect(proxy)
    refused.send(b"hello\r\n")
    refused.drain()
    assert len([line for line in proxy.log_lines() if "web" in line and "Proxy" not in line]) == 1


def test_refusals_are_objects_in_json_and_name_nobody_who_is_to_stay_unnamed(serve, spliced, connect):
    proxy = spliced(listen(serve(), "log-anonymize = drop"), log=("log = stdout format json daemon",))
    client = connect(proxy)
    client.send(b"hello\r\n")
    client.drain()
    proxy.wait_for_log('"event":"refused".*"reason":"Received something which does not look like a PROXY')
    assert "127.0.0.1" not in "".join(line for line in proxy.log_lines() if "refused" in line)


def test_many_clients_announce_themselves_at_once(serve, spliced, sanitized):
    proxy = spliced(listen(serve()))
    count = 50 if sanitized else 200

    def talk(number):
        with Peer.connect(proxy.address) as client:
            header = v2(source_port=number)
            cut = random.randrange(len(header) + 1)
            client.send(header[:cut])
            client.send(header[cut:] + b"%05d" % number)
            return client.read(5)
    tasks = [Task(talk, number) for number in range(1, count)]
    assert [task.result() for task in tasks] == [b"%05d" % number for number in range(1, count)]
    sessions = proxy.wait_for_sessions(count - 1)
    assert {session.port for session in sessions} == set(range(1, count))


def test_curl_announces_itself(serve, spliced, need, run, web_server):
    address, _ = web_server("nginx", b"hello from nginx\n")
    proxy = spliced(f"[listen web]\nbind = fd@? accept-proxy\nserver s1 = {address}")
    done = run(need("curl"), "-s", "--haproxy-protocol", f"http://{proxy.address}/")
    assert done.stdout == "hello from nginx\n"
    proxy.wait_for_log(r"^127\.0\.0\.1:\d+ .* web/s1 ")


@pytest.mark.parametrize("word", ["send-proxy", "send-proxy-v2",
                                  "send-proxy-v2 proxy-v2-options crc32c"])
def test_haproxy_in_front_announces_its_client(serve, spliced, connect, need, start, tmp_path, word):
    proxy = spliced(listen(serve()))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "127.0.0.1:%d" % listener.getsockname()[1]
        (tmp_path / "haproxy.cfg").write_text(
            "defaults\n mode tcp\n timeout connect 5s\n timeout client 1m\n timeout server 1m\n"
            f"listen front\n bind fd@{listener.fileno()}\n server s {proxy.address} {word}\n")
        start(need("haproxy"), "-db", "-f", tmp_path / "haproxy.cfg", pass_fds=[listener.fileno()])
        client = connect(address)
    source = client.local_address
    client.send(b"hello")
    assert client.read(5) == b"hello"
    client.half_close()
    assert client.read_all() == b""
    proxy.wait_for_log(in_log(source))


def test_a_rule_expects_a_header_of_some_clients_only(serve, spliced, connect):
    proxy = spliced("\n".join(["[listen web]", "bind = fd@?", f"server s1 = {serve(echo).address}",
                               "tcp-request = connection expect-proxy layer4 if { src 127.0.0.2 }"]))
    with connect(proxy, source="127.0.0.2") as client:
        client.send(v1() + b"hello")
        assert client.read(5) == b"hello"
    with connect(proxy) as client:
        client.send(b"PROXY no")
        assert client.read(8) == b"PROXY no"
    sessions = proxy.wait_for_sessions(2)
    assert [session.client for session in sessions] == ["192.0.2.1", "127.0.0.1"]
