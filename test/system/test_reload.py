"""Reload in place: what HUP keeps, what it changes, and what it refuses."""

import os
import re
import signal
import threading
import time

import procfs
import pytest
from pattern import pattern_sha256
from peer import Behaviour, Peer, Task, echo, hold
from ports import free_ports
from waiting import wait_until


def listen(*servers, lines=(), name="web", bind="fd@?"):
    """A [listen] section with servers s1, s2, ..."""
    rows = [f"server s{number} = {server.address}" for number, server in enumerate(servers, 1) if server]
    return "\n".join([f"[listen {name}]", f"bind = {bind}", *lines, *rows])


def greeter(text):
    return Behaviour(greeting=text, read="end")


def ask(proxy, count):
    """Opens `count` connections that stay open; what each was greeted with."""
    clients = [proxy.connect() for _ in range(count)]
    return clients, [client.read(1) for client in clients]


def close(clients):
    for client in clients:
        client.close()


def test_least_connections_remembers_the_connections_of_before(serve, spliced):
    """HAProxy gives the new server 10 of 20 after a reload, because its new process has forgotten the old ones."""
    one, two = serve(greeter(b"1")), serve(greeter(b"2"))
    proxy = spliced(listen(one))
    old, answers = ask(proxy, 20)
    assert answers == [b"1"] * 20
    lines = proxy.reload(listen(one, two))
    assert any(f"[listen web] server s2 added: {two.address}" in line for line in lines)
    new, answers = ask(proxy, 20)
    assert answers == [b"2"] * 20
    close(old + new)


def test_a_connection_goes_on_under_the_timeouts_it_was_born_with(serve, spliced, connect):
    server = serve(hold)
    proxy = spliced(listen(server))
    old = connect(proxy)
    server.wait_for_peers(1)
    proxy.reload(listen(server, lines=["timeout client = 300ms", "timeout server = 300ms"]))
    new = connect(proxy)
    assert new.drain() == "fin"
    proxy.wait_for_sessions(1)
    old.set_deadline(0.3)
    assert old.drain() == "timeout"  # of this test's own: nothing has ended it


def test_what_is_missing_in_the_file_changes_nothing_and_is_told(serve, spliced, connect):
    server = serve(echo)
    proxy = spliced(listen(server))
    client = connect(proxy)
    lines = proxy.reload(listen(server, lines=["timeot client = 5s"]), ok=False)
    assert any(re.search(r"spliced\.ini:\d+: 'timeot client': unknown keyword; did you mean 'timeout client'", line)
               for line in lines)
    client.send(b"still")
    assert client.read(5) == b"still"
    assert connect(proxy).sock is not None
    proxy.config.unlink()
    assert any("spliced.ini" in line and "No such file" in line for line in proxy.reload(ok=False))
    proxy.reload(listen(server))


def test_a_bind_that_fails_changes_nothing(serve, spliced, connect):
    taken = serve(hold)
    server = serve(echo)
    free = free_ports(1)
    proxy = spliced(listen(server))
    before = procfs.listening_sockets(proxy.pid)
    section = listen(server, lines=[f"bind = 127.0.0.1:{free}", f"bind = {taken.address}", "bind = fd@3"])
    lines = proxy.reload(section, ok=False)
    assert any("Address already in use" in line for line in lines)
    assert any("fd@3 can be taken over at start only" in line for line in lines)
    assert procfs.listening_sockets(proxy.pid) == before
    with pytest.raises(ConnectionRefusedError):
        Peer.connect(f"127.0.0.1:{free}")
    client = connect(proxy)
    client.send(b"x")
    assert client.read(1) == b"x"


def test_a_removed_server_keeps_its_connections_and_gets_no_others(serve, spliced):
    one, two = serve(greeter(b"1")), serve(greeter(b"2"))
    proxy = spliced(listen(one, two))
    old, answers = ask(proxy, 4)
    assert sorted(answers) == [b"1", b"1", b"2", b"2"]
    lines = proxy.reload(listen(one))
    assert any("[listen web] server s2 removed" in line for line in lines)
    new, answers = ask(proxy, 4)
    assert answers == [b"1"] * 4
    assert [peer.ending for peer in two.peers] == [None, None]
    close(old + new)
    sessions = proxy.wait_for_sessions(8)
    assert sorted(session.server for session in sessions) == ["s1"] * 6 + ["s2"] * 2


