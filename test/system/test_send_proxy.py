"""Servers that are told who the client is, by a PROXY protocol header ahead of its bytes: `send-proxy`."""

import re
import signal
import socket
import threading

import procfs
import pytest
import strace
from admin import Admin
from pattern import pattern_sha256
from peer import Behaviour, Peer, echo, hold
from proxy_header import LOCAL, SIGNATURE, UNKNOWN, tlv, v1, v2
from waiting import wait_until

WORDS = ["send-proxy", "send-proxy-v2"]


def of_client(client, proxy, word):
    """The header that announces this client, who is connected to this proxy."""
    (source, source_port), (to, port) = (address.rsplit(":", 1) for address in
                                         (client.local_address, proxy.address))
    make = v1 if word == "send-proxy" else v2
    return make(source.strip("[]"), to.strip("[]"), int(source_port), int(port))


class Listening:
    """A server's script: what each connection brought; answers once it has heard `until`."""

    def __init__(self, until=b"hello", answer=b"world"):
        self.heard = []
        self._until, self._answer = until, answer

    def __call__(self, peer):
        data = b""
        while not data.endswith(self._until) and (piece := peer.receive()):
            data += piece
        self.heard.append(data)
        peer.send(self._answer)
        peer.drain()


def listen(server, word, *lines, bind="fd@?"):
    return "\n".join(["[listen web]", f"bind = {bind}", f"server s1 = {server.address} {word}", *lines])


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("bind", ["fd@?", "fd@?6"])
def test_the_header_comes_ahead_of_the_clients_first_byte(serve, spliced, connect, mode, word, bind):
    script = Listening()
    proxy = spliced(listen(serve(script), word, bind=bind), mode=mode)
    for _ in range(3):
        client = connect(proxy)
        client.send(b"hello")
        assert client.read(5) == b"world"
        assert script.heard.pop() == of_client(client, proxy, word) + b"hello"


def test_the_golden_bytes(serve, spliced, connect):
    script = Listening()
    for word, header in (("send-proxy", b"PROXY TCP4 192.0.2.1 192.0.2.2 40000 8080\r\n"),
                         ("send-proxy-v2", SIGNATURE + bytes.fromhex("2111000c c0000201c0000202 9c401f90"))):
        proxy = spliced(listen(serve(script), word, bind="fd@? accept-proxy"))
        for announced in (v1(source_port=40000, destination_port=8080), v2(source_port=40000, destination_port=8080)):
            client = connect(proxy)
            client.send(announced + b"hello")
            assert client.read(5) == b"world"
            assert script.heard.pop() == header + b"hello"


@pytest.mark.parametrize("word, header", [("send-proxy", UNKNOWN), ("send-proxy-v2", LOCAL)], ids=WORDS)
def test_a_client_of_a_unix_socket_has_no_address_to_tell(serve, spliced, connect, short_folder, word, header):
    script = Listening()
    path = short_folder / "front.sock"
    spliced(listen(serve(script), word, bind=path))
    client = connect(f"unix@{path}")
    client.send(b"hello")
    assert client.read(5) == b"world"
    assert script.heard == [header + b"hello"]


def test_a_server_behind_a_unix_socket_is_told_as_well(serve, spliced, connect, short_folder, mode):
    script = Listening()
    server = serve(script, f"unix@{short_folder}/back.sock")
    proxy = spliced(listen(server, "send-proxy"), mode=mode)
    client = connect(proxy)
    client.send(b"hello")
    assert client.read(5) == b"world"
    assert script.heard == [of_client(client, proxy, "send-proxy") + b"hello"]


def test_version_2_goes_before_version_1_and_carries_what_is_asked_for(serve, spliced, connect):
    script = Listening()
    proxy = spliced(listen(serve(script), "send-proxy send-proxy-v2 proxy-v2-options crc32c,authority",
                           bind="fd@? accept-proxy"))
    for tlvs in (tlv(2, b"a.example"), b""):
        client = connect(proxy)
        client.send(v2(tlvs=tlvs + tlv(5, b"an id that is not ours")) + b"hello")
        assert client.read(5) == b"world"
        assert script.heard.pop() == v2(tlvs=tlvs, checksum=True) + b"hello"


