"""Under a service manager: what it is told, and the sockets that it passes."""

import os
import signal
import socket
import sys
import time
from pathlib import Path

import procfs
import pytest
from manager import Manager, abstract_name
from peer import Peer, echo, hold
from waiting import wait_until

ACTIVATE = Path(__file__).resolve().parents[1] / "tools" / "activate.py"


def listen(server, *lines):
    return "\n".join(["[listen relay]", "bind = fd@?", f"server s1 = {server.address}", *lines])


def answers(client):
    client.send(b"hello")
    return client.read(5) == b"hello"


@pytest.fixture
def manage(short_folder):
    """Makes a service manager: manage(...) -> Manager; closed at the end."""
    managers = []

    def start(target=None, **environment):
        managers.append(Manager(target or f"{short_folder}/notify{len(managers)}", **environment))
        return managers[-1]

    yield start
    for manager in managers:
        manager.close()


# ---- what the manager is told

@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_the_manager_is_told_when_connections_are_taken(serve, spliced, connect, manage, kind):
    manager = manage(abstract_name("ready") if kind == "abstract" else None)
    proxy = spliced(listen(serve(echo)), prefix=manager.prefix)
    assert manager.wait_for("READY", "1")["STATUS"] == "1 frontend, 1 server"
    assert answers(connect(proxy))
    assert manager.all() == [{"READY": "1", "STATUS": "1 frontend, 1 server"}]


def test_a_start_that_fails_is_not_told_as_ready(serve, binary, run, manage, tmp_path):
    (tmp_path / "x.ini").write_text(f"[listen relay]\nbind = {serve(echo).address}\nserver s1 = 127.0.0.1:9\n")
    manager = manage()
    assert run(*manager.prefix, binary, "-Ws", "-f", tmp_path / "x.ini").returncode == 1
    assert manager.all() == []


def test_a_check_tells_the_manager_nothing(serve, binary, run, manage, tmp_path):
    (tmp_path / "x.ini").write_text(f"[listen relay]\nbind = {serve(echo).address}\nserver s1 = 127.0.0.1:9\n")
    manager = manage()
    assert run(*manager.prefix, binary, "-c", "-q", "-f", tmp_path / "x.ini").returncode == 0
    assert manager.all() == []


def test_the_watchdog_hears_signs_of_life_with_fresh_counts(serve, spliced, connect, manage):
    dead = serve(listening=False)
    manager = manage(WATCHDOG_USEC=400_000)
    proxy = spliced(listen(serve(hold), f"server s2 = {dead.address} check inter 100ms fall 1"), prefix=manager.prefix)
    client = connect(proxy)
    client.send(b"x")
    manager.wait_for("STATUS", "1 frontend, 1 server up of 2; 1 connection")
    seen = sum(message.get("WATCHDOG") == "1" for message in manager.messages)
    manager.wait_for("WATCHDOG", "1", count=seen + 3)


def test_the_watchdog_of_another_process_is_not_answered(serve, spliced, manage):
    """It is named by $WATCHDOG_PID; a status without counts shows that none is heard of."""
    manager = manage(WATCHDOG_USEC=400_000, WATCHDOG_PID=1)
    spliced(listen(serve(echo)), prefix=manager.prefix)
    assert manager.wait_for("READY", "1")["STATUS"] == "1 frontend, 1 server"


def test_the_watchdog_goes_on_while_connections_finish(serve, spliced, connect, manage):
    manager = manage(WATCHDOG_USEC=400_000)
    proxy = spliced(listen(serve(echo)), prefix=manager.prefix)
    client = connect(proxy)
    assert answers(client)
    proxy.send_signal(signal.SIGUSR1)
    assert manager.wait_for("STOPPING", "1")["STATUS"] == "Stopping; 1 connection left to finish"
    seen = sum(message.get("WATCHDOG") == "1" for message in manager.messages)
    manager.wait_for("WATCHDOG", "1", count=seen + 2)
    client.close()
    assert proxy.wait_for_exit() == 0


def test_a_stop_is_told_once(serve, spliced, connect, manage):
    manager = manage()
    proxy = spliced(listen(serve(echo)), prefix=manager.prefix)
    assert answers(connect(proxy))
    proxy.stop(signal.SIGTERM)
    assert [message for message in manager.all() if "STOPPING" in message] == \
        [{"STOPPING": "1", "STATUS": "Stopping; 1 connection left to finish"}]


@pytest.mark.parametrize("good", [True, False])
def test_a_reload_is_told_when_it_begins_and_when_it_is_over(serve, spliced, manage, good):
    """Also one that changes nothing because of a mistake: the process is as ready as before."""
    manager = manage()
    server = serve(echo)
    proxy = spliced(listen(server), prefix=manager.prefix)
    manager.wait_for("READY", "1")
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    proxy.reload(listen(server, f"server s2 = {server.address}" if good else "server s2 = nonsense"), ok=good)
    ready = manager.wait_for("READY", "1", count=2)
    assert ready["STATUS"] == f"1 frontend, {'2 servers' if good else '1 server'}"
    begun = manager.messages[1]
    assert begun["RELOADING"] == "1"
    assert before <= int(begun["MONOTONIC_USEC"]) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


