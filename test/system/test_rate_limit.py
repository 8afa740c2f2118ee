"""Limits on new connections a second: who is over them waits in the kernel's backlog, and nobody is refused."""

import os
import time

import pytest
from admin import Admin
from peer import Behaviour
from waiting import wait_until

LIMITS = {  # what bounds -> (lines of the process, lines of the section)
    "frontend": ([], ["rate-limit sessions = 5"]),
    "connections of the process": (["maxconnrate = 5"], []),
    "sessions of the process": (["maxsessrate = 5"], []),
}


@pytest.fixture
def limited(spliced, serve, short_folder):
    """Starts a proxy whose server greets: limited(global lines, lines) -> Proxy with `.admin`."""
    def start(global_lines, lines):
        path = short_folder / "admin.sock"
        proxy = spliced("\n".join(["[listen web]", "bind = fd@?", *lines,
                                   f"server s1 = {serve(Behaviour(greeting=b'.', read='end')).address}"]),
                        global_lines=[f"stats socket = {path} level admin", *global_lines])
        proxy.admin = Admin(path)
        return proxy
    return start


def total(proxy):
    return int(proxy.admin.row("web", "FRONTEND")["stot"])


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("what", LIMITS)
def test_clients_over_the_limit_are_delayed_and_not_refused(limited, connect, what):
    proxy = limited(*LIMITS[what])
    clients = [connect(proxy) for _ in range(8)]
    used = cpu_seconds(proxy.pid)
    began = time.monotonic()
    assert [client.read(1) for client in clients] == [b"."] * 8
    assert cpu_seconds(proxy.pid) - used < 0.5 * (time.monotonic() - began) + 0.3  # it sleeps meanwhile
    assert total(proxy) == 8
    row, info = proxy.admin.row("web", "FRONTEND"), proxy.admin.info()
    assert (int(row["rate_max"]), int(info["MaxConnRate"]), int(info["MaxSessRate"])) == (5, 5, 5)
    limits = (row["rate_lim"], info["ConnRateLimit"], info["SessRateLimit"])
    assert limits == {"frontend": ("5", "0", "0"), "connections of the process": ("0", "5", "0"),
                      "sessions of the process": ("0", "0", "5")}[what]
    assert row["status"] == "OPEN"


def test_a_limit_of_the_process_holds_for_all_its_frontends(spliced, serve, connect):
    address = serve(Behaviour(greeting=b".", read="end")).address
    proxy = spliced("\n".join(f"[listen w{number}]\nbind = fd@?\nserver s1 = {address}" for number in (1, 2)),
                    global_lines=["maxconnrate = 2"])
    clients = [connect(proxy, index=number % 2) for number in range(5)]
    assert [client.read(1) for client in clients] == [b"."] * 5
    for client in clients:
        client.close()
    dates = sorted(session.date for session in proxy.wait_for_sessions(5))
    assert dates[0] != dates[2]  # two a second


def test_a_limit_can_be_set_and_lifted_at_run_time(limited, connect):
    proxy = limited([], [])
    assert proxy.admin.ask("set rate-limit connections global 1") == "\n"
    clients = [connect(proxy) for _ in range(60)]
    wait_until(lambda: total(proxy) >= 1, "the first passes")
    assert total(proxy) < 30  # all of them would take a minute
    assert proxy.admin.ask("set rate-limit connections global 0") == "\n"
    assert [client.read(1) for client in clients] == [b"."] * 60


def test_a_reload_changes_the_limit_at_once(limited, connect, proxy_lines=("rate-limit sessions = 1",)):
    proxy = limited([], proxy_lines)
    clients = [connect(proxy) for _ in range(60)]
    wait_until(lambda: total(proxy) >= 1, "the first passes")
    proxy.reload(proxy.ini.partition("[listen web]")[1] +
                 proxy.ini.partition("[listen web]")[2].replace("rate-limit sessions = 1", ""))
    assert [client.read(1) for client in clients] == [b"."] * 60
