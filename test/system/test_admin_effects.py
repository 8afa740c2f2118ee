"""What the commands of the statistics socket bring about, and what the log says of it."""

import re
import time

import pytest
from admin import Admin
from peer import Behaviour, hold
from ports import free_ports
from waiting import wait_until


def greeter(text):
    return Behaviour(greeting=text, read="end")


@pytest.fixture
def farm(spliced, serve, short_folder):
    """Two servers that greet with their number: farm(section lines..., checked) -> (Admin, Proxy)."""
    def start(*lines, checked=True, balance="roundrobin", bind="fd@?", global_lines=()):
        path = short_folder / "admin.sock"
        check = " check inter 100" if checked else ""
        servers = [f"server s{number} = {serve(greeter(str(number).encode())).address}{check}" for number in (1, 2)]
        proxy = spliced("\n".join(["[listen web]", f"bind = {bind}", f"balance = {balance}", *lines, *servers]),
                        global_lines=[f"stats socket = {path} level admin", *global_lines])
        return Admin(path), proxy
    return start


def greetings(proxy, count):
    """What new connections are greeted with, sorted."""
    clients = [proxy.connect() for _ in range(count)]
    try:
        return b"".join(sorted(client.read(1) for client in clients))
    finally:
        for client in clients:
            client.close()


def status(admin, name):
    return admin.row("web", name)["status"]


def test_a_draining_server_gets_no_new_connection_and_keeps_those_it_has(farm, connect):
    admin, proxy = farm()
    old = [connect(proxy) for _ in range(2)]
    assert sorted(peer.read(1) for peer in old) == [b"1", b"2"]
    assert admin.ask("set server web/s1 state drain") == "\n"
    proxy.wait_for_log(r"^Server web/s1 enters drain state\. 1 active and 0 backup servers online\. 0 sessions requeued, "
                       r"0 total in queue\.$")
    assert greetings(proxy, 4) == b"2222"
    row = admin.row("web", "s1")
    assert (row["status"], row["scur"], row["act"]) == ("DRAIN", "1", "1")
    assert admin.row("web", "BACKEND")["act"] == "1"
    assert admin.ask("set server web/s1 state ready") == "\n"
    proxy.wait_for_log(r"^Server web/s1 is UP \(leaving forced drain\)\.$")
    assert greetings(proxy, 4) == b"1122"


def test_a_server_in_maintenance_is_not_checked_and_returns_up(farm):
    admin, proxy = farm()
    wait_until(lambda: status(admin, "s1") == "UP", "the first check is over")
    assert admin.ask("disable server web/s1") == "\n"
    proxy.wait_for_log(r"^Server web/s1 is going DOWN for maintenance\. 1 active and 0 backup servers left\. 0 sessions "
                       r"active, 0 requeued, 0 remaining in queue\.$")
    row = admin.row("web", "s1")
    assert (row["status"], row["check_status"], row["chkdown"]) == ("MAINT", "", "1")
    assert greetings(proxy, 2) == b"22"
    assert admin.ask("enable server web/s1") == "\n"
    proxy.wait_for_log(r"^Server web/s1 is UP/READY \(leaving forced maintenance\)\.$")
    wait_until(lambda: status(admin, "s1") == "UP", "it is checked again")
    assert greetings(proxy, 2) == b"12"


def test_a_server_that_is_down_enters_maintenance_with_other_words(farm, serve, spliced, short_folder):
    dead = serve()
    dead.close()
    path = short_folder / "b.sock"
    proxy = spliced(f"[listen web]\nbind = fd@?\nserver s1 = {dead.address} check\n",
                    global_lines=[f"stats socket = {path} level admin"])
    admin = Admin(path)
    wait_until(lambda: status(admin, "s1") == "DOWN", "the server is down")
    admin.ask("set server web/s1 state maint")
    proxy.wait_for_log(r"^Server web/s1 was DOWN and now enters maintenance\.$")


def test_the_last_server_that_leaves_is_an_emergency(farm):
    admin, proxy = farm()
    admin.ask("set server web/s1 state drain;set server web/s2 weight 0")
    proxy.wait_for_log("^proxy web has no server available!$")
    assert status(admin, "BACKEND") == "DOWN"
    assert admin.row("web", "BACKEND")["chkdown"] == "1"


def test_weights_take_effect_at_once(farm):
    admin, proxy = farm(checked=False)
    admin.ask("set server web/s1 weight 3")
    assert greetings(proxy, 8) == b"11111122"
    assert admin.row("web", "BACKEND")["weight"] == "4"
    admin.ask("set weight web/s1 0")
    assert greetings(proxy, 3) == b"222"
    assert status(admin, "s1") == "no check"


