"""The PROXY protocol beside HAProxy 2.6: the same connections to both end the same, are logged in the same words, and
tell the server the same. What differs on purpose stands in spliced.ini(5) and is not asked here."""

import re
import socket
import subprocess

import pytest
from peer import Peer, wait_for_port
from proxy_header import LOCAL, SIGNATURE, UNKNOWN, raw_v2, tlv, v1, v2
from waiting import wait_until

PATHS = {  # a listener for each form in which the server is told
    "v1": "send-proxy",
    "v2": "send-proxy-v2",
    "v2 with a checksum": "send-proxy-v2 proxy-v2-options crc32c",
    "both": "send-proxy send-proxy-v2",
}
ANNOUNCING = [
    v1(), v1(source_port=0, destination_port=65535), v1("2001:db8::1", "::2"),
    v2(), v2("2001:db8::1", "::ffff:1.2.3.4"), v2(checksum=True), v2(tlvs=tlv(4, b"noop") + tlv(0xE0, b"x")),
    b"PROXY TCP6 fc00:dead:beef:4dad::0:2d ::1 45 80\r\n",
]
SILENT = [UNKNOWN, LOCAL, SIGNATURE + bytes.fromhex("20000007 030004 a9b87e8f")]
REFUSED = [
    b"GET / HTTP/1.0\r\nHost: a.example\r\n\r\n", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\nhello",
    b"PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n", b"PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n",
    b"PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n", b"PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n",
    b"PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n", raw_v2(bytes(12), command=2), raw_v2(bytes(8)),
    SIGNATURE + b"\x31\x11\0\0",
]
# HAProxy logs these under the address that the faulty header announced.
REFUSED_LATE = [v2(tlvs=b"\4\0\7n"), v2(tlvs=tlv(3, b"\1\2\3\4"))]


class Side:
    """One of the two, with a listener for each of PATHS, and what the server was told through it."""

    def __init__(self, addresses, log, heard):
        self.addresses = dict(zip(PATHS, addresses))
        self._log = log
        self._heard = heard
        self._refused = 0

    def told(self, path, data):
        """What comes before the client's own bytes, with the ports of this machine as the client sees them."""
        self._heard.clear()
        with Peer.connect(self.addresses[path]) as client:
            ports = [address.rpartition(":")[2] for address in (client.local_address, client.remote_address)]
            client.send(data + b"hello")
            assert client.read(5) == b"world"
        [told] = self._heard
        return re.sub(rb" (%s) (%s)\r" % tuple(port.encode() for port in ports), b" CLIENT PROXY\r", told)

    def refusal(self, data, half_close=False):
        """How it ends for the client, and the log's words for it."""
        with Peer.connect(self.addresses["v1"]) as client:
            client.send(data)
            if half_close:
                client.half_close()
            client.drain()
        self._refused += 1

        def last_line():
            lines = re.findall(r"(?m)^\S+ \[[^]]+\] (web0/door: .*)$", self._log())
            return lines[-1] if len(lines) == self._refused else None
        return client.ending, wait_until(last_line, f"a line about {data}")


def sections(server, equals, binds):
    return "".join(f"{'[listen web%d]' % number if equals else 'listen web%d' % number}\n"
                   f"bind{equals} {bind} accept-proxy name door\nserver s1{equals} {server} {words}\n"
                   for number, (bind, words) in enumerate(zip(binds, PATHS.values())))


@pytest.fixture
def sides(serve, spliced, need, start, tmp_path):
    """(spliced, HAProxy)"""
    heard = []

    def listen(peer):
        data = b""
        while not data.endswith(b"hello") and (piece := peer.receive()):
            data += piece
        heard.append(data.removesuffix(b"hello"))
        peer.send(b"world")
        peer.drain()

    haproxy = need("haproxy")
    if " 2.6." not in subprocess.run([haproxy, "-v"], capture_output=True, text=True, check=True).stdout:
        pytest.skip("this HAProxy is not 2.6")
    server = serve(listen).address
    ours = spliced(sections(server, " =", ["fd@?"] * len(PATHS)),
                   defaults="[defaults]\nlog = global\noption tcplog = yes\ntimeout client = 300ms\n")
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in PATHS]
    (tmp_path / "haproxy.cfg").write_text(
        "global\n log stdout format raw daemon\ndefaults\n mode tcp\n log global\n option tcplog\n"
        " timeout connect 5s\n timeout client 300ms\n timeout server 1m\n" +
        sections(server, "", [f"fd@{listener.fileno()}" for listener in listeners]))
    log = tmp_path / "haproxy.log"
    with open(log, "wb") as output:
        start(haproxy, "-db", "-f", tmp_path / "haproxy.cfg", stdout=output,
              pass_fds=[listener.fileno() for listener in listeners])
    theirs = ["127.0.0.1:%d" % listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    wait_for_port(theirs[-1])
    return (Side(ours.addresses, lambda: "\n".join(ours.log_lines()), heard), Side(theirs, log.read_text, heard))


def test_servers_are_told_the_same(sides):
    ours, theirs = sides
    for path in PATHS:
        for header in ANNOUNCING:
            assert ours.told(path, header) == theirs.told(path, header), (path, header)
    for header in SILENT:
        assert ours.told("v1", header) == theirs.told("v1", header), header


def test_refusals_end_the_same_and_in_the_same_words(sides):
    ours, theirs = sides
    for data in REFUSED + REFUSED_LATE:
        assert ours.refusal(data) == theirs.refusal(data), data
    assert ours.refusal(b"") == theirs.refusal(b"")
    assert ours.refusal(b"", half_close=True) == theirs.refusal(b"", half_close=True)
