"""Keywords that change a socket or a limit: seen in what the kernel says of the process, or in what a peer sees."""

import fcntl
import os
import re
import socket
import struct
import time

import procfs
import pytest
from peer import Behaviour, echo, hold
from ports import free_ports
from waiting import wait_until

# Column tr of /proc/net/tcp, proc(5).
RETRANSMISSION_TIMER = "01"
KEEPALIVE_TIMER = "02"
PROBE_TIMER = "04"


def timers(proxy):
    """By local and remote port: the timer that runs for each connection of the process itself. Others may have had the
    same ports a moment ago and linger in the table."""
    found = {}
    own = procfs.socket_inodes(proxy.pid)
    for line in procfs.lines(proxy.pid, "net/tcp")[1:]:
        fields = line.split()
        if int(fields[9]) in own:
            local, remote = (int(address.split(":")[1], 16) for address in fields[1:3])
            found[(local, remote)] = fields[5].split(":")[0]
    return found


@pytest.mark.parametrize("line, towards_client, towards_server", [
    ("", False, False), ("option clitcpka = yes", True, False), ("option srvtcpka = yes", False, True),
    ("option tcpka = yes", True, True)])
def test_keepalive_is_set_on_the_sides_that_ask_for_it(serve, spliced, connect, line, towards_client, towards_server):
    server = serve(echo)
    proxy = spliced(f"[listen relay]\nbind = fd@?\n{line}\nserver s1 = {server.address}")
    client = connect(proxy)
    client.send(b"x")
    client.read(1)
    # Only one timer is shown: what is sent must have been acknowledged, or its retransmission hides the other one.
    wait_until(lambda: not set(timers(proxy).values()) & {RETRANSMISSION_TIMER, PROBE_TIMER}, "all acknowledged")
    state = timers(proxy)
    client_port = int(client.local_address.rpartition(":")[2])
    to_client = state[(proxy.port, client_port)]
    to_server = next(timer for (_, remote), timer in state.items() if remote == server.port)
    assert (to_client == KEEPALIVE_TIMER, to_server == KEEPALIVE_TIMER) == (towards_client, towards_server), state


def test_a_port_range_and_a_list_of_addresses_are_all_listened_on(serve, spliced, connect):
    first = free_ports(3)
    other = free_ports(1, "127.0.0.2")
    proxy = spliced(f"[listen relay]\nbind = 127.0.0.1:{first}-{first + 2},127.0.0.2:{other}\n"
                    f"server s1 = {serve(Behaviour(greeting=b'hi', read='end')).address}")
    wait_until(lambda: len(procfs.listening_sockets(proxy.pid)) == 4, "four listeners")
    for address in [f"127.0.0.1:{first + i}" for i in range(3)] + [f"127.0.0.2:{other}"]:
        assert connect(address).read(2) == b"hi"


@pytest.mark.parametrize("parameter, v4_too", [("v6only", False), ("v4v6", True)])
def test_an_ipv6_listener_takes_ipv4_as_told(serve, spliced, connect, parameter, v4_too):
    port = free_ports(1)
    spliced(f"[listen relay]\nbind = [::]:{port} {parameter}\n"
            f"server s1 = {serve(Behaviour(greeting=b'hi', read='end')).address}")
    assert connect(f"[::1]:{port}").read(2) == b"hi"
    if v4_too:
        assert connect(f"127.0.0.1:{port}").read(2) == b"hi"
    else:
        with pytest.raises(ConnectionRefusedError):
            connect(f"127.0.0.1:{port}")


def test_defer_accept_waits_for_the_clients_first_bytes(serve, spliced, connect):
    server = serve(hold)
    port = free_ports(1)
    spliced(f"[listen relay]\nbind = 127.0.0.1:{port} defer-accept\nserver s1 = {server.address}")
    client = connect(f"127.0.0.1:{port}")
    time.sleep(0.3)
    assert server.peers == []
    client.send(b"now")
    server.wait_for_peers(1)