def test_the_old_process_names_its_successor_and_says_nothing_more(serve, spliced, connect, manage):
    manager = manage(WATCHDOG_USEC=400_000)
    proxy = spliced(listen(serve(echo)), prefix=manager.prefix)
    client = connect(proxy)
    assert answers(client)
    old = proxy.upgrade()
    place = manager.messages.index(manager.wait_for("MAINPID", str(proxy.pid)))
    # Two are at work here: the old one, with a client, and the new one, which goes on with the signs of life.
    seen = sum(message.get("WATCHDOG") == "1" for message in manager.messages)
    manager.wait_for("WATCHDOG", "1", count=seen + 4)
    client.close()
    assert old.wait() == 0
    after = manager.all()[place + 1:]
    assert not [message for message in after if "STOPPING" in message or "MAINPID" in message]
    assert {message["STATUS"] for message in after if "WATCHDOG" in message} == \
        {"1 frontend, 1 server up of 1; 0 connections"}, "all of them are the new one's"


def test_a_manager_that_does_not_listen_is_no_failure(serve, spliced, connect, manage, short_folder):
    manager = manage()
    manager.close()
    for target in (f"{short_folder}/nobody", f"{short_folder}/notify0", "nonsense"):
        proxy = spliced(listen(serve(echo)), prefix=["env", f"NOTIFY_SOCKET={target}"])
        assert answers(connect(proxy))
        proxy.stop()


def test_a_manager_that_reads_nothing_blocks_nothing(serve, spliced, connect, manage):
    """Its queue (net.unix.max_dgram_qlen, 512 at most here) is full within two seconds."""
    manager = manage(WATCHDOG_USEC=4_000)
    proxy = spliced(listen(serve(echo)), prefix=manager.prefix)
    wait_until(lambda: manager_queue_is_full(manager), "the queue is full")
    assert answers(connect(proxy))


