"""Rules: who is turned away, who is waited for, and who is served where; on the wire, in the log and in the counters."""

import errno
import hashlib
import os
import re
import socket
import subprocess

import pytest
from admin import Admin
from allocations import Allocations
from client_hello import hello, message, records
from waiting import wait_until

SNI = """tcp-request inspect-delay = 10s
tcp-request = content accept if { req.ssl_hello_type 1 }
use_backend a = if { req.ssl_sni -i a.example }
use_backend b = if { req.ssl_sni -i -m end .b.example }
"""


def named(name):
    """A server that says its name, then sends the hash of what it was sent."""
    def script(peer):
        peer.send(name)
        peer.drain()
        peer.send(peer.sha256.encode())
    return script


@pytest.fixture
def farm(serve):
    """Three backends with a server each, as sections; the servers say their names."""
    servers = {name: serve(named(name.encode())) for name in "abz"}
    return "".join(f"[backend {name}]\nserver {name}1 = {server.address}\n" for name, server in servers.items())


@pytest.fixture
def routed(spliced, farm, short_folder):
    """A frontend with rules in front of the three; z is the usual one."""
    def start(lines, **options):
        proxy = spliced(f"[frontend f]\nbind = fd@?\ndefault_backend = z\n{lines}{farm}",
                        global_lines=[f"stats socket = {short_folder}/admin.sock level admin"], **options)
        proxy.admin = Admin(short_folder / "admin.sock")
        return proxy
    return start


def flags_of(proxy, count=1):
    def enough():
        sessions = proxy.sessions()
        return sessions if len(sessions) >= count else None
    return [session.flags for session in wait_until(enough, "the log lines")]


def turned_away(connect, proxy, **options):
    """How a client ends that gets no word: "rst" or "fin". The RST may come while it is still being set up."""
    try:
        return connect(proxy, **options).drain()
    except OSError as error:
        assert error.errno in (errno.ECONNRESET, errno.EINVAL), error
        return "rst"


GREETINGS = {
    "whole": [hello("a.example")],
    "of 1,800 bytes": [hello("a.example", key_bytes=1216, protocols=["h2", "http/1.1"])],
    "of 15 KiB": [hello("a.example", key_bytes=15000)],
    "in records of 100 bytes": [records(message("a.example", key_bytes=1216), 100)],
    "in two segments": [hello("a.example")[:40], hello("a.example")[40:]],
    "byte by byte": [bytes([byte]) for byte in hello("a.example")],
    "byte by byte in tiny records": [bytes([byte]) for byte in records(message("a.example"), 3)],
}


@pytest.mark.parametrize("pieces", GREETINGS.values(), ids=GREETINGS.keys())
def test_a_greeting_is_read_however_it_is_parted_and_reaches_the_server_whole(routed, connect, mode, pieces):
    proxy = routed(SNI, mode=mode)
    client = connect(proxy)
    for piece in pieces:
        client.send(piece)
    assert client.read(1) == b"a"
    rest = os.urandom(300_000)
    client.send(rest)
    client.half_close()
    assert client.read_all().decode() == hashlib.sha256(b"".join(pieces) + rest).hexdigest()
    assert client.ending == "fin"


@pytest.mark.parametrize("first, backend", [
    (hello("A.Example"), b"a"), (hello("x.b.example"), b"b"), (hello("b.example"), b"z"), (hello("other.example"), b"z"),
    (hello(), b"z"), (b"\x17\x03", b"z"), (b"\x16\x02", b"z"), (b"GET / HTTP/1.1\r\n\r\n", b"z"), (b"\x16\x03\x01\x00\x05\x02\x00\x00\x01\x00", b"z")])
def test_a_client_is_served_by_the_name_it_asks_for_and_else_by_the_usual_backend(routed, connect, first, backend):
    proxy = routed(SNI)
    client = connect(proxy)
    client.send(first)
    assert client.read(1) == backend
    client.half_close()
    client.read_all()
    assert flags_of(proxy) == ["--"]
    rows = {row["pxname"]: row["stot"] for row in proxy.admin.rows() if row["svname"] == "BACKEND"}
    assert rows == {name: str(int(name.encode() == backend)) for name in "abz"}