def test_a_unique_id_is_the_one_of_the_log(serve, spliced, connect):
    script = Listening()
    proxy = spliced(listen(serve(script), "send-proxy-v2 proxy-v2-options unique-id,crc32c",
                           "unique-id-format = %ci_%rt", "log-format = %ID", bind="fd@? accept-proxy"))
    waiting = connect(proxy)  # has no number yet
    for number, header in enumerate((v1(), v2())):
        client = connect(proxy)
        client.send(header + b"hello")
        assert client.read(5) == b"world"
        client.close()
        name = b"192.0.2.1_%d" % number
        assert script.heard.pop() == v2(tlvs=tlv(5, name), checksum=True) + b"hello"
        proxy.wait_for_log("^" + name.decode() + "$")
    waiting.send(v1() + b"hello")
    assert waiting.read(5) == b"world"
    assert script.heard == [v2(tlvs=tlv(5, b"192.0.2.1_2"), checksum=True) + b"hello"]


@pytest.fixture
def traced(sanitized, tmp_path):
    if sanitized:
        pytest.skip("sanitizers do not bear ptrace(2)")
    if found := strace.obstacle():
        pytest.fail(found)
    return strace.Strace(tmp_path / "strace", count=False)


@pytest.mark.parametrize("word", WORDS)
def test_header_and_first_data_go_out_together_where_the_data_are_at_hand(traced, serve, spliced, connect, word):
    """The client speaks while the proxy is held, so that both wait when the server is connected."""
    proxy = spliced(listen(serve(), word, bind="fd@? accept-proxy"), prefix=traced.prefix)
    proxy.send_signal(signal.SIGSTOP)
    wait_until(lambda: procfs.status(proxy.pid)["State"][0] in "Tt", "the proxy is stopped")
    client = connect(proxy)
    client.send(UNKNOWN + b"hello")
    proxy.send_signal(signal.SIGCONT)
    whole = of_client(client, proxy, word) + b"hello"
    assert client.read(len(whole)) == whole
    client.close()
    proxy.stop()
    sent = [int(line.rpartition("=")[2]) for line in traced.lines() if " sendto(" in line and " = " in line]
    assert len(whole) in sent
    assert 5 not in sent


def test_a_server_that_speaks_first_hears_the_header_at_once(serve, spliced, connect):
    def greet(peer):
        peer.read(len(UNKNOWN.replace(b"UNKNOWN", b"TCP4 127.0.0.1 127.0.0.1")))
        peer.send(b"220 welcome\r\n")
        peer.drain()

    proxy = spliced(listen(serve(greet), "send-proxy"))
    assert connect(proxy).read(13) == b"220 welcome\r\n"


def test_a_client_that_only_comes_and_goes_is_announced_nevertheless(serve, spliced, connect, mode):
    script = Listening(answer=b"bye")
    proxy = spliced(listen(serve(script), "send-proxy"), mode=mode)
    client = connect(proxy)
    client.half_close()
    assert client.read_all() == b"bye"
    assert script.heard == [of_client(client, proxy, "send-proxy")]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("pause", [0, 0.01])
def test_a_large_upload_follows_whole_even_to_a_slow_reader(serve, spliced, connect, mode, word, pause):
    def take(peer):
        header = peer.read(len(v1("127.0.0.1", "127.0.0.1", 10000, 10000)) if word == "send-proxy" else len(v2()))
        assert header.startswith(b"PROXY" if word == "send-proxy" else SIGNATURE)
        with Peer(socket.socket(fileno=peer.sock.detach())) as rest:
            rest.drain(pause)
            taken.append((rest.received, rest.sha256))

    taken = []
    proxy = spliced(listen(serve(take), word), mode=mode)
    client = connect(proxy, source=None)
    while word == "send-proxy" and (len(str(client.sock.getsockname()[1])), len(str(proxy.port))) != (5, 5):
        client = connect(proxy)
    client.send_pattern(9, 6_000_000)
    client.half_close()
    client.drain()
    wait_until(lambda: taken, "the server has read everything")
    assert taken == [(6_000_000, pattern_sha256(9, 6_000_000))]


