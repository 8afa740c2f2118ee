"""Active checks: states, HAProxy's sentences, and that checks are neither seen by servers nor starved by traffic."""

import signal
import threading
import time

import procfs
from peer import Behaviour, Task, echo
from waiting import wait_until

REFUSED = r'reason: Layer4 connection problem, info: "Connection refused", check duration: \d+ms\.'
SESSIONS = r"\d+ sessions active, 0 requeued, 0 remaining in queue\.$"
GREET = {name: Behaviour(greeting=name.encode(), read="end") for name in "abc"}


def ask(connect, proxy):
    with connect(proxy) as client:
        client.half_close()
        return client.read_all().decode()


def test_a_server_that_is_dead_at_start_is_marked_down_and_skipped(serve, spliced, connect):
    dead, alive = serve(listening=False), serve(GREET["b"])
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {dead.address} check inter 60s
        server web2 = {alive.address} check inter 60s
    """)
    proxy.wait_for_log(rf"Server onion/web1 is DOWN, {REFUSED} 1 active and 0 backup servers left\. {SESSIONS}")
    assert [ask(connect, proxy) for _ in range(6)] == ["b"] * 6
    assert {session.retries for session in proxy.wait_for_sessions(6)} == {"0"}


def test_a_server_returns_after_rise_good_checks(serve, spliced, connect):
    server = serve(GREET["a"], listening=False)
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {server.address} check inter 50ms rise 3 fall 1
    """)
    proxy.wait_for_log(rf"Server onion/web1 is DOWN, {REFUSED} 0 active and 0 backup servers left\. {SESSIONS}")
    proxy.wait_for_log(r"proxy onion has no server available!$")
    assert ask(connect, proxy) == ""
    server.listen()
    proxy.wait_for_log(r"Server onion/web1 is UP, reason: Layer4 check passed, check duration: \d+ms\. "
                       r"1 active and 0 backup servers online\. 0 sessions requeued, 0 total in queue\.$")
    assert ask(connect, proxy) == "a"


def test_the_last_active_server_leaves_the_work_to_the_backup(serve, spliced, connect):
    active, backup = serve(GREET["a"]), serve(GREET["b"])
    proxy = spliced(f"""
        [frontend front]
        bind = fd@?
        default_backend = farm
        [backend farm]
        server web1 = {active.address} check inter 50ms fall 2
        server sorry = {backup.address} check inter 50ms fall 2 backup
    """)
    assert ask(connect, proxy) == "a"
    active.stop_listening()
    proxy.wait_for_log(rf"Server farm/web1 is DOWN, {REFUSED} 0 active and 1 backup servers left\. "
                       rf"Running on backup\. {SESSIONS}")
    assert ask(connect, proxy) == "b"
    backup.stop_listening()
    proxy.wait_for_log(rf"Backup Server farm/sorry is DOWN, {REFUSED} 0 active and 0 backup servers left\. {SESSIONS}")
    proxy.wait_for_log(r"backend farm has no server available!$")


def test_fall_bad_checks_are_needed_once_a_server_was_fully_up(serve, spliced, short_folder):
    """A second server that counts its checks is the clock."""
    clock, server = serve(None, f"unix@{short_folder}/clock"), serve()
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {server.address} check inter 100ms fall 20
        server clock = {clock.address} check inter 100ms
    """)
    clock.wait_for_peers(5)
    server.stop_listening()
    seen = len(clock.peers)
    clock.wait_for_peers(seen + 8)
    assert not any("DOWN" in line for line in proxy.log_lines())
    proxy.wait_for_log("Server onion/web1 is DOWN")


def test_the_first_check_alone_can_mark_a_server_down(serve, spliced):
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {serve(listening=False).address} check inter 1h fall 5
    """)
    proxy.wait_for_log("Server onion/web1 is DOWN")