def test_openssl_and_curl_reach_the_server_of_the_name_they_ask_for(need, run, start, spliced, tmp_path):
    openssl, addresses = need("openssl"), {}
    for name in ("a", "z"):
        with socket.create_server(("127.0.0.1", 0)) as free:
            addresses[name] = "127.0.0.1:%d" % free.getsockname()[1]
        made = run(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                   "-subj", f"/CN=server-{name}", "-keyout", tmp_path / f"{name}.key", "-out", tmp_path / f"{name}.crt")
        assert made.returncode == 0, made.stderr
        start(openssl, "s_server", "-accept", addresses[name], "-key", tmp_path / f"{name}.key", "-cert",
              tmp_path / f"{name}.crt", "-www", "-quiet")
    proxy = spliced(f"[frontend f]\nbind = fd@?\ndefault_backend = z\n{SNI}[backend a]\nserver s = {addresses['a']}\n"
                    f"[backend b]\n[backend z]\nserver s = {addresses['z']}\n")

    def subject(*arguments):
        return run(openssl, "s_client", "-connect", proxy.address, *arguments).stdout

    wait_until(lambda: "CN = server-a" in subject("-servername", "a.example"), "server a behind its name")
    wait_until(lambda: "CN = server-z" in subject("-noservername"), "server z without a name")
    assert "CN = server-a" in subject("-servername", "A.EXAMPLE", "-tls1_2")
    seen = run(need("curl"), "-skv", "-m", 20, "--resolve", f"a.example:{proxy.port}:127.0.0.1",
               f"https://a.example:{proxy.port}/")
    assert "CN=server-a" in seen.stderr and "s_server" in seen.stdout, seen.stderr


def test_a_connection_rule_turns_away_by_rst_and_counts(routed, connect):
    proxy = routed("tcp-request = connection accept if { src 127.0.0.2 }\ntcp-request = connection reject\n")
    assert turned_away(connect, proxy) == "rst"
    served = connect(proxy, source="127.0.0.2")
    assert served.read(1) == b"z"
    served.half_close()
    served.read_all()
    assert flags_of(proxy) == ["--"]
    row = proxy.admin.row("f", "FRONTEND")
    assert {key: row[key] for key in ("dcon", "dses", "dreq", "stot", "conn_tot", "scur")} == {
        "dcon": "1", "dses": "0", "dreq": "0", "stot": "1", "conn_tot": "2", "scur": "0"}
    assert row["rate_max"] == "1" and int(row["conn_rate_max"]) in (1, 2)


def test_a_session_rule_turns_away_without_a_line_and_counts(routed, connect):
    proxy = routed("tcp-request = session reject if { src 127.0.0.0/8 } !{ src 127.0.0.2 }\n")
    assert connect(proxy).drain() == "fin"
    served = connect(proxy, source="127.0.0.2")
    assert served.read(1) == b"z"
    served.half_close()
    served.read_all()
    assert flags_of(proxy) == ["--"]
    row = proxy.admin.row("f", "FRONTEND")
    assert {key: row[key] for key in ("dcon", "dses", "stot", "conn_tot", "scur")} == {
        "dcon": "0", "dses": "1", "stot": "1", "conn_tot": "2", "scur": "0"}
    assert row["rate_max"] == "1" and int(row["conn_rate_max"]) in (1, 2)


def test_rejections_are_logged_where_asked_a_line_a_second_at_most(routed, connect):
    proxy = routed("option log-rejects = yes\ntcp-request = connection reject\n")
    for _ in range(5):
        turned_away(connect, proxy)
    proxy.wait_for_log(r"Proxy f/sock-1 turned away 127\.0\.0\.1:\d+ by a rule of 'tcp-request connection' \(0 more held back\)")

    def held_back():
        turned_away(connect, proxy)
        return re.search(r"turned away .* \(([1-9]\d*) more held back\)", "\n".join(proxy.log_lines()))
    wait_until(held_back, "the second line")


