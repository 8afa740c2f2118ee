"""Names as HAProxy 2.6 follows them: each scenario is run by both, and where they differ on purpose it says so."""

import subprocess

import pytest
from admin import Admin
from peer import wait_for_port
from ports import free_ports
from waiting import wait_until

RESOLUTION = "MAINT (resolution)"
TIMES = ["timeout resolve", "timeout retry", "hold valid", "hold nx"], ["100ms", "300ms", "100ms", "300ms"]
SERVERS = [("server one", "one.test:80 resolvers dns init-addr none"),
           ("server gone", "nosuch.test:80 resolvers dns init-addr none"),
           ("server plain", "nosuch.invalid:81 init-addr none"),
           ("server-template web", "2-4 web.test:9000 resolvers dns init-addr none")]
HOSTS = {"one.test": ["127.0.0.21"], "web.test": ["127.0.0.11", "127.0.0.12"]}


def configuration(names, socket, port, equals):
    lines = ["[resolvers dns]" if equals else "resolvers dns", f" nameserver ns1{equals} {names.address}"]
    lines += [f" {key}{equals} {value}" for key, value in zip(*TIMES)]
    lines += ["[listen l]" if equals else "listen l", f" bind{equals} 127.0.0.1:{port}"]
    lines += [f" {key}{equals} {value}" for key, value in SERVERS]
    head = ["[global]", "log = stdout format raw daemon"] if equals else ["global", " log stdout format raw daemon"]
    head += [f" stats socket{equals} {socket} level admin"]
    timeouts = [f" timeout {side} 1m" for side in ("connect", "client", "server")]
    head += ["[defaults]", "log = global"] if equals else ["defaults", " mode tcp", " log global", *timeouts]
    return "\n".join(line.strip() if equals else line for line in [*head, *lines]) + "\n"


class Running:
    def __init__(self, which, socket, log, names):
        self.which, self.admin, self.log, self.names = which, Admin(socket), log, names

    def servers(self):
        """name -> (host or "", status)"""
        return {row["svname"]: (row["addr"].rpartition(":")[0], row["status"]) for row in self.admin.rows()
                if row["svname"] not in ("FRONTEND", "BACKEND")}

    def hosts(self):
        return {name: host for name, (host, _) in self.servers().items()}

    def template(self):
        return sorted(host for name, host in self.hosts().items() if name.startswith("web"))

    def state(self, name):
        [line] = [line for line in self.admin.ask("show servers state").splitlines() if f" {name} " in line]
        return line.split()

    def wait_for_line(self, line):
        wait_until(lambda: line in self.log.read_text().splitlines(), f"the line {line!r}")


@pytest.fixture(params=["spliced", "haproxy"])
def both(request, dns, need, start, binary, short_folder, tmp_path):
    """One of the two, with its names resolved."""
    names = dns(HOSTS)
    socket, config, log = short_folder / "admin.sock", tmp_path / "config", tmp_path / "log"
    equals = " =" if request.param == "spliced" else ""
    config.write_text(configuration(names, socket, free_ports(1), equals))
    program = [binary] if request.param == "spliced" else [need("haproxy"), "-db"]
    if request.param == "haproxy" and " 2.6." not in subprocess.run([program[0], "-v"], capture_output=True, text=True,
                                                                    check=True).stdout:
        pytest.skip("this HAProxy is not 2.6")
    with open(log, "wb") as out:
        start(*program, "-f", config, stdout=out, stderr=out)
    wait_for_port(f"unix@{socket}")
    running = Running(request.param, socket, log, names)
    wait_until(lambda: running.template() == ["", "127.0.0.11", "127.0.0.12"], "the template is resolved")
    wait_until(lambda: running.hosts()["one"] == "127.0.0.21", "the server is resolved")
    return running


def test_states_and_lines_are_the_same(both):
    servers = both.servers()
    assert servers["one"] == ("127.0.0.21", "no check")
    assert servers["gone"] == servers["plain"] == ("", RESOLUTION)
    assert sorted(servers[name] for name in ("web2", "web3", "web4")) == [
        ("", RESOLUTION), ("127.0.0.11", "no check"), ("127.0.0.12", "no check")]
    both.wait_for_line("l/one changed its IP from (none) to 127.0.0.21 by dns/ns1.")
    both.wait_for_line("Server l/one ('one.test') is UP/READY (resolves again).")


def test_show_servers_state_is_the_same(both):
    # Address, operational and administrative state, health; host name, port, service.
    assert [both.state("one")[field] for field in (4, 5, 6, 17, 18, 19)] == [
        "127.0.0.21", "2", "0", "one.test", "80", "-"]
    assert [both.state("gone")[field] for field in (4, 5, 6, 17, 18, 19)] == ["-", "0", "32", "nosuch.test", "80", "-"]
    assert [both.state("plain")[field] for field in (4, 5, 6, 17, 18, 19)] == [
        "-", "0", "32", "nosuch.invalid", "81", "-"]


def test_a_server_whose_address_stays_keeps_it(both):
    [kept] = [name for name, host in both.hosts().items() if host == "127.0.0.12"]
    both.names.set({**HOSTS, "web.test": ["127.0.0.12", "127.0.0.13"], "one.test": ["127.0.0.22"]})
    wait_until(lambda: both.template() == ["", "127.0.0.12", "127.0.0.13"], "the new address")
    assert both.hosts()[kept] == "127.0.0.12"
    wait_until(lambda: both.hosts()["one"] == "127.0.0.22", "the server has moved")
    both.wait_for_line("l/one changed its IP from 127.0.0.21 to 127.0.0.22 by dns/ns1.")


def test_answers_about_names_are_the_same(both):
    ask = both.admin.ask
    assert ask("set server l/one fqdn") == "set server <b>/<s> fqdn requires a FQDN.\n\n"
    assert ask("set server l/plain fqdn x.test") == (
        "set server <b>/<s> fqdn failed because no resolution is configured.\n\n")
    assert ask("set server l/one fqdn web.test") == (
        "l/one changed its FQDN from one.test to web.test by 'stats socket command'\n\n")
    wait_until(lambda: int(both.state("one")[6]) & 0x40, "the state shows that the name is another")
    assert both.state("one")[17] == "web.test"
    assert ask("show resolvers nosuch") == "Can't find that resolvers section\n\n"
    lines = ask("show resolvers dns").splitlines()
    assert lines[:2] == ["Resolvers section dns", " nameserver ns1:"]
    assert [line.split(":")[0] for line in lines[2:17]] == [
        "  " + name for name in ("sent", "snd_error", "valid", "update", "cname", "cname_error", "any_err", "nx",
                                 "timeout", "refused", "other", "invalid", "too_big", "truncated", "outdated")]
    assert {line.index(line.split(":")[1].strip()[0], 12) for line in lines[2:17]} == {15}


def test_a_name_that_is_gone_takes_haproxys_server_out_and_not_ours(both):
    both.names.set({"web.test": HOSTS["web.test"]})
    if both.which == "haproxy":
        wait_until(lambda: both.servers()["one"] == ("", RESOLUTION), "hold nx is over")
        return
    both.wait_for_line("l: 'one.test' cannot be resolved by dns (DNS NX status); its servers stay as they are.")
    assert both.servers()["one"] == ("127.0.0.21", "no check")