def test_the_header_does_not_count_as_the_clients_bytes(serve, spliced, connect, short_folder):
    path = short_folder / "admin.sock"
    proxy = spliced(listen(serve(Listening()), "send-proxy"), global_lines=[f"stats socket = {path} level admin"])
    client = connect(proxy)
    client.send(b"hello")
    assert client.read(5) == b"world"
    client.close()
    proxy.wait_for_sessions()
    for name in ("FRONTEND", "s1", "BACKEND"):
        row = Admin(path).row("web", name)
        assert (row["bin"], row["bout"]) == ("5", "5")


def test_each_attempt_has_a_header_of_its_own(serve, spliced, connect):
    """Whoever takes the connection hears one header, of the form that it is to get."""
    first, second = serve(listening=False), serve(script := Listening())
    proxy = spliced("[listen web]\nbind = fd@?\nbalance = roundrobin\n"
                    f"server dead = {first.address} send-proxy\nserver s2 = {second.address} send-proxy-v2\n")
    for _ in range(2):
        client = connect(proxy)
        client.send(b"hello")
        assert client.read(5) == b"world"
        assert script.heard.pop() == of_client(client, proxy, "send-proxy-v2") + b"hello"


def test_a_server_that_resets_at_the_header_is_passed_on_as_a_reset(serve, spliced, connect):
    connected = threading.Event()

    def refuse(peer):
        peer.receive(1)
        connected.wait(20)
        peer.reset()

    proxy = spliced(listen(serve(refuse), "send-proxy"))
    client = connect(proxy)
    connected.set()
    assert client.drain() == "rst"
    assert proxy.wait_for_sessions()[0].flags == "SD"


@pytest.mark.parametrize("options, header", [
    ("send-proxy", None), ("check-send-proxy", None), ("send-proxy-v2", LOCAL),
    ("send-proxy-v2 proxy-v2-options crc32c", SIGNATURE + bytes.fromhex("20000007 030004 a9b87e8f")),
])
def test_checks_begin_with_a_header_too(serve, spliced, options, header):
    heard, known = [], threading.Event()

    def note(peer):
        heard.append(peer.read_all())
        known.set()

    server = serve(note)
    proxy = spliced(listen(server, f"check inter 50 {options}"))
    assert known.wait(20)
    if header:
        assert heard[0] == header
    else:  # with the check's own port, which nobody can ask for once it is over
        assert re.fullmatch(rb"PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ %d\r\n" % server.port, heard[0])
    assert not [line for line in proxy.log_lines() if "DOWN" in line]


def test_checks_that_go_elsewhere_have_none_unless_asked(serve, spliced):
    server, door = serve(hold), serve(hold)
    spliced(listen(server, f"send-proxy check inter 50 port {door.port}",
                   f"server s2 = {server.address} send-proxy check inter 50 port {door.port} check-send-proxy"))
    peers = door.wait_for_peers(3)
    wait_until(lambda: all(peer.ending for peer in peers), "the checks are over")
    assert all(peer.received > 20 for peer in peers)  # a plain check is never accepted


def test_a_unix_server_is_checked_with_a_header(serve, spliced, short_folder):
    heard, known = [], threading.Event()

    def note(peer):
        heard.append(peer.read_all())
        known.set()

    spliced(listen(serve(note, f"unix@{short_folder}/back.sock"), "send-proxy check inter 50"))
    assert known.wait(20)
    assert heard[0] == UNKNOWN