def test_a_content_rule_turns_away_by_fin_whatever_was_sent_and_without_a_page(routed, connect, tmp_path):
    (tmp_path / "page").write_bytes(b"sorry")
    proxy = routed(f"errorfile 503 = {tmp_path}/page\ntcp-request inspect-delay = 10s\n"
                   "tcp-request = content reject if { req.payload(0,3) -m str BAD }\n")
    bad = connect(proxy)
    bad.send(b"BAD" + bytes(100_000))
    assert (bad.read_all(), bad.ending) == (b"", "fin")
    good = connect(proxy)
    good.send(b"GOOD")
    assert good.read(1) == b"z"
    [line] = wait_until(proxy.sessions, "the log line")
    assert (line.flags, line.backend, line.server, line.tc) == ("PR", "f", "<NOSRV>", -1)
    row = proxy.admin.row("f", "FRONTEND")
    assert (row["dreq"], row["stot"]) == ("1", "2")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs CAP_NET_ADMIN")
@pytest.mark.parametrize("stage", ["connection", "session", "content"])
def test_a_client_that_is_dropped_silently_hears_nothing(routed, connect, stage):
    proxy = routed(f"tcp-request = {stage} silent-drop if {{ src 127.0.0.3 }}\n")
    dropped = connect(proxy, source="127.0.0.3")
    column = {"connection": "dcon", "session": "dses", "content": "dreq"}[stage]
    wait_until(lambda: proxy.admin.row("f", "FRONTEND")[column] == "1", "the drop")
    dropped.set_deadline(0.5)
    assert dropped.drain() == "timeout"
    assert connect(proxy).read(1) == b"z"


def test_a_backend_may_refuse_what_it_does_not_want_to_serve(routed, serve, spliced, connect):
    server = serve(named(b"s"))
    proxy = spliced(f"[frontend f]\nbind = fd@?\nuse_backend strict = if {{ src 127.0.0.1 }}\n[backend strict]\n"
                    f"server s = {server.address}\ntcp-request inspect-delay = 10s\n"
                    "tcp-request = content reject if !{ req.payload(0,2) -m str OK }\n")
    refused = connect(proxy)
    refused.send(b"NO")
    assert refused.drain() == "fin"
    served = connect(proxy)
    served.send(b"OK")
    assert served.read(1) == b"s"
    nowhere = connect(proxy, source="127.0.0.2")
    assert nowhere.drain() == "fin"
    lines = {(line.backend, line.flags) for line in wait_until(
        lambda: proxy.sessions() if len(proxy.sessions()) == 2 else None, "the log lines")}
    assert lines == {("strict", "PR"), ("f", "SC")}


def test_a_client_gets_the_server_of_its_rule_while_that_is_up(spliced, serve, connect):
    servers = {name: serve(named(name.encode())) for name in "abc"}
    lines = "".join(f"server {name} = {server.address}\n" for name, server in servers.items())
    proxy = spliced(f"[listen l]\nbind = fd@?\n{lines}use-server c = if {{ src 127.0.0.3 }}\n")
    assert [connect(proxy, source="127.0.0.3").read(1) for _ in range(3)] == [b"c", b"c", b"c"]
    assert {connect(proxy).read(1) for _ in range(2)} == {b"a", b"b"}
    servers["c"].close()
    assert connect(proxy, source="127.0.0.3").read(1) in (b"a", b"b")


def test_the_wait_of_rules_is_part_of_the_time_before_the_connection(routed, connect):
    proxy = routed("tcp-request inspect-delay = 200ms\ntcp-request = content accept if WAIT_END\n")
    client = connect(proxy)
    assert client.read(1) == b"z"
    client.half_close()
    client.read_all()
    [line] = wait_until(proxy.sessions, "the log line")
    assert line.tw >= 200 and line.tc >= 0 and int(line.tt) >= line.tw + line.tc