def test_health_can_be_declared_also_without_checks(farm):
    admin, proxy = farm(checked=False)
    admin.ask("set server web/s1 health down")
    proxy.wait_for_log(r"^Server web/s1 is DOWN, changed from CLI\. 1 active and 0 backup servers left\. ")
    assert status(admin, "s1") == "DOWN"
    assert greetings(proxy, 2) == b"22"
    admin.ask("set server web/s1 health stopping")
    proxy.wait_for_log(r"^Server web/s1 is stopping, changed from CLI\. 1 active and 0 backup servers online\. ")
    assert status(admin, "s1") == "NOLB"
    assert greetings(proxy, 2) == b"22"
    admin.ask("set server web/s1 health up")
    proxy.wait_for_log(r"^Server web/s1 is UP, changed from CLI\. 2 active and 0 backup servers online\. ")
    assert greetings(proxy, 2) == b"12"


def test_checks_overrule_health_that_was_declared(farm):
    admin, proxy = farm()
    wait_until(lambda: status(admin, "s1") == "UP", "the first check is over")
    admin.ask("set server web/s1 health down")
    proxy.wait_for_log(r"^Server web/s1 is UP, reason: Layer4 check passed")


def test_checks_can_be_switched_off_and_on(farm):
    admin, _ = farm()
    wait_until(lambda: status(admin, "s1") == "UP", "the first check is over")
    admin.ask("disable health web/s1")
    assert status(admin, "s1") == "no check"
    admin.ask("enable health web/s1")
    wait_until(lambda: status(admin, "s1") == "UP", "it is checked again")


def test_a_server_can_move_to_another_address(farm, serve):
    admin, proxy = farm()
    other = serve(greeter(b"3"))
    host, port = other.address.split(":")
    answer = admin.ask(f"set server web/s1 addr {host} port {port}")
    assert re.fullmatch(r"no need to change the addr, port changed from '\d+' to '\d+' by 'stats socket command'\n\n", answer)
    assert greetings(proxy, 4) == b"2233"
    assert admin.row("web", "s1")["addr"] == other.address


def test_a_frontend_refuses_clients_while_it_is_disabled(farm, connect):
    """On a port of its own: the kernel gives one that it chose itself to somebody else."""
    port = free_ports(1)
    address = f"127.0.0.1:{port}"
    admin, proxy = farm(bind=address)
    proxy.addresses.append(address)
    old = connect(proxy)
    assert old.read(1) in b"12"
    admin.ask("disable frontend web")
    proxy.wait_for_log(r"^Paused frontend web\.$")
    with pytest.raises(ConnectionRefusedError):
        proxy.connect()
    assert status(admin, "FRONTEND") == "PAUSED"
    assert admin.row("web", "FRONTEND")["scur"] == "1"
    admin.ask("enable frontend web")
    proxy.wait_for_log(r"^Resumed frontend web\.$")
    assert greetings(proxy, 2) == b"12"


def test_a_frontend_that_was_shut_down_refuses_clients_for_good(farm):
    admin, proxy = farm()
    admin.ask("shutdown frontend web")
    proxy.wait_for_log(r"^Proxy web stopped \(cumulated conns: FE: 0, BE: 0\)\.$")
    with pytest.raises(ConnectionRefusedError):
        proxy.connect()
    assert status(admin, "FRONTEND") == "STOP"


def test_limits_of_connections_can_be_moved(farm, connect):
    admin, proxy = farm()
    admin.ask("set maxconn frontend web 1")
    first, second = connect(proxy), connect(proxy)
    assert first.read(1) in b"12"
    assert admin.row("web", "FRONTEND")["slim"] == "1"
    assert admin.row("web", "FRONTEND")["scur"] == "1"
    admin.ask("set maxconn frontend web 0")
    assert second.read(1) in b"12"
    admin.ask("set maxconn global 2")
    third = connect(proxy)
    assert admin.info()["Maxconn"] == "2"
    assert admin.info()["CurrConns"] == "2"
    admin.ask("set maxconn global 0")
    assert third.read(1) in b"12"


