"""Where connections to servers come from, and the options of sockets on both sides: seen by a peer, or read from the
process's own sockets."""

import os
import socket
import struct
import textwrap

import procfs
import pytest
import sockopts
from admin import Admin
from peer import Behaviour, echo
from ports import free_ports
from waiting import wait_until

SOL_TCP = socket.IPPROTO_TCP


@pytest.fixture
def may_be_transparent():
    with socket.socket() as probe:
        try:
            probe.setsockopt(socket.SOL_IP, sockopts.IP_TRANSPARENT, 1)
        except PermissionError:
            pytest.skip("the kernel refuses IP_TRANSPARENT to this process (CAP_NET_ADMIN)")


def origin_of(server, count=1):
    """Address and port that the server sees of its first clients."""
    wait_until(lambda: len(server.peers) >= count, "the server is reached")
    names = [peer.sock.getpeername() for peer in server.peers[:count]]
    return names[0] if count == 1 else names


def talk(client):
    client.send(b"x")
    assert client.read(1) == b"x"
    return client


def test_a_backend_has_a_source_and_a_server_may_have_its_own(serve, spliced, connect):
    one, two = serve(echo), serve(echo)
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        balance = roundrobin
        source = 127.0.0.7
        server s1 = {one.address}
        server s2 = {two.address} source 127.0.0.8 interface lo
    """)
    talk(connect(proxy))
    talk(connect(proxy))
    assert origin_of(one)[0] == "127.0.0.7"
    assert origin_of(two)[0] == "127.0.0.8"


def test_a_range_of_ports_is_used_in_turn_and_then_worn_out(serve, spliced, connect):
    first = free_ports(3, "127.0.0.9")
    ranged = serve(echo)
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        retries = 0
        server s1 = {ranged.address} source 127.0.0.9:{first}-{first + 2}
    """)
    held = [talk(connect(proxy)) for _ in range(3)]
    assert sorted(origin_of(ranged, 3)) == [("127.0.0.9", first + number) for number in range(3)]
    with connect(proxy) as surplus:
        surplus.half_close()
        surplus.read_all()
    session = proxy.wait_for_sessions(1)[0]
    assert session.flags.startswith("R"), "no port is a shortage of ours"
    held[1].reset()
    wait_until(lambda: len(proxy.sessions()) == 2, "the middle port is free")
    talk(connect(proxy))
    wait_until(lambda: len(ranged.peers) == 4, "the server is reached again")
    assert ranged.peers[3].sock.getpeername() == ("127.0.0.9", first + 1)


def test_without_a_free_port_another_server_is_tried(serve, spliced, connect):
    port = free_ports(1, "127.0.0.9")
    one, two = serve(echo), serve(echo)
    proxy = spliced(f"""
        [listen relay]
        bind = fd@?
        balance = first
        server s1 = {one.address} source 127.0.0.9:{port}-{port}
        server s2 = {two.address}
    """)
    clients = [talk(connect(proxy)) for _ in range(2)]
    assert len(one.peers) == 1 and len(two.peers) == 1 and clients


def test_a_check_takes_its_port_from_the_range_and_gives_it_back(serve, spliced, connect, tmp_path):
    port = free_ports(1, "127.0.0.9")
    admin = Admin(tmp_path / "admin.sock")
    server = serve(echo)
    spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address} source 127.0.0.9:{port}-{port} check inter 20ms "
            "downinter 20ms", global_lines=[f"stats socket = {admin.where}"])
    wait_until(lambda: admin.row("relay", "s1")["check_status"] == "L4OK", "a check has passed")


@pytest.mark.parametrize("whom", ["client", "clientip"])
def test_the_server_sees_the_client(serve, spliced, connect, may_be_transparent, whom):
    server = serve(echo)
    proxy = spliced(f"[listen relay]\nbind = fd@?\nsource = 0.0.0.0 usesrc {whom}\nserver s1 = {server.address}")
    with socket.socket() as client:
        # The proxy shares this machine with the client, whose address and port it takes a second time.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.settimeout(20)
        client.bind(("127.0.0.5", 0))
        client.connect(("127.0.0.1", proxy.port))
        client.sendall(b"x")
        assert client.recv(1) == b"x"
        host, port = origin_of(server)
        assert host == "127.0.0.5"
        assert (port == client.getsockname()[1]) == (whom == "client")
        assert sockopts.read(proxy.pid, socket.SOL_IP, sockopts.IP_TRANSPARENT, remote=server.port) == 1