def test_fetches_of_the_proxy_tell_the_truth(routed, serve, spliced, connect):
    server = serve(named(b"s"))
    proxy = spliced(
        "[frontend f]\nbind = fd@?\n"
        "tcp-request = connection reject if { src 127.0.0.9 } { be_conn(one) ge 1 }\n"
        "use_backend one = if { src_is_local } { dst_is_local } { nbsrv(one) 1 } { srv_is_up(one/s1) } "
        "!{ srv_is_up(one/s2) } { fe_conn 1 } { be_conn(one) 0 } { srv_conn(one/s1) 0 } { dst 127.0.0.1 } "
        "{ src_port ge 1024 } { rand(1) 0 } { date gt 1700000000 } { env(SPLICED_TEST) -m str yes }\n"
        f"[backend one]\nserver s1 = {server.address}\nserver s2 = {server.address} disabled\n",
        prefix=("env", "SPLICED_TEST=yes"))
    client = connect(proxy)
    assert client.read(1) == b"s"
    assert turned_away(connect, proxy, source="127.0.0.9") == "rst"


def test_a_hundred_thousand_networks_are_loaded_matched_and_read_anew(routed, connect, tmp_path):
    listed = tmp_path / "networks"
    many = "".join(f"10.{i >> 8 & 255}.{i & 255}.{(i >> 16) * 64}/26\n" for i in range(100_000))
    listed.write_text("# a list\n" + many + "127.0.0.0/30\n")
    lines = f"acl listed = src -f {listed}\ntcp-request = connection reject if listed\n"
    proxy = routed(lines)
    assert turned_away(connect, proxy) == "rst"
    assert connect(proxy, source="127.0.0.5").read(1) == b"z"
    listed.write_text(many)
    assert any("acl listed" in line for line in proxy.reload())
    assert connect(proxy).read(1) == b"z"
    listed.write_text(many + "nonsense\n")
    assert any(f"{listed}:100001: 'nonsense' is no IP address" in line for line in proxy.reload(ok=False))
    assert connect(proxy).read(1) == b"z"


def test_fetches_of_queues_tell_the_truth(spliced, serve, connect, short_folder):
    server = serve(named(b"s"))
    proxy = spliced(
        "[frontend f]\nbind = fd@?\ndefault_backend = one\n"
        "tcp-request = connection reject if { src 127.0.0.9 } { queue(one) 1 } { srv_queue(one/s1) 0 } "
        "{ avg_queue(one) 1 } { be_conn_free(one) 0 } { connslots(one) 5 }\n"
        "tcp-request = connection reject if { src 127.0.0.8 } { be_conn_free(one) 1 } { connslots(one) 6 } "
        "{ queue(one) 0 } { avg_queue(one) 0 }\n"
        f"[backend one]\nserver s1 = {server.address} maxconn 1 maxqueue 5\n",
        global_lines=[f"stats socket = {short_folder}/admin.sock level admin"])
    admin = Admin(short_folder / "admin.sock")
    assert turned_away(connect, proxy, source="127.0.0.8") == "rst"
    first, waiting = connect(proxy), connect(proxy)
    assert first.read(1) == b"s"
    wait_until(lambda: admin.row("one", "BACKEND")["qcur"] == "1", "the one that waits")
    assert turned_away(connect, proxy, source="127.0.0.9") == "rst"
    first.half_close()
    assert waiting.read(1) == b"s"


def test_a_rejected_client_is_not_named_where_clients_are_anonymous(routed, connect):
    proxy = routed("option log-rejects = yes\nlog-anonymize = drop\ntcp-request = connection reject\n")
    assert turned_away(connect, proxy) == "rst"
    proxy.wait_for_log(r"Proxy f/sock-1 turned away -:0 by a rule of 'tcp-request connection'")