def test_hard_stop_after_ends_what_runs_on_removed_servers(serve, spliced):
    one, two = serve(greeter(b"1")), serve(greeter(b"2"))
    proxy = spliced(listen(one, two), global_lines=["hard-stop-after = 300ms"])
    clients, answers = ask(proxy, 2)
    on_two = clients[answers.index(b"2")]
    on_one = clients[answers.index(b"1")]
    proxy.reload(listen(one))
    assert on_two.drain() == "rst"
    assert proxy.wait_for_sessions(1)[0].flags == "KD"
    proxy.wait_for_log("hard-stop-after: 1 sessions of servers and frontends that a reload has removed end now")
    on_one.set_deadline(0.2)
    assert on_one.drain() == "timeout"
    close(clients)


def test_frontends_come_and_go(serve, spliced, connect):
    server = serve(echo)
    ports = free_ports(2)
    first, second = (f"127.0.0.1:{ports + i}" for i in range(2))
    proxy = spliced(listen(server) + "\n" + listen(server, name="old", bind=first))
    client = connect(first)
    client.send(b"a")
    assert client.read(1) == b"a"
    lines = proxy.reload(listen(server) + "\n" + listen(server, name="new", bind=second))
    assert any("[listen new] added" in line for line in lines)
    assert any("[listen old] removed" in line for line in lines)
    with pytest.raises(ConnectionRefusedError):
        Peer.connect(first)
    other = connect(second)
    other.send(b"b")
    assert other.read(1) == b"b"
    client.send(b"c")
    assert client.read(1) == b"c"
    client.close()
    assert proxy.wait_for_sessions(1)[0].frontend == "old"


def test_a_socket_moves_to_another_frontend_without_refusing_anybody(serve, spliced):
    one, two = serve(greeter(b"1")), serve(greeter(b"2"))
    address = f"127.0.0.1:{free_ports(1)}"
    proxy = spliced(listen(one) + "\n" + listen(one, name="a", bind=address))
    stop, answers, errors = threading.Event(), [], []

    def knock():
        while not stop.is_set():
            try:
                with Peer.connect(address) as client:
                    answers.append(client.read(1))
            except OSError as error:
                errors.append(error)

    task = Task(knock)
    wait_until(lambda: b"1" in answers, "an answer")
    for _ in range(5):
        proxy.reload(listen(one) + "\n" + listen(two, name="b", bind=address))
        proxy.reload(listen(one) + "\n" + listen(one, name="a", bind=address))
    wait_until(lambda: b"2" in answers, "an answer of the other")
    stop.set()
    task.result()
    assert not errors
    assert set(answers) == {b"1", b"2"}


def test_health_goes_on_over_a_reload(serve, spliced):
    """A server that is down stays down without being tried by a client first, and says so in no new line."""
    up, down = serve(greeter(b"1")), serve(listening=False)
    check = ["default-server = check inter 100ms rise 2 fall 1"]
    proxy = spliced(listen(up, down, lines=check))
    proxy.wait_for_log("Server web/s2 is DOWN")
    proxy.reload(listen(up, down, lines=[*check, "timeout client = 1h"]))
    clients, answers = ask(proxy, 6)
    assert answers == [b"1"] * 6
    close(clients)
    sessions = proxy.wait_for_sessions(6)
    assert {session.retries for session in sessions} == {"0"}
    log = "\n".join(proxy.log_lines())
    assert log.count("web/s2 is DOWN") == 1 and "is UP" not in log
    down.listen()
    proxy.wait_for_log("Server web/s2 is UP")


def test_a_check_that_is_new_begins_at_once_and_one_that_is_gone_ends(serve, spliced):
    server, dead = serve(greeter(b"1")), serve(listening=False)
    proxy = spliced(listen(server, dead))
    proxy.reload(listen(server, dead, lines=["default-server = check inter 100ms fall 1"]))
    proxy.wait_for_log("Server web/s2 is DOWN")
    proxy.reload(listen(server, dead))
    client = proxy.connect()
    client.read(1)
    client.close()
    wait_until(lambda: not procfs.connecting_sockets(proxy.pid), "no check")