@pytest.fixture
def inside(run, need, binary, tmp_path):
    """Runs a proxy, its clients and its server in a network namespace of their own: inside(parameters of bind, of server, steps) -> the
    last line that the steps print. They have `server`, a listening socket, and connect()."""
    need("ip")

    def call(bind, parameters, steps):
        file, script = tmp_path / "inside.ini", tmp_path / "inside.py"
        file.write_text(f"[listen relay]\nbind = 127.0.0.1:7000 {bind}\nserver s1 = 127.0.0.1:7001 {parameters}\n")
        script.write_text(f"""
import socket, subprocess, time
run = lambda *words: subprocess.run(words, check=True)
run("ip", "link", "set", "lo", "up")
with open("/proc/sys/net/ipv4/tcp_fastopen", "w") as sysctl:
    sysctl.write("3")
server = socket.create_server(("127.0.0.1", 7001))
server.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 10)
server.settimeout(20)
proxy = subprocess.Popen(["{binary}", "-f", "{file}"])
def connect():
    end = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", 7000), 20)
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.01)
def counter(name):
    names, numbers = [line.split() for line in open("/proc/net/netstat") if line.startswith("TcpExt")]
    return int(numbers[names.index(name)])
try:
{textwrap.indent(textwrap.dedent(steps), "    ")}
finally:
    proxy.terminate()
    proxy.wait()
""")
        done = run("unshare", "-n", "python3", str(script))
        if "unshare failed" in done.stderr or "Read-only file system" in done.stderr:
            pytest.skip(f"no network namespace here: {done.stderr.strip().splitlines()[-1]}")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip().splitlines()[-1]
    return call


def test_an_address_that_is_not_ours_goes_out(inside):
    assert inside("", "source 127.0.0.1 usesrc 192.0.2.77", """
        client = connect()
        # The answer to a stranger would leave this machine; now it is local, and the next SYN finds its way.
        run("ip", "route", "add", "local", "192.0.2.0/24", "dev", "lo")
        print(server.accept()[1][0])
    """) == "192.0.2.77"


# The first connection fetches the cookie, and those after it use it.
FETCH_AND_USE = """
    for _ in range(3):
        with socket.socket() as client:
            {speak}
            peer = server.accept()[0]
            assert peer.recv(5, socket.MSG_WAITALL) == b"hello"
            peer.sendall(b"world")
            assert client.recv(5, socket.MSG_WAITALL) == b"world"
            peer.close()
    print(counter("TCPFastOpenActive"), counter("TCPFastOpenPassive"))
"""


def test_with_tfo_the_first_bytes_go_to_the_server_with_the_syn(inside):
    speak = 'client.connect(("127.0.0.1", 7000)); client.sendall(b"hello")'
    assert inside("defer-accept", "tfo", "connect().close(); server.accept()\n" + textwrap.dedent(
        FETCH_AND_USE.format(speak=speak))) == "2 2"


def test_a_bind_with_tfo_takes_the_first_bytes_with_the_syn(inside):
    speak = 'client.sendto(b"hello", socket.MSG_FASTOPEN, ("127.0.0.1", 7000))'
    assert inside("tfo", "", "connect().close(); server.accept()\n" + textwrap.dedent(
        FETCH_AND_USE.format(speak=speak))) == "2 2"


def test_a_process_that_gives_up_root_keeps_the_one_right_that_usesrc_needs(serve, spliced, connect,
                                                                          may_be_transparent):
    if os.geteuid() != 0:
        pytest.skip("only root can change user")
    server = serve(echo)
    proxy = spliced(f"[listen relay]\nbind = fd@?\nsource = 0.0.0.0 usesrc clientip\nserver s1 = {server.address}",
                    global_lines=["user = nobody", "group = nogroup"])
    talk(connect(proxy))
    status = dict(line.split(":\t", 1) for line in procfs.lines(proxy.pid, "status"))
    assert int(status["CapEff"], 16) == 1 << 12 == int(status["CapPrm"], 16)
    assert status["Uid"].split()[0] != "0"


def test_usesrc_without_the_right_is_refused_at_the_start_and_at_a_reload(serve, spliced, connect, need, run, binary,
                                                                        may_be_transparent, tmp_path):
    need("setpriv")
    weak = ("setpriv", "--bounding-set", "-net_admin,-net_raw")
    refusal = "usesrc: the address of somebody else cannot be used (CAP_NET_ADMIN): Operation not permitted"
    server = serve(echo)
    plain = f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}"
    proxy = spliced(plain, prefix=weak)
    lines = proxy.reload(plain + " source 0.0.0.0 usesrc clientip", ok=False)
    assert any(refusal in line for line in lines)
    talk(connect(proxy))
    file = tmp_path / "refused.ini"
    file.write_text(f"[listen relay]\nbind = 127.0.0.1:{free_ports(1)}\n"
                    f"server s1 = {server.address} source 0.0.0.0 usesrc clientip\n")
    ended = run(*weak, str(binary), "-f", str(file))
    assert ended.returncode == 1 and refusal in ended.stderr