def test_looking_at_rules_allocates_nothing(binary, sanitized, routed, connect, tmp_path):
    if sanitized:
        pytest.skip("the sanitizers count allocations of their own")
    (tmp_path / "list").write_text("".join(f"10.{i}.0.0/16\n" for i in range(250)) + "127.0.0.3\n")
    counted = Allocations(binary.parent / "count-allocations.so", tmp_path / "allocations")
    proxy = routed("tcp-request = connection accept if { src,ipmask(30) 127.0.0.4 } { nbsrv(a) 1 } { fe_conn lt 9 }\n"
                   f"tcp-request = connection reject if {{ src -f {tmp_path}/list }} or {{ src -m beg 10. }}\n"
                   "tcp-request = connection reject if { srv_is_up(b/b1) } { src -m end .0.1 }\n",
                   prefix=counted.prefix)
    assert counted.read()[0] > 100, "the allocations are counted"

    def cost_of_a_round():
        for _ in range(20):
            before = counted.read()
            assert turned_away(connect, proxy) == "rst"
            assert turned_away(connect, proxy, source="127.0.0.3") == "rst"
            if counted.read() == before:
                return 0
        return None
    assert cost_of_a_round() == 0, "no round of twenty was free"


def test_a_client_that_is_waited_for_keeps_the_rules_that_it_came_under(spliced, serve, connect):
    old, new = serve(named(b"o")), serve(named(b"n"))
    proxy = spliced(f"[frontend f]\nbind = fd@?\n{SNI.rpartition('use_backend b')[0]}"
                    f"[backend a]\nserver s = {old.address}\n")
    client = connect(proxy)
    client.send(hello("a.example")[:9])
    proxy.reload(f"[frontend f]\nbind = fd@?\ntcp-request = connection reject if {{ src 127.0.0.7 }}\n"
                 f"use_backend c = if TRUE\n[backend c]\nserver s = {new.address}\n")
    assert connect(proxy).read(1) == b"n"
    assert turned_away(connect, proxy, source="127.0.0.7") == "rst"
    client.send(hello("a.example")[9:])
    assert client.read(1) == b"o"
    client.half_close()
    assert client.read_all().decode() == hashlib.sha256(hello("a.example")).hexdigest()


@pytest.fixture(params=["spliced", "haproxy"])
def beside(request, need, spliced, serve, short_folder):
    """The same rules in spliced and in HAProxy 2.6: start(delay, client timeout, rules) -> an address to connect to."""
    def start(delay, silence, rules):
        servers = {name: serve(named(name.encode())) for name in "az"}
        names = {f"backend {name}": f"server s{{}} {server.address}\n" for name, server in servers.items()}
        if request.param == "spliced":
            backends = "".join(f"[{name}]\n{line.format(' =')}" for name, line in names.items())
            for word in ("tcp-request", "use_backend a", "acl short"):
                rules = re.sub(f"(?m)^{word} ", f"{word} = ", rules)
            return spliced(f"[frontend f]\nbind = fd@?\ndefault_backend = z\ntimeout client = {silence}\n"
                           f"tcp-request inspect-delay = {delay}\n{rules}{backends}").address
        backends = "".join(f"{name}\n {line.format('')}" for name, line in names.items())
        listener = socket.create_server(("127.0.0.1", 0))
        (short_folder / "haproxy.cfg").write_text(
            f"global\ndefaults\n mode tcp\n timeout connect 5s\n timeout server 1m\nfrontend f\n"
            f" bind fd@{listener.fileno()}\n default_backend z\n timeout client {silence}\n"
            f" tcp-request inspect-delay {delay}\n{rules}{backends}")
        process = subprocess.Popen([need("haproxy"), "-db", "-f", short_folder / "haproxy.cfg"],
                                   stdin=subprocess.DEVNULL, pass_fds=[listener.fileno()])
        request.addfinalizer(lambda: (process.kill(), process.wait()))
        port = listener.getsockname()[1]
        listener.close()
        return f"127.0.0.1:{port}"
    return start


