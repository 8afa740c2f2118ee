"""The algorithms that hash, draw lots or follow a map, in the running program; what they choose is tested in
test/unit/hash_test.cpp and weights_test.cpp, letter by letter after HAProxy."""

import re
import socket
import subprocess

import pytest
from admin import Admin
from peer import Behaviour
from waiting import wait_until

ABC = {"a": "", "b": "", "c": ""}
WEIGHTED = {"a": "weight 3", "b": "weight 1", "c": "weight 2"}


@pytest.fixture
def admin(tmp_path):
    return Admin(tmp_path / "admin.sock")


@pytest.fixture
def administered(farm, admin, monkeypatch):
    """farm() with a statistics socket."""
    def start(parameters, *lines):
        return farm(parameters, *lines, global_lines=[f"stats socket = {admin.where} level admin"])
    return start


@pytest.fixture
def haproxy(need, tmp_path):
    """Starts HAProxy with the same servers: haproxy(servers, parameters, *lines) -> port."""
    running = []

    def start(servers, parameters, *lines):
        listener = socket.create_server(("127.0.0.1", 0))
        file = tmp_path / f"haproxy{len(running)}.cfg"
        file.write_text("\n ".join([
            "defaults", "mode tcp", "timeout connect 9s", "timeout client 9s", "timeout server 9s"]) + "\n".join([
                "\nlisten farm", f" bind fd@{listener.fileno()}", *(" " + line.replace(" =", "", 1) for line in lines),
                *(f" server {name} {servers[name].address} {parameters[name]}" for name in servers), ""]))
        running.append((listener, subprocess.Popen(
            [need("haproxy"), "-db", "-f", str(file)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=[listener.fileno()])))
        return listener.getsockname()[1]
    yield start
    for listener, process in running:
        process.kill()
        process.wait()
        listener.close()


@pytest.mark.parametrize("parameters", [ABC, WEIGHTED, {"a": "id 9", "b": "", "c": "id 4"}])
@pytest.mark.parametrize("lines", [
    ["balance = source"], ["balance = source", "hash-type = consistent"], ["balance = hash src"],
    ["balance = hash src", "hash-type = consistent djb2 avalanche"], ["balance = static-rr"],
    ["balance = hash src", "hash-type = map-based wt6"]])
def test_haproxy_sends_each_client_to_the_same_server(farm, haproxy, lines, parameters):
    names = farm(parameters, *lines)
    port = haproxy(names.servers, parameters, *lines)
    assert [server_of(port, f"127.0.{host}.{host}") for host in range(1, 31)] == [
        server_of(names.proxy.port, f"127.0.{host}.{host}") for host in range(1, 31)]


def server_of(port, host):
    """The server that a client of this address finds."""
    with socket.create_connection(("127.0.0.1", port), 20, (host, 0)) as client:
        return client.recv(1).decode()


def servers_of(names, count=12):
    return "".join(server_of(names.proxy.port, f"127.0.0.{1 + number}") for number in range(count))


def test_static_rr_follows_its_map(farm):
    assert farm(WEIGHTED, "balance = static-rr")(12) == "aacabcaacabc"


def test_source_gives_each_client_the_server_that_haproxy_would(farm):
    names = farm(ABC, "balance = source")
    assert servers_of(names) == "cab" * 4 == servers_of(names)


def test_hash_src_goes_by_hash_type(farm):
    names = farm(ABC, "balance = hash src", "hash-type = consistent")
    first = servers_of(names)
    assert set(first) == set("abc") and servers_of(names) == first


def test_a_dead_server_sends_its_own_clients_elsewhere_and_no_other(farm):
    names = farm({name: "check inter 50ms fall 1" for name in "abc"}, "balance = source", "hash-type = consistent")
    before = servers_of(names, 30)
    names.servers["b"].stop_listening()
    names.proxy.wait_for_log(r"Server farm/b is DOWN")
    after = servers_of(names, 30)
    assert "b" in before and "b" not in after
    assert [(one, two) for one, two in zip(before, after) if one != two and one != "b"] == []


def test_random_reaches_every_server(farm):
    assert set(farm(ABC, "balance = random(1)")(60)) == set("abc")


def test_weights_of_a_static_algorithm_only_go_and_come_back(administered, admin):
    administered({"a": "weight 3", "b": ""}, "balance = static-rr")
    refusal = "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'."
    assert refusal in admin.ask("set weight farm/a 2")
    assert refusal in admin.ask("set server farm/a weight 50%")
    assert refusal not in admin.ask("set weight farm/a 0%")
    assert admin.row("farm", "a")["uweight"] == "0"
    assert refusal not in admin.ask("set weight farm/a 3")
    assert admin.ask("get weight farm/a").strip() == "3 (initial 3)"


@pytest.mark.parametrize("line, shown", [
    ("static-rr", "static-rr"), ("source", "source"), ("random(3)", "random"), ("hash src", "hash")])
def test_the_statistics_name_the_algorithm(administered, admin, line, shown):
    administered(ABC, f"balance = {line}")
    assert admin.row("farm", "BACKEND")["algo"] == shown


def test_a_server_that_comes_back_starts_slowly_and_gets_there(administered, admin):
    names = administered({"a": "weight 16 slowstart 2s", "b": "weight 16"}, "balance = roundrobin")
    assert admin.row("farm", "a")["throttle"] == "", "not at the start of the process"
    admin.ask("set server farm/a state maint")
    admin.ask("set server farm/a state ready")
    row = admin.row("farm", "a")
    assert 1 <= int(row["throttle"]) <= 100 and row["uweight"] == "16"
    assert int(row["weight"]) == -(-16 * int(row["throttle"]) // 100) or int(row["weight"]) <= 16
    seen = set()

    def through():
        now = admin.row("farm", "a")
        seen.add(now["weight"])
        return now["throttle"] == "" and now["weight"] == "16"
    wait_until(through, "the weight is all there")
    assert sorted(names(8)) == sorted("abababab")


def test_a_slow_start_survives_a_reload(serve, spliced, admin):
    def ini(balance):
        return (f"[listen farm]\nbind = fd@?\nbalance = {balance}\n"
                f"server a = {server.address} weight 16 slowstart 1h\nserver b = {server.address}")
    server = serve(Behaviour())
    proxy = spliced(ini("leastconn"), global_lines=[f"stats socket = {admin.where} level admin"])
    admin.ask("set server farm/a state maint")
    admin.ask("set server farm/a state ready")
    assert admin.row("farm", "a")["weight"] == "1"
    proxy.reload(ini("roundrobin"))
    assert admin.row("farm", "a")["weight"] == "1"
    assert admin.row("farm", "a")["throttle"] == "6"
    proxy.reload(ini("static-rr"))
    assert admin.row("farm", "a")["weight"] == "16"


def test_ids_are_those_of_the_statistics(administered, admin):
    administered({"a": "id 7", "b": "", "c": "id 1"}, "id = 40")
    rows = {row["svname"]: row for row in admin.rows()}
    assert {name: rows[name]["sid"] for name in "abc"} == {"a": "7", "b": "2", "c": "1"}
    assert {row["iid"] for row in rows.values()} == {"40"}
    state = admin.ask("show servers state")
    assert re.search(r"^40 farm 7 a ", state, re.M)


def test_static_rr_keeps_its_place_over_a_reload(farm):
    names = farm(WEIGHTED, "balance = static-rr")
    assert names(4) == "aaca"
    names.proxy.reload()
    assert names(4) == "bcaa"
    names.proxy.rewrite(names.proxy.ini[names.proxy.ini.index("[listen"):].replace("static-rr", "hash src"))
    names.proxy.reload()
    assert len(set(names(6))) == 1