def test_plain_checks_are_invisible_to_the_server(serve, spliced, short_folder):
    """A unix-socket server can only be checked by connecting; it counts the checks that the other does not see."""
    clock, server = serve(None, f"unix@{short_folder}/clock"), serve(None)
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {server.address} check inter 20ms
        server clock = {clock.address} check inter 20ms
    """)
    clock.wait_for_peers(40)
    assert not server.peers
    assert not any("DOWN" in line for line in proxy.log_lines())


def test_checks_may_go_to_another_port(serve, spliced):
    server, other = serve(), serve(listening=False)
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {server.address} check port {other.port} inter 50ms
    """)
    proxy.wait_for_log("Server onion/web1 is DOWN")
    other.listen()
    proxy.wait_for_log("Server onion/web1 is UP")


def test_a_check_that_is_never_answered_is_a_timeout(unanswering, spliced):
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {unanswering().address} check inter 200ms
    """)
    proxy.wait_for_log(r"Server onion/web1 is DOWN, reason: Layer4 timeout, check duration: \d+ms\. 0 active")


def test_no_request_fails_while_a_server_dies_and_comes_back(serve, spliced, connect):
    servers = {name: serve(GREET[name]) for name in "ab"}
    proxy = spliced("\n".join(["[listen onion]", "bind = fd@?", "default-server = check inter 100ms rise 2 fall 2",
                               *(f"server {name} = {server.address}" for name, server in servers.items())]))
    heard = [ask(connect, proxy) for _ in range(10)]
    servers["a"].stop_listening()
    heard += [ask(connect, proxy) for _ in range(30)]  # not yet marked down: redispatched
    proxy.wait_for_log("Server onion/a is DOWN")
    after = [ask(connect, proxy) for _ in range(100)]
    assert set(after) == {"b"}
    servers["a"].listen()
    proxy.wait_for_log("Server onion/a is UP")
    heard += [ask(connect, proxy) for _ in range(20)]
    assert heard.count("") == 0
    assert heard[-20:].count("a") == 10


def test_checks_go_on_beside_bulk_traffic(serve, spliced, connect):
    done = threading.Event()

    def endless(peer):
        block = bytes(1 << 18)
        while not done.is_set():
            peer.send(block)

    bulk, small = serve(endless), serve(echo)
    proxy = spliced(f"""
        [frontend fat]
        bind = fd@?
        default_backend = bulk
        [backend bulk]
        server big = {bulk.address}
        [backend other]
        server small = {small.address} check inter 100ms fall 2 rise 2
    """)

    def download(client):
        while client.receive(1 << 18):
            pass

    clients = [connect(proxy) for _ in range(2)]
    tasks = [Task(download, client) for client in clients]
    try:
        wait_until(lambda: all(client.received > 10 << 20 for client in clients), "traffic flows")
        small.stop_listening()
        proxy.wait_for_log("Server other/small is DOWN")
        small.listen()
        proxy.wait_for_log("Server other/small is UP")
    finally:
        done.set()
    for task in tasks:
        task.result()


def test_a_check_is_not_failed_by_a_process_that_was_stopped(unanswering, spliced):
    """The answer comes while the process sleeps; when it wakes, its timer is late and the connection there."""
    server = unanswering()
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {server.address} check inter 2500ms fall 1
    """)
    wait_until(lambda: procfs.connecting_sockets(proxy.pid), "a check is under way")
    proxy.send_signal(signal.SIGSTOP)
    try:
        wait_until(lambda: procfs.status(proxy.pid)["State"].startswith("T"), "stopped")
        server.accept_all()
        time.sleep(3.2)  # the kernel repeats the SYN after a second; the check's time is over then
    finally:
        proxy.send_signal(signal.SIGCONT)
    time.sleep(1.0)
    assert not any("DOWN" in line for line in proxy.log_lines())


def test_a_dead_server_costs_no_cpu(serve, spliced):
    proxy = spliced("\n".join(["[listen onion]", "bind = fd@?", *(
        f"server s{number} = {serve(listening=False).address} check inter 100ms" for number in range(5))]))
    proxy.wait_for_log("has no server available")
    before, start = procfs.cpu_seconds(proxy.pid), time.monotonic()
    time.sleep(1.5)
    assert (procfs.cpu_seconds(proxy.pid) - before) / (time.monotonic() - start) < 0.1