def test_an_interface_that_is_not_there_is_named(binary, run, tmp_path):
    (tmp_path / "x.ini").write_text(
        f"[listen relay]\nbind = 127.0.0.1:{free_ports(1)} interface nosuch0\nserver s1 = 127.0.0.1:9\n")
    done = run(binary, "-f", tmp_path / "x.ini", "-db")
    assert done.returncode == 1
    assert re.search(r"x\.ini:2: .*interface nosuch0: No such device", done.stderr)


def test_ulimit_n_sets_the_descriptor_limit_and_with_it_maxconn(serve, spliced):
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve().address}", global_lines=["ulimit-n = 300"])
    limits = next(line for line in procfs.lines(proxy.pid, "limits") if line.startswith("Max open files"))
    assert limits.split()[3] == "300"
    printed = int(re.search(r"maxconn (\d+)", proxy.stderr())[1])
    assert 100 <= printed <= 150


@pytest.mark.parametrize("configured, granted", [("16k", 16384), ("256k", 262144)])
def test_tune_pipesize_is_the_size_of_a_busy_pipe(serve, spliced, connect, configured, granted):
    server = serve(Behaviour(read="line", answer_size=8 << 20))
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}",
                    global_lines=[f"tune.pipesize = {configured}"])
    client = connect(proxy, receive_buffer=8192)

    def pipes():
        return {number for number, link in procfs.descriptors(proxy.pid).items() if link.startswith("pipe:")}
    of_the_loop = pipes()  # libevent's, for signals
    client.send(b"GET\n")

    def sizes():
        found = set()
        for number in pipes() - of_the_loop:
            end = os.open(f"/proc/{proxy.pid}/fd/{number}", os.O_RDONLY | os.O_NONBLOCK)
            found.add(fcntl.fcntl(end, fcntl.F_GETPIPE_SZ))
            os.close(end)
        return found
    assert wait_until(sizes, "a pipe holds what the reader does not take") == {granted}


def test_the_last_bytes_and_fin_share_a_segment_when_the_end_is_known(serve, spliced, connect):
    """Rule 6: the server's data and FIN have both arrived when they are passed on, so one segment carries them."""
    def answer_and_end(peer):
        peer.read(1)
        peer.sock.send(b"x" * 100, socket.MSG_MORE)
        peer.half_close()
        peer.drain()

    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve(answer_and_end).address}")
    client = connect(proxy)
    client.send(b"?")
    assert client.read_all() == b"x" * 100
    info = client.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
    segments_in = struct.unpack_from("I", info, 140)[0]
    assert segments_in <= 3, "SYN/ACK, perhaps the ACK of the request, data with FIN"


def test_a_server_that_flaps_at_the_pace_of_its_checks_costs_no_request(serve, spliced, connect):
    steady, flapping = (serve(Behaviour(greeting=name, read="end")) for name in (b"a", b"b"))
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {steady.address} check inter 20ms
        server web2 = {flapping.address} check inter 20ms rise 1 fall 1
    """)
    answers = []
    for turn in range(150):
        if turn % 10 == 0:
            flapping.stop_listening()
        if turn % 10 == 5:
            flapping.listen()
        with connect(proxy) as client:
            client.half_close()
            answers.append(client.read_all())
        time.sleep(0.005)
    assert set(answers) <= {b"a", b"b"}
    assert answers.count(b"b") > 0
    assert "is UP" in "\n".join(proxy.log_lines())


def test_fastinter_and_downinter_set_the_pace_in_transition_and_when_down(serve, spliced):
    """With `inter` of a minute only they can bring the server up again within the test's deadline."""
    server = serve(hold, listening=False)
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {server.address} check inter 1m fastinter 20ms downinter 20ms rise 3
    """)
    proxy.wait_for_log("Server onion/web1 is DOWN")
    server.listen()
    proxy.wait_for_log("Server onion/web1 is UP")