def test_what_a_reload_cannot_change_is_told_each_time_and_not_shown_as_in_force(serve, spliced, connect, short_folder):
    server, path = serve(echo), short_folder / "admin.sock"
    proxy = spliced(listen(server), global_lines=[f"stats socket = {path} level admin"])
    changed = [f"stats socket = {path} level user", "user = nobody"]
    for _ in range(2):
        lines = proxy.reload(listen(server), replaced_lines=changed)
        assert any("[global] user added: nobody; this takes effect with the next start" in line for line in lines)
        assert any(f"stats socket added: {path} level user; this takes effect with the next start" in line
                   for line in lines)
    assert procfs.status(proxy.pid)["Uid"].split()[0] == "0"
    client = connect(f"unix@{path}")
    client.send(b"show cli sockets; show config\n")
    shown = client.read_all().decode()
    assert f"{path} admin" in shown and "level admin" in shown
    assert "level user" not in shown and "nobody" not in shown
    assert any("nothing has changed" in line for line in
               proxy.reload(listen(server), replaced_lines=[f"stats socket = {path} level admin"]))


def test_a_reload_without_a_change_says_so(serve, spliced):
    proxy = spliced(listen(serve(echo)))
    assert any("Configuration reloaded: nothing has changed." in line for line in proxy.reload())


def test_limits_of_before_follow_the_file(serve, spliced, connect):
    server = serve(greeter(b"1"))
    proxy = spliced(listen(server, lines=["maxconn = 1"]))
    first = connect(proxy)
    assert first.read(1) == b"1"
    second = connect(proxy)
    second.set_deadline(0.2)
    assert second.read(1) == b""
    second.ending = None
    second.set_deadline(20)
    proxy.reload(listen(server, lines=["maxconn = 2"]))
    assert second.read(1) == b"1"


def test_a_thousand_reloads_leave_memory_and_descriptors_where_they_were(serve, spliced, connect, sanitized):
    one, two = serve(greeter(b"1")), serve(greeter(b"2"))
    proxy = spliced(listen(one))
    client = connect(proxy)  # born under the first configuration, alive over all of them
    assert client.read(1) == b"1"
    files = [listen(one, two), listen(one), listen(one) + "\n" + listen(two, name="b", bind=f"127.0.0.1:{free_ports(1)}")]

    def reload(count):
        for number in range(count):
            proxy.reload(files[number % len(files)])
        proxy.reload(listen(one))

    reload(30)
    descriptors, memory = len(procfs.descriptors(proxy.pid)), procfs.counted_anonymous_bytes(proxy.pid)
    reload(60 if sanitized else 970)
    assert len(procfs.descriptors(proxy.pid)) == descriptors
    if not sanitized:
        assert procfs.counted_anonymous_bytes(proxy.pid) - memory < 64 * 1024
    client.sock.send(b"x")
    assert client.ending is None


def test_reloads_under_load_fail_no_request_and_no_stream(need, run, serve, web_server, spliced, sanitized, mode):
    """Every 50 ms another configuration, broken ones among them, under ab and long streams that pause."""
    size = 3_000_000 if sanitized else 20_000_000
    web = [f"server w{number} = {web_server('nginx', b'hello')[0]}" for number in range(2)]
    streams = serve(Behaviour(read="line", answer_size=size, seed=7))
    tail = "\n" + listen(streams, name="streams")
    good = [listen(lines=lines) + tail for lines in (web, [web[0], "timeout client = 7s"], [web[1]], web[::-1])]
    proxy = spliced(good[0], mode=mode)

    def stream():
        with proxy.connect(1) as client:
            client.send(b"go\n")
            client.drain(pause=0.3)
            return client.sha256, client.ending

    readers = [Task(stream) for _ in range(5)]
    count = 2000 if sanitized else 20000
    load = Task(lambda: run(need("ab"), "-q", "-n", count, "-c", 20, f"http://{proxy.addresses[0]}/", deadline=90))
    reloads = 0
    while load.is_alive() or any(reader.is_alive() for reader in readers):
        proxy.rewrite("[listen web]\nbind = nonsense" if reloads % 5 == 4 else good[reloads % 4])
        proxy.send_signal(signal.SIGHUP)
        reloads += 1
        time.sleep(0.05)
        assert reloads < 2000
    assert all(reader.result() == (pattern_sha256(7, size), "fin") for reader in readers)
    done = load.result()
    result = done.stdout + done.stderr
    assert re.search(rf"Complete requests:\s+{count}\b", result), result
    assert re.search(r"Failed requests:\s+0\b", result), result
    assert "Non-2xx" not in result
    assert reloads > 5