def test_keepalive_times_are_those_of_the_file_and_change_at_a_reload(serve, spliced, connect):
    server = serve(echo)

    def ini(*lines):
        return "\n".join(["[listen relay]", "bind = fd@?", "option tcpka = yes", *lines, f"server s1 = {server.address}"])

    def times(client):
        port = int(client.local_address.rpartition(":")[2])
        return [[sockopts.read(proxy.pid, SOL_TCP, option, remote=end) for option in
                 (socket.TCP_KEEPCNT, socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL)] for end in (port, server.port)]
    proxy = spliced(ini("clitcpka-cnt = 3", "clitcpka-idle = 20", "clitcpka-intvl = 4", "srvtcpka-cnt = 5",
                        "srvtcpka-idle = 1m", "srvtcpka-intvl = 6s"))
    client = talk(connect(proxy))
    assert times(client) == [[3, 20, 4], [5, 60, 6]]
    client.reset()
    proxy.wait_for_sessions(1)
    proxy.reload(ini())
    client = talk(connect(proxy))
    with socket.socket() as fresh:
        usual = [fresh.getsockopt(SOL_TCP, option) for option in
                 (socket.TCP_KEEPCNT, socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL)]
    assert times(client) == [usual, usual]


def test_the_options_of_a_bind_are_on_its_sockets_and_change_at_a_reload(serve, spliced, connect):
    server, port = serve(echo), free_ports(1)

    def ini(words):
        return f"[listen relay]\nbind = 127.0.0.1:{port} {words}\nserver s1 = {server.address}"

    def of_listener(option):
        return sockopts.read(proxy.pid, SOL_TCP, option, local=port, remote=0)
    proxy = spliced(ini("mss 1000 tcp-ut 7s tfo"))
    assert of_listener(socket.TCP_USER_TIMEOUT) == 7000
    assert of_listener(socket.TCP_MAXSEG) == 1000
    assert of_listener(socket.TCP_FASTOPEN) > 0
    client = talk(connect(f"127.0.0.1:{port}"))
    client_port = int(client.local_address.rpartition(":")[2])
    assert sockopts.read(proxy.pid, SOL_TCP, socket.TCP_USER_TIMEOUT, remote=client_port) == 7000
    assert client.sock.getsockopt(SOL_TCP, socket.TCP_MAXSEG) <= 1000
    proxy.reload(ini("mss 900"))
    assert of_listener(socket.TCP_USER_TIMEOUT) == 0
    assert of_listener(socket.TCP_MAXSEG) == 900
    assert of_listener(socket.TCP_FASTOPEN) == 0
    lines = proxy.reload(ini("mss 900 transparent"), ok=False)
    assert any("'transparent' of an open socket cannot change" in line for line in lines)


def test_the_options_of_a_server_are_on_its_sockets(serve, spliced, connect):
    server = serve(echo)
    proxy = spliced(f"[listen relay]\nbind = fd@?\noption nolinger = yes\nserver s1 = {server.address} tcp-ut 8s tfo",
                    global_lines=["tune.rcvbuf.server = 16k", "tune.sndbuf.server = 20k", "tune.rcvbuf.client = 24k"])
    client = talk(connect(proxy))
    port = int(client.local_address.rpartition(":")[2])

    def of_server(level, option, size=None):
        return sockopts.read(proxy.pid, level, option, remote=server.port, size=size)
    assert of_server(SOL_TCP, socket.TCP_USER_TIMEOUT) == 8000
    assert of_server(socket.SOL_SOCKET, socket.SO_RCVBUF) == 32768  # the kernel doubles it
    assert of_server(socket.SOL_SOCKET, socket.SO_SNDBUF) == 40960
    assert struct.unpack("ii", of_server(socket.SOL_SOCKET, socket.SO_LINGER, 8)) == (1, 0)
    linger = sockopts.read(proxy.pid, socket.SOL_SOCKET, socket.SO_LINGER, remote=port, size=8)
    assert struct.unpack("ii", linger) == (1, 0)
    assert sockopts.read(proxy.pid, socket.SOL_SOCKET, socket.SO_RCVBUF, remote=port) == 49152


def test_tfo_does_not_keep_a_server_that_speaks_first_waiting(serve, spliced, connect):
    server = serve(Behaviour(greeting=b"hello", read="end"))
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address} tfo")
    for _ in range(3):
        assert connect(proxy).read(5) == b"hello"


def test_a_transparent_bind_takes_an_address_that_is_not_ours(spliced, may_be_transparent, serve):
    proxy = spliced(f"[listen relay]\nbind = 192.0.2.7:{free_ports(1)} transparent\nserver s1 = {serve(echo).address}")
    assert len(procfs.listening_sockets(proxy.pid)) == 1