def test_sessions_are_shown_and_can_be_ended(farm, connect):
    admin, proxy = farm()
    peers = [connect(proxy) for _ in range(2)]
    assert [peer.read(1) for peer in peers] == [b"1", b"2"]
    lines = admin.ask("show sess").strip().split("\n")
    assert len(lines) == 2
    assert re.fullmatch(r"0x[0-9a-f]+: proto=tcpv4 src=127\.0\.0\.1:\d+ fe=web be=web srv=s2 ts=00 epoch=0 age=\ds calls=0 "
                        r"rate=0 cpu=0 lat=0 rq\[f=0h,i=0,an=00h,rx=,wx=,ax=\] rp\[f=0h,i=1,an=00h,rx=,wx=,ax=\] "
                        r"scf=\[8,0h,fd=\d+\] scb=\[8,0h,fd=\d+\] exp=\d+s rc=0 c_exp=", lines[0])
    identity = admin.sessions()[0]
    assert f"\n  server=s2 (id=2) addr={admin.row('web', 's2')['addr']}\n" in admin.ask(f"show sess {identity}")
    assert admin.ask("show sess all").count("  frontend=web (id=2 mode=tcp), listener=sock-1 (id=1)") == 2
    assert admin.ask(f"shutdown session {identity}") == "\n"
    assert peers[1].drain() == "rst"
    [session] = proxy.wait_for_sessions(1)
    assert session.flags == "KD"
    assert admin.ask("shutdown sessions server web/s2") == "\n"
    time.sleep(0.1)
    assert len(admin.sessions()) == 1
    assert admin.ask("shutdown sessions server web/s1") == "\n"
    assert peers[0].drain() == "rst"


def test_descriptors_are_shown(farm, connect):
    admin, proxy = farm()
    assert connect(proxy).read(1) == b"1"
    lines = admin.ask("show fd").strip().split("\n")
    assert sum("l.st=RDY fe=web fam=ipv4" in line for line in lines) == 1
    [server] = [line for line in lines if "sv=web/s1" in line]
    number = server.split()[0]
    assert admin.ask(f"show fd {number}").strip() == server.strip()
    assert "accepted: 1 [ 1 ]\n" in admin.ask("show activity")


def test_reload_answers_with_what_has_changed_or_with_the_mistakes(farm):
    admin, proxy = farm(global_lines=["maxconn = 50"])
    assert admin.ask("reload") == "Configuration reloaded: nothing has changed.\n\n"
    proxy.config.write_text(proxy.config.read_text().replace("maxconn = 50", "maxconn = 60"))
    assert admin.ask("reload") == "[global] maxconn changed: 50 -> 60\nConfiguration reloaded.\n\n"
    assert "\nmaxconn             = 60\n" in admin.ask("show config")
    proxy.config.write_text(proxy.config.read_text().replace("maxconn = 60", "maxcon = 60"))
    answer = admin.ask("set severity-output number;reload")
    assert answer.startswith(f"\n[3]: {proxy.config}:4: 'maxcon': unknown keyword; did you mean 'maxconn'?\n")
    assert answer.endswith("The reload failed: the configuration of before goes on.\n\n")
    shown = admin.ask("show reload")
    assert shown.startswith("Reloads: 2\nFailed_reloads: 1\nLast_reload_sec: ")
    assert "\nLast_reload_ok: 0\n" in shown


def test_what_was_set_at_run_time_outlives_a_reload(farm):
    admin, proxy = farm(checked=False)
    admin.ask("set server web/s1 weight 0;set server web/s2 state drain")
    admin.ask("reload")
    assert admin.ask("get weight web/s1") == "0 (initial 1)\n\n"
    assert status(admin, "s2") == "DRAIN"


def test_show_config_prints_what_would_load_the_same(farm, run, binary, tmp_path):
    admin, _ = farm()
    (tmp_path / "again.ini").write_text(admin.ask("show config"))
    dumped = run(binary, "--dump-config", "-f", tmp_path / "again.ini")
    assert dumped.stdout.strip() == admin.ask("show config").strip()


def test_many_sessions_are_shown_to_a_client_that_reads_slowly(serve, spliced, short_folder, connect):
    path = short_folder / "admin.sock"
    proxy = spliced(f"[listen web]\nbind = fd@?\nserver s1 = {serve(hold).address}\n",
                    global_lines=[f"stats socket = {path} level admin"])
    admin = Admin(path)
    peers = [connect(proxy) for _ in range(300)]
    wait_until(lambda: admin.row("web", "s1")["scur"] == "300", "all are connected")
    data = b""
    with admin.connect() as client:
        client.sendall(b"show sess all\n")
        while chunk := client.recv(3000):
            data += chunk
    assert data.count(b"\n  server=s1 (id=1)") == len(peers)