def test_a_reload_is_refused_while_the_process_stops(serve, spliced, connect):
    server = serve(echo)
    proxy = spliced(listen(server))
    client = connect(proxy)
    server.wait_for_peers(1)
    proxy.send_signal(signal.SIGUSR1)
    proxy.wait_for_log("Proxy web stopped")
    assert any("stopping" in line for line in proxy.reload(ok=False))
    client.close()
    assert proxy.wait_for_exit() == 0


def test_hard_stop_after_counts_from_each_removal_whatever_is_reloaded_since(serve, spliced):
    one, two = serve(greeter(b"1")), serve(greeter(b"2"))
    proxy = spliced(listen(one, two), global_lines=["hard-stop-after = 1500ms"])
    clients, answers = ask(proxy, 2)
    on_two = clients[answers.index(b"2")]
    over = threading.Event()
    proxy.reload(listen(one))
    ended = Task(lambda: (on_two.drain(), over.set())[0])
    for _ in range(200):  # each of these reloads used to begin the wait anew
        if over.is_set():
            break
        proxy.reload()
        time.sleep(0.1)
    assert ended.result() == "rst"
    close(clients)


def test_a_server_that_moves_to_another_address_stays_in_maintenance(serve, spliced, short_folder):
    one, two, three = (serve(greeter(text)) for text in (b"1", b"2", b"3"))
    admin = f"unix@{short_folder}/admin.sock"
    proxy = spliced(listen(one, two), global_lines=[f"stats socket = {short_folder}/admin.sock level admin"])
    with Peer.connect(admin) as client:
        client.send(b"set server web/s2 state maint\n")
        client.read_all()
    proxy.reload(listen(one, three))
    clients, answers = ask(proxy, 4)
    assert answers == [b"1"] * 4
    close(clients)


@pytest.mark.parametrize("unix", [False, True])
def test_a_disabled_frontend_may_be_renamed(serve, spliced, short_folder, unix):
    address = f"{short_folder}/web.sock" if unix else f"127.0.0.1:{free_ports(1)}"
    where = f"unix@{address}" if unix else address
    server = serve(greeter(b"1"))
    rights = (" mode 666", " mode 600") if unix else ("", "")
    proxy = spliced(listen(server) + "\n" + listen(server, name="old", bind=address + rights[0]),
                    global_lines=[f"stats socket = {short_folder}/admin.sock level admin"])
    with Peer.connect(f"unix@{short_folder}/admin.sock") as client:
        client.send(b"disable frontend old\n")
        client.read_all()
    proxy.reload(listen(server) + "\n" + listen(server, name="new", bind=address + rights[1]))
    with Peer.connect(where) as client:
        assert client.read(1) == b"1"
    if unix:
        assert os.stat(address).st_mode & 0o777 == 0o600


def test_a_bind_that_goes_brings_no_more_clients_than_allowed(serve, spliced):
    port = free_ports(1)
    server = serve(greeter(b"1"))
    proxy = spliced(listen(server, lines=[f"bind = 127.0.0.1:{port}", "maxconn = 5"]))
    first, answers = ask(proxy, 5)
    assert answers == [b"1"] * 5
    waiting = [Peer.connect(f"127.0.0.1:{port}") for _ in range(20)]
    proxy.reload(listen(server, lines=["maxconn = 5"]))
    assert len(server.peers) == 5
    close(first + waiting)


def test_a_shorter_interval_of_checks_holds_at_once(serve, spliced):
    server, other = serve(greeter(b"1")), serve(greeter(b"2"))
    proxy = spliced(listen(server, other, lines=["default-server = check inter 1h fall 1"]))
    proxy.reload(listen(server, other, lines=["default-server = check inter 200ms fall 1"]))
    other.stop_listening()
    proxy.wait_for_log("Server web/s2 is DOWN")