def manager_queue_is_full(manager):
    """True where another sender would have to wait."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        try:
            sender.sendto(b"FULL=0", manager.target.replace("@", "\0", 1))
            return False
        except BlockingIOError:
            return True


def test_a_manager_that_listens_again_at_its_path_is_found_again(serve, spliced, connect, manage, short_folder):
    first = manage(WATCHDOG_USEC=400_000)
    spliced(listen(serve(echo)), prefix=first.prefix)
    first.wait_for("READY", "1")
    first.close()
    os.unlink(first.target)
    manage(first.target).wait_for("WATCHDOG", "1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can chroot")
def test_the_manager_is_reached_from_within_a_chroot(serve, spliced, manage, short_folder, sanitized):
    if sanitized:
        pytest.skip("the leak checker hangs in a jail")
    jail = short_folder / "jail"
    jail.mkdir()
    manager = manage()
    proxy = spliced(listen(serve(echo)), prefix=manager.prefix,
                    global_lines=[f"chroot = {jail}", "user = nobody", "group = nogroup"])
    manager.wait_for("READY", "1")
    proxy.stop()
    manager.wait_for("STOPPING", "1")


def test_ws_keeps_a_process_in_the_foreground_whose_configuration_says_daemon(serve, spliced, manage):
    manager = manage()
    proxy = spliced(listen(serve(echo)), prefix=manager.prefix, arguments=["-Ws"], global_lines=["daemon = yes"])
    manager.wait_for("READY", "1")
    assert proxy.process.poll() is None


# ---- socket activation

@pytest.fixture
def listener():
    """Opens listening sockets as a manager does: listener(family, where) -> socket; closed at the end."""
    sockets = []

    def start(family=socket.AF_INET, where=("127.0.0.1", 0)):
        sockets.append(socket.socket(family, socket.SOCK_STREAM))
        sockets[-1].bind(where)
        sockets[-1].listen(16)
        return sockets[-1]

    yield start
    for each in sockets:
        each.close()


@pytest.fixture
def activated(spliced):
    """Starts a proxy with sockets that a manager passes: activated(ini, sockets, ...) -> Proxy."""
    def start(ini, sockets, **options):
        numbers = [each.fileno() for each in sockets]
        proxy = spliced(ini, descriptors=numbers,
                        prefix=[sys.executable, str(ACTIVATE), ",".join(map(str, numbers))], **options)
        for each in sockets:
            each.close()  # who connects from now on reaches the proxy or nobody
        return proxy
    return start


def port_of(listening):
    return listening.getsockname()[1]


def inode_of(listening):
    return int(os.readlink(f"/proc/self/fd/{listening.fileno()}").strip("socket:[]"))


def test_a_passed_socket_serves_the_bind_with_its_address(serve, activated, listener):
    first, second = listener(), listener()
    ports = [port_of(first), port_of(second)]
    # In the other order: the address decides, not the number.
    activated(f"[listen relay]\nbind = 127.0.0.1:{ports[1]}\nbind = 127.0.0.1:{ports[0]}\n"
              f"server s1 = {serve(echo).address}", [first, second])
    for port in ports:
        client = Peer.connect(f"127.0.0.1:{port}")
        assert answers(client)
        client.close()


def test_a_passed_unix_socket_serves_and_keeps_the_rights_of_its_path(serve, activated, listener, short_folder):
    path = f"{short_folder}/front"
    passed = listener(socket.AF_UNIX, path)
    os.chmod(path, 0o600)
    inode = inode_of(passed)
    proxy = activated(f"[listen relay]\nbind = unix@{path} mode 660\nserver s1 = {serve(echo).address}", [passed])
    assert inode in procfs.listening_sockets(proxy.pid)
    client = Peer.connect(f"unix@{path}")
    assert answers(client)
    client.close()
    assert os.stat(path).st_mode & 0o777 == 0o660, "what the bind asks for"


def test_a_passed_socket_may_be_named_by_its_number(serve, activated, listener):
    first, second = listener(), listener()
    port = port_of(second)
    proxy = activated(f"[listen relay]\nbind = fd@4\nserver s1 = {serve(echo).address}", [first, second])
    client = Peer.connect(f"127.0.0.1:{port}")
    assert answers(client)
    client.close()
    assert "no 'bind' is for the inherited socket of 127.0.0.1:" in proxy.stderr()


def test_a_passed_socket_that_nobody_asks_for_is_named_and_closed(serve, activated, listener):
    idle = listener()
    port = port_of(idle)
    proxy = activated(listen(serve(echo)), [idle])
    assert f"[WARNING]  ({proxy.pid}) : no 'bind' is for the inherited socket of 127.0.0.1:{port}: it is closed" \
        in proxy.stderr()
    with pytest.raises(ConnectionRefusedError):
        Peer.connect(f"127.0.0.1:{port}")


def test_a_passed_socket_that_does_not_listen_is_named_and_left_out(serve, activated):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as idle:
        proxy = activated(listen(serve(echo)), [idle])
        assert "cannot use the inherited descriptor fd@3: it is not a listening socket" in proxy.stderr()
        assert answers(proxy.connect())


def test_a_passed_socket_gets_the_options_of_the_bind(serve, activated, listener):
    """defer-accept: a client that says nothing is not accepted at once. TCP_NODELAY is inherited by connections."""
    passed = listener()
    passed_again = passed.dup()  # the same socket, to look at its options
    activated(f"[listen relay]\nbind = 127.0.0.1:{port_of(passed)} defer-accept\nserver s1 = {serve(echo).address}",
              [passed])
    assert passed_again.getsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT) > 0
    assert passed_again.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
    passed_again.close()


def test_a_socket_for_ipv4_and_ipv6_does_not_serve_a_bind_that_is_for_ipv6_alone(binary, run, tmp_path):
    both = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    both.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    both.bind(("::", 0))
    both.listen(1)
    (tmp_path / "x.ini").write_text(f"[listen relay]\nbind = [::]:{port_of(both)} v6only\nserver s1 = 127.0.0.1:9\n")
    done = run(sys.executable, ACTIVATE, both.fileno(), binary, "-f", tmp_path / "x.ini", pass_fds=[both.fileno()])
    both.close()
    assert done.returncode == 1
    assert "the inherited socket takes IPv4 as well; remove 'v6only' or change that" in done.stderr


def test_a_start_that_fails_leaves_the_path_of_a_passed_socket_alone(serve, binary, run, listener, tmp_path,
                                                                     short_folder):
    path = f"{short_folder}/front"
    passed = listener(socket.AF_UNIX, path)
    (tmp_path / "x.ini").write_text(f"[listen relay]\nbind = unix@{path}\nbind = unix@{short_folder}/own\n"
                                    f"bind = {serve(echo).address}\nserver s1 = 127.0.0.1:9\n")
    done = run(sys.executable, ACTIVATE, passed.fileno(), binary, "-f", tmp_path / "x.ini",
               pass_fds=[passed.fileno()])
    assert done.returncode == 1
    assert os.listdir(short_folder) == ["front"]


def test_sockets_for_another_process_are_not_touched(serve, spliced, listener):
    """$LISTEN_PID names whom they are for; a program that passes its environment on must not confuse others."""
    passed = listener()
    proxy = spliced(listen(serve(echo)), descriptors=[passed.fileno()],
                    prefix=["env", "LISTEN_PID=1", "LISTEN_FDS=1"])
    assert answers(proxy.connect())
    assert "inherited" not in proxy.stderr()