def test_a_chain_of_proxies_passes_the_first_client_on(serve, spliced, connect, mode):
    script = Listening()
    last = spliced(listen(serve(script), "send-proxy", bind="fd@? accept-proxy"), mode=mode)
    middle = spliced(f"[listen web]\nbind = fd@? accept-proxy\nserver s = {last.address} send-proxy-v2", mode=mode)
    first = spliced(f"[listen web]\nbind = fd@?\nserver s = {middle.address} send-proxy", mode=mode)
    client = connect(first)
    client.send(b"hello")
    assert client.read(5) == b"world"
    assert script.heard == [of_client(client, first, "send-proxy") + b"hello"]
    source = client.local_address
    client.close()
    for proxy in (first, middle, last):
        proxy.wait_for_log(f"^{source} ")


def test_a_reload_changes_what_servers_are_told(serve, spliced, connect):
    script = Listening()
    server = serve(script)
    proxy = spliced(listen(server, ""))
    for word in ("", "send-proxy", "send-proxy-v2", ""):
        proxy.reload(listen(server, word))
        client = connect(proxy)
        client.send(b"hello")
        assert client.read(5) == b"world"
        assert script.heard.pop() == (of_client(client, proxy, word) if word else b"") + b"hello"


@pytest.mark.parametrize("word", WORDS)
def test_nginx_takes_the_announced_address(serve, spliced, need, run, start, tmp_path, word):
    address = serve(listening=False).address
    log = tmp_path / "access.log"
    (tmp_path / "nginx.conf").write_text(f"""
        daemon off; master_process off; pid {tmp_path}/pid; error_log {tmp_path}/error.log;
        events {{ worker_connections 100; }}
        http {{
            log_format told '$proxy_protocol_addr:$proxy_protocol_port'; access_log {log} told; root {tmp_path};
            client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p; fastcgi_temp_path {tmp_path}/f;
            uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;
            server {{ listen {address} proxy_protocol reuseport; }}
        }}""")
    (tmp_path / "index.html").write_text("hello from nginx\n")
    start(need("nginx"), "-e", tmp_path / "error.log", "-p", tmp_path, "-c", tmp_path / "nginx.conf")
    proxy = spliced(f"[listen web]\nbind = fd@?\nserver s1 = {address} {word} check inter 50 fall 1")
    curl = [need("curl"), "-s", "--retry", "20", "--retry-connrefused", "--retry-all-errors", "--retry-delay", "1"]
    done = run(*curl, "-w", "%{local_ip}:%{local_port}", f"http://{proxy.address}/")
    page, _, client = done.stdout.partition("\n")
    assert page == "hello from nginx"
    wait_until(lambda: log.read_text().splitlines()[-1:] == [client], f"nginx logs {client}")


@pytest.mark.parametrize("word", WORDS)
def test_haproxy_behind_takes_the_announced_address(serve, spliced, connect, need, start, tmp_path, word):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "127.0.0.1:%d" % listener.getsockname()[1]
        (tmp_path / "haproxy.cfg").write_text(
            "global\n log stdout format raw daemon\ndefaults\n mode tcp\n log global\n option tcplog\n"
            " timeout connect 5s\n timeout client 1m\n timeout server 1m\n"
            f"listen back\n bind fd@{listener.fileno()} accept-proxy\n server s {serve(echo).address}\n")
        with open(tmp_path / "haproxy.log", "wb") as log:
            start(need("haproxy"), "-db", "-f", tmp_path / "haproxy.cfg", pass_fds=[listener.fileno()], stdout=log)
        proxy = spliced(f"[listen web]\nbind = fd@?\nserver s1 = {address} {word}")
        client = connect(proxy)
        source = client.local_address
        client.send(b"hello")
        assert client.read(5) == b"hello"
    client.close()
    wait_until(lambda: f"{source} [" in (tmp_path / "haproxy.log").read_text(), "HAProxy logs the client")


def test_an_answer_that_comes_before_the_question_is_not_held_back(serve, spliced, connect):
    proxy = spliced(listen(serve(Behaviour(read="none", answer=b"early", half_close=True)), "send-proxy"))
    client = connect(proxy)
    assert client.read_all() == b"early"