CLASSIC = "tcp-request content accept if { req.ssl_hello_type 1 }\nuse_backend a if { req.ssl_sni -i a.example }\n"


def test_a_client_that_says_nothing_goes_on_when_the_delay_is_over(beside, connect):
    assert connect(beside("200ms", "1m", CLASSIC)).read(1) == b"z"


@pytest.mark.parametrize("first", [b"G", b"GET / HTTP/1.1\r\n\r\n"])
def test_what_is_no_tls_is_not_waited_for(beside, connect, first):
    client = connect(beside("1h", "1h", CLASSIC))
    client.send(first)
    assert client.read(1) == b"z"


def test_a_client_that_closes_is_not_waited_for(beside, connect):
    client = connect(beside("1h", "1h", CLASSIC))
    client.send(hello("a.example")[:20])
    client.half_close()
    assert client.read_all() == b"z" + hashlib.sha256(hello("a.example")[:20]).hexdigest().encode()


def test_a_greeting_that_comes_byte_by_byte_is_waited_for(beside, connect):
    client = connect(beside("1h", "1h", CLASSIC))
    client.dribble(hello("a.example"))
    assert client.read(1) == b"a"


def test_the_client_timeout_ends_a_wait_that_would_be_longer(beside, connect):
    client = connect(beside("1h", "200ms", CLASSIC))
    assert (client.read_all(), client.ending) == (b"", "fin")


@pytest.mark.parametrize("rules, said, answer", [
    ("tcp-request content reject if { req.len gt 3 }\n", b"1234", b""),
    ("tcp-request content reject if WAIT_END { req.len 4 }\n", b"1234", b""),
    ("tcp-request content reject if WAIT_END { req.len 5 }\n", b"1234", b"z"),
    ("tcp-request content accept if { req.len 4 }\ntcp-request content reject\n", b"1234", b"z"),
    ("tcp-request content accept if { req.payload(1,2) -m bin 3233 }\ntcp-request content reject\n", b"1234", b"z"),
    ("tcp-request content reject if !{ req.payload(0,0) -m found }\n", b"", b"z"),
    ("tcp-request content reject if !{ req.payload(0,1) -m found }\n", b"", b""),
    ("tcp-request content reject if { req.ssl_hello_type 1 } or { req.len gt 1 }\n", b"12", b""),
    ("acl short req.len lt 9\ntcp-request content reject if short !short or short FALSE\n", b"12", b"z"),
])
def test_conditions_come_to_what_they_come_to_in_haproxy(beside, connect, rules, said, answer):
    client = connect(beside("300ms", "1m", rules))
    client.send(said)
    assert client.read(1) == answer


def test_waiting_clients_are_counted_and_shown(routed, connect):
    proxy = routed(SNI)
    client = connect(proxy)
    client.send(hello("a.example")[:9])
    wait_until(lambda: "fe=f be=<NONE>" in proxy.admin.ask("show sess"), "a session without a backend")
    client.reset()
    wait_until(lambda: proxy.admin.row("f", "FRONTEND")["ereq"] == "1", "the failed request")
    assert flags_of(proxy) == ["CR"]


def test_a_silent_client_is_logged_as_cR(routed, connect):
    proxy = routed(SNI + "timeout client = 200ms\n")
    assert connect(proxy).drain() == "fin"
    [line] = wait_until(proxy.sessions, "the log line")
    assert (line.flags, line.backend, line.server) == ("cR", "f", "<NOSRV>")


def test_a_client_of_a_unix_socket_passes_rules_on_addresses_it_does_not_have(spliced, serve, connect, short_folder):
    server = serve(named(b"s"))
    proxy = spliced(f"[listen l]\nbind = {short_folder}/in.sock\ntcp-request = connection reject if {{ src 0.0.0.0/0 ::/0 }}\n"
                    f"tcp-request = session reject if {{ src -m found }}\nserver s = {server.address}\n")
    assert proxy.binds == 1
    assert connect(f"unix@{short_folder}/in.sock").read(1) == b"s"
