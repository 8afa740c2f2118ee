"""Servers that go by names: a real name server changes its answers, dies and returns, and a scripted one misbehaves."""

import pytest
from admin import Admin
from nameserver import address, service
from peer import Behaviour
from waiting import wait_until

QUICK = ["timeout resolve = 50ms", "timeout retry = 400ms", "hold valid = 50ms"]
RESOLUTION = "MAINT (resolution)"


@pytest.fixture
def named(serve):
    """Servers on one port of several addresses that greet with their name: named(a="127.0.0.2", ...) -> port."""
    def start(**hosts):
        port = 0
        for letter, host in hosts.items():
            port = serve(Behaviour(greeting=letter.encode(), read="end"), f"{host}:{port}").port
        return port
    return start


@pytest.fixture
def proxied(spliced, short_folder):
    """Starts a proxy with a [resolvers dns] section: proxied(name servers, lines of the listen) -> Proxy with admin."""
    def text(servers, *lines):
        section = ["[resolvers dns]"]
        section += [f"nameserver ns{number} = {where}" for number, where in enumerate(servers, 1)]
        return "\n".join([*section, *QUICK, "[listen l]", "bind = fd@?", *lines])

    def start(servers, *lines):
        socket = short_folder / "admin.sock"
        proxy = spliced(text(servers, *lines), global_lines=[f"stats socket = {socket} level admin"])
        proxy.admin, proxy.text = Admin(socket), text
        return proxy
    return start


def states(proxy):
    """name -> "host", or its status while it has none."""
    rows = [row for row in proxy.admin.rows() if row["svname"] not in ("FRONTEND", "BACKEND")]
    return {row["svname"]: row["addr"].rpartition(":")[0] or row["status"] for row in rows}


def wait_for(proxy, wanted):
    """Until the servers are at these places: exactly, or as a set where `wanted` is one."""
    def there():
        found = states(proxy)
        return sorted(found.values()) == sorted(wanted) if isinstance(wanted, list) else found == wanted
    try:
        wait_until(there, f"servers at {wanted}")
    except AssertionError as late:
        raise AssertionError(f"{late}; they are at {states(proxy)}") from None


def greeting(client):
    letter = client.read(1)
    client.half_close()
    client.read_all()
    return letter.decode()


def test_a_server_follows_its_name_and_established_connections_stay(dns, named, proxied, connect):
    port = named(a="127.0.0.2", b="127.0.0.3")
    names = dns({"web.test": ["127.0.0.2"]})
    proxy = proxied([names.address], f"server s1 = web.test:{port} resolvers dns init-addr none")
    wait_for(proxy, {"s1": "127.0.0.2"})
    proxy.wait_for_log(r"^l/s1 changed its IP from \(none\) to 127\.0\.0\.2 by dns/ns1\.$")
    proxy.wait_for_log(r"^Server l/s1 \('web\.test'\) is UP/READY \(resolves again\)\.$")
    held = connect(proxy)
    assert held.read(1) == b"a"
    names.set({"web.test": ["127.0.0.3"]})
    wait_for(proxy, {"s1": "127.0.0.3"})
    proxy.wait_for_log(r"^l/s1 changed its IP from 127\.0\.0\.2 to 127\.0\.0\.3 by dns/ns1\.$")
    assert greeting(connect(proxy)) == "b"
    held.half_close()
    assert held.read_all() == b""


def test_no_failure_of_name_servers_takes_a_server_out(dns, named, proxied, connect):
    port = named(a="127.0.0.2", b="127.0.0.3")
    names = dns({"web.test": ["127.0.0.2"]})
    proxy = proxied([names.address], f"server s1 = web.test:{port} resolvers dns init-addr none")
    wait_for(proxy, {"s1": "127.0.0.2"})
    names.set({})  # there is no such name any more
    before = counters(proxy)
    wait_until(lambda: counters(proxy)["nx"] > before["nx"] + 3, "the name is gone")
    assert states(proxy) == {"s1": "127.0.0.2"}
    names.stop()
    before = counters(proxy)
    wait_until(lambda: failures(counters(proxy)) > failures(before) + 3, "nobody answers")
    assert states(proxy) == {"s1": "127.0.0.2"}
    assert greeting(connect(proxy)) == "a"
    names.set({"web.test": ["127.0.0.3"]})
    names.start()
    wait_for(proxy, {"s1": "127.0.0.3"})
    assert greeting(connect(proxy)) == "b"


def counters(proxy, server="ns1"):
    """Of a name server, from `show resolvers`."""
    text = proxy.admin.ask("show resolvers dns").partition(f" nameserver {server}:\n")[2]
    lines = [line for line in text.partition(" nameserver")[0].splitlines() if line.startswith("  ")]
    return {key.strip(): int(value) for key, value in (line.split(":") for line in lines)}


def failures(count):
    return count["timeout"] + count["snd_error"] + count["other"]


def test_a_template_gives_each_address_a_server_and_those_that_stay_keep_theirs(dns, named, proxied, connect):
    port = named(a="127.0.0.2", b="127.0.0.3", c="127.0.0.4", d="127.0.0.5")
    names = dns({"web.test": ["127.0.0.2", "127.0.0.3"]})
    proxy = proxied([names.address], f"server-template web = 1-3 web.test:{port} resolvers dns init-addr none check",
                    "balance = roundrobin")
    wait_for(proxy, {"web1": "127.0.0.2", "web2": "127.0.0.3", "web3": RESOLUTION})
    held = connect(proxy)
    letter = held.read(1).decode()
    before = {row["svname"]: row["stot"] for row in proxy.admin.rows()}
    names.set({"web.test": ["127.0.0.5", "127.0.0.3", "127.0.0.4"]})
    wait_until(lambda: set(states(proxy).values()) == {"127.0.0.3", "127.0.0.4", "127.0.0.5"}, "three servers")
    assert states(proxy)["web2"] == "127.0.0.3"
    after = {row["svname"]: row["stot"] for row in proxy.admin.rows()}
    assert (after["web1"], after["web2"]) == (before["web1"], before["web2"])
    assert sorted(greeting(connect(proxy)) for _ in range(3)) == ["b", "c", "d"]
    names.set({"web.test": ["127.0.0.3"]})
    wait_for(proxy, {"web1": RESOLUTION, "web2": "127.0.0.3", "web3": RESOLUTION})
    proxy.wait_for_log(r"^Server l/web1 is going DOWN for maintenance \(No IP for server \)\. \d active and 0 backup")
    assert {greeting(connect(proxy)) for _ in range(3)} == {"b"}
    held.half_close()
    assert held.read_all() == b"" and letter in "ab"


def test_a_service_brings_hosts_with_ports_and_weights(dns, serve, proxied, connect):
    one = serve(Behaviour(greeting=b"a", read="end"), "127.0.0.2:0").port
    two = serve(Behaviour(greeting=b"b", read="end"), "127.0.0.3:0").port
    names = dns({"a.test": ["127.0.0.2"], "b.test": ["127.0.0.3"]},
                services={"_http._tcp.test": [("a.test", one, 256), ("b.test", two, 768)]})
    proxy = proxied([names.address], "server-template s = 3 _http._tcp.test resolvers dns", "balance = roundrobin")
    # The host that is resolved first takes the first place.
    wait_for(proxy, ["127.0.0.2", "127.0.0.3", RESOLUTION])
    a, b, none = (next(name for name, at in states(proxy).items() if at == wanted)
                  for wanted in ("127.0.0.2", "127.0.0.3", RESOLUTION))
    wait_until(lambda: [proxy.admin.row("l", name)["weight"] for name in (a, b)] == ["1", "3"], "the weights")
    assert sorted(greeting(connect(proxy)) for _ in range(8)) == list("aabbbbbb")
    proxy.wait_for_log(rf"^l/{a} changed its FQDN from \(null\) to a\.test by 'SRV record'$")
    lines = proxy.admin.ask("show servers state l").splitlines()[2:5]
    fields = [line.split() for line in lines]
    assert {(row[3], row[4], row[6], row[17], row[18], row[19]) for row in fields} == {
        (a, "127.0.0.2", "64", "a.test", str(one), "_http._tcp.test"),
        (b, "127.0.0.3", "64", "b.test", str(two), "_http._tcp.test"),
        (none, "-", "32", "-", "0", "_http._tcp.test")}
    names.restart({"_http._tcp.test": [("b.test", two, 256)]})
    wait_for(proxy, {a: RESOLUTION, b: "127.0.0.3", none: RESOLUTION})
    wait_until(lambda: proxy.admin.row("l", b)["weight"] == "1", "the new weight")


def test_resolve_opts_ignore_weight_and_allow_dup_ip(dns, proxied):
    names = dns({"a.test": ["127.0.0.2"]}, services={"_x._tcp.test": [("a.test", 81, 768)]})
    proxy = proxied([names.address], "server-template s = 2 _x._tcp.test resolvers dns resolve-opts "
                    "allow-dup-ip,ignore-weight")
    wait_for(proxy, {"s1": "127.0.0.2", "s2": "127.0.0.2"})
    assert proxy.admin.row("l", "s1")["weight"] == "1"


def test_a_large_answer_comes_by_tcp(dns, proxied):
    hosts = [f"127.0.1.{number}" for number in range(1, 101)]
    names = dns({"many.test": hosts})
    proxy = proxied([names.address], "server-template m = 100 many.test:80 resolvers dns init-addr none")
    wait_for(proxy, hosts)


def test_a_name_server_may_be_asked_by_tcp_alone(scripted, proxied):
    names = scripted(lambda query: query.answer(address("127.0.0.2")))
    proxy = proxied([f"tcp@{names.address}"], "server s1 = web.test:80 resolvers dns init-addr none")
    wait_for(proxy, {"s1": "127.0.0.2"})
    assert names.count(tcp=False) == 0


def test_one_dead_and_one_silent_name_server_do_not_stop_the_third(scripted, proxied, serve):
    closed = serve(listening=False).address
    silent = scripted(lambda query: None)
    names = scripted(lambda query: query.answer(address("127.0.0.2")))
    proxy = proxied([closed, silent.address, names.address], "server s1 = web.test:80 resolvers dns init-addr none")
    wait_for(proxy, {"s1": "127.0.0.2"})
    proxy.wait_for_log("by dns/ns3")


WRONG = {
    "cut": lambda query: query.answer(address("127.0.0.9"))[:-3],
    "another number": lambda query: b"\0\0" + query.answer(address("127.0.0.9"))[2:],
    "another question": lambda query: query.answer(address("127.0.0.9")).replace(b"\3web", b"\3wob"),
    "a single byte": lambda query: b"\0",
    "rubbish": lambda query: query.data[:12] + b"\xff" * 300,
    "a name that points at itself": lambda query: query.answer() [:12] + b"\xc0\x0c\0\1\0\1",
    "an address of three bytes": lambda query: query.answer((query.kind, 0, b"\x7f\0\0")),
    "a server failure": lambda query: query.answer(code=2),
    "a refusal": lambda query: query.answer(code=5),
    "nothing under the name": lambda query: query.answer(),
    "cut, and by TCP too": lambda query: query.truncated(),
    "silence": lambda query: None,
}


@pytest.mark.parametrize("wrong", WRONG)
def test_whatever_a_name_server_sends_the_last_good_address_stays(scripted, proxied, wrong):
    good = [True]
    names = scripted(lambda query: query.answer(address("127.0.0.2")) if good[0] else WRONG[wrong](query))
    proxy = proxied([names.address], "server s1 = web.test:80 resolvers dns init-addr none resolve-prefer ipv4")
    wait_for(proxy, {"s1": "127.0.0.2"})
    good[0] = False
    before = len(names.queries)
    wait_until(lambda: len(names.queries) > before + 5, "it is asked on")
    assert states(proxy) == {"s1": "127.0.0.2"}
    names.script = lambda query: query.answer(address("127.0.0.3"))
    wait_for(proxy, {"s1": "127.0.0.3"})


def test_a_false_answer_before_the_right_one_is_not_believed(scripted, proxied):
    def script(query):
        right = query.answer(address("127.0.0.2"))
        return [bytes([right[0] ^ 1]) + query.answer(address("127.0.0.9"))[1:], right]
    proxy = proxied([scripted(script).address], "server s1 = web.test:80 resolvers dns init-addr none")
    wait_for(proxy, {"s1": "127.0.0.2"})
    assert "127.0.0.9" not in "".join(proxy.log_lines())


def test_the_time_to_live_of_an_answer_is_kept(scripted, proxied):
    names = scripted(lambda query: query.answer(address("127.0.0.2", ttl=3600 if query.name == "long.test" else 0)))
    proxy = proxied([names.address], "server a = long.test:80 resolvers dns init-addr none resolve-prefer ipv4",
                    "server b = short.test:80 resolvers dns init-addr none resolve-prefer ipv4")
    wait_for(proxy, {"a": "127.0.0.2", "b": "127.0.0.2"})
    long, short = names.count(name="long.test"), names.count(name="short.test")
    wait_until(lambda: names.count(name="short.test") > short + 5, "the short-lived name is asked for again and again")
    assert names.count(name="long.test") == long


def test_ipv6_goes_first_unless_resolve_prefer_says_otherwise(scripted, proxied):
    names = scripted(lambda query: query.answer(address("127.0.0.2"), address("::1")))
    proxy = proxied([names.address], "server a = web.test:80 resolvers dns init-addr none",
                    "server b = web.test:81 resolvers dns init-addr none resolve-prefer ipv4")
    wait_for(proxy, {"a": "[::1]", "b": "127.0.0.2"})


def test_hold_obsolete_keeps_an_address_that_an_answer_no_longer_has(scripted, spliced, short_folder):
    hosts = ["127.0.0.2", "127.0.0.3"]
    names = scripted(lambda query: query.answer(*map(address, hosts)))
    proxy = spliced(f"""[resolvers dns]
        nameserver ns1 = {names.address}
        timeout resolve = 50ms
        hold valid = 50ms
        hold obsolete = 1h
        [listen l]
        bind = fd@?
        server-template s = 2 web.test:80 resolvers dns init-addr none""",
                    global_lines=[f"stats socket = {short_folder}/a.sock level admin"])
    proxy.admin = Admin(short_folder / "a.sock")
    wait_for(proxy, {"s1": "127.0.0.2", "s2": "127.0.0.3"})
    hosts.pop()
    before = len(names.queries)
    wait_until(lambda: len(names.queries) > before + 6, "more answers")
    assert states(proxy) == {"s1": "127.0.0.2", "s2": "127.0.0.3"}


def test_a_name_that_keeps_failing_is_told_of_once(scripted, spliced):
    names = scripted(lambda query: query.answer(code=5))
    proxy = spliced(f"""[resolvers dns]
        nameserver ns1 = {names.address}
        timeout resolve = 20ms
        hold refused = 100ms
        [listen l]
        bind = fd@?
        server s1 = web.test:80 resolvers dns init-addr none""")
    told = r"^l: 'web\.test' cannot be resolved by dns \(DNS refused status\); its servers stay as they are\.$"
    proxy.wait_for_log(told)
    before = len(names.queries)
    wait_until(lambda: len(names.queries) > before + 10, "it goes on asking")
    assert sum("cannot be resolved" in line for line in proxy.log_lines()) == 1


def test_a_reload_keeps_what_is_known_and_asks_no_libc(dns, named, proxied, connect):
    port = named(a="127.0.0.2", b="127.0.0.3")
    names = dns({"web.test": ["127.0.0.2"]})
    lines = [f"server s1 = web.test:{port} resolvers dns init-addr none"]
    proxy = proxied([names.address], *lines)
    wait_for(proxy, {"s1": "127.0.0.2"})
    held = connect(proxy)
    assert held.read(1) == b"a"
    names.stop()
    # Another server with a name that nobody knows, which libc would look for; and the old one keeps its place.
    proxy.reload(proxy.text([names.address], *lines, f"server s2 = nosuch.invalid:{port} resolvers dns"))
    assert states(proxy) == {"s1": "127.0.0.2", "s2": RESOLUTION}
    assert "nosuch.invalid': " not in "".join(proxy.log_lines()), "a look-up would have been told of"
    assert proxy.admin.row("l", "s1")["scur"] == "1"
    assert greeting(connect(proxy)) == "a"
    # A section that is new, and a template, take effect in the running process and its sandbox.
    names.set({"web.test": ["127.0.0.2", "127.0.0.3"]})
    names.start()
    proxy.reload(proxy.text([names.address, f"tcp@{names.address}"], *lines,
                            f"server-template t = 2 web.test:{port + 1} resolvers dns"))
    wait_until(lambda: set(states(proxy).values()) == {"127.0.0.2", "127.0.0.3"}, "the template resolves")
    assert states(proxy)["s1"] == "127.0.0.2"
    wait_until(lambda: counters(proxy, "ns2")["valid"] > 0, "the new name server answers")
    held.half_close()
    assert held.read_all() == b""


def test_a_first_resolvers_section_may_come_with_a_reload(dns, spliced, short_folder, serve):
    names = dns({"web.test": ["127.0.0.2"]})
    proxy = spliced(f"[listen l]\nbind = fd@?\nserver s1 = {serve().address}",
                    global_lines=[f"stats socket = {short_folder}/a.sock level admin"])
    proxy.admin = Admin(short_folder / "a.sock")
    assert proxy.admin.ask("show resolvers") == "\n"
    proxy.reload(f"[resolvers dns]\nnameserver ns1 = {names.address}\n[listen l]\nbind = fd@?\n"
                 "server s1 = web.test:80 resolvers dns")
    wait_for(proxy, {"s1": "127.0.0.2"})
    proxy.reload("[listen l]\nbind = fd@?\nserver s1 = 127.0.0.9:80")
    assert states(proxy) == {"s1": "127.0.0.9"}


def test_set_server_fqdn_and_addr(dns, proxied):
    names = dns({"web.test": ["127.0.0.2"], "other.test": ["127.0.0.3"]})
    lines = ["server s1 = web.test:80 resolvers dns init-addr none",
             "server s2 = _x._tcp.test resolvers dns",
             "server s3 = nosuch.invalid:80 init-addr none", "server s4 = 127.0.0.9:80"]
    proxy = proxied([names.address], *lines)
    wait_until(lambda: states(proxy)["s1"] == "127.0.0.2", "the first address")
    ask = proxy.admin.ask
    assert ask("set server l/s1 fqdn") == "set server <b>/<s> fqdn requires a FQDN.\n\n"
    assert ask("set server l/s1 fqdn other.test") == (
        "l/s1 changed its FQDN from web.test to other.test by 'stats socket command'\n\n")
    wait_until(lambda: states(proxy)["s1"] == "127.0.0.3", "the address of the other name")
    fields = ask("show servers state l").splitlines()[2].split()
    assert (fields[3], fields[4], fields[6], fields[17]) == ("s1", "127.0.0.3", "64", "other.test")
    proxy.reload(proxy.text([names.address], *lines, "retries = 1"))
    assert ask("show servers state l").splitlines()[2].split()[17] == "other.test"
    assert ask("set server l/s2 fqdn x.test") == (
        "set server <b>/<s> fqdn failed because SRV resolution is configured.\n\n")
    for server in ("s3", "s4"):
        assert ask(f"set server l/{server} fqdn x.test") == (
            "set server <b>/<s> fqdn failed because no resolution is configured.\n\n")
    assert states(proxy)["s3"] == RESOLUTION
    ask("set server l/s3 state ready")
    assert states(proxy)["s3"] == RESOLUTION
    ask("set server l/s3 addr 127.0.0.4")
    assert proxy.admin.row("l", "s3")["addr"] == "127.0.0.4:80"
    ask("set server l/s1 state maint")
    assert proxy.admin.row("l", "s1")["status"] == "MAINT"
    ask("set server l/s1 state ready")
    assert proxy.admin.row("l", "s1")["status"] == "no check"


def test_a_server_without_an_address_gets_no_connection_and_no_check(dns, proxied, connect, named):
    port = named(a="127.0.0.2")
    names = dns({"web.test": ["127.0.0.2"]})
    proxy = proxied([names.address], f"server s1 = nosuch.test:{port} resolvers dns init-addr none check",
                    f"server s2 = web.test:{port} resolvers dns init-addr none check")
    wait_until(lambda: states(proxy)["s2"] == "127.0.0.2", "the other server")
    assert {greeting(connect(proxy)) for _ in range(3)} == {"a"}
    row = proxy.admin.row("l", "s1")
    assert (row["status"], row["stot"], row["check_status"]) == (RESOLUTION, "0", "")


def test_the_answer_of_show_resolvers_has_haproxys_lines(scripted, proxied):
    names = scripted(lambda query: query.answer(code=3))
    proxy = proxied([names.address], "server s1 = web.test:80 resolvers dns init-addr none")
    wait_until(lambda: counters(proxy)["nx"] > 1, "answers are counted")
    lines = proxy.admin.ask("show resolvers").splitlines()
    assert lines[:2] == ["Resolvers section dns", " nameserver ns1:"]
    assert [line.split(":")[0].strip() for line in lines[2:17]] == [
        "sent", "snd_error", "valid", "update", "cname", "cname_error", "any_err", "nx", "timeout", "refused", "other",
        "invalid", "too_big", "truncated", "outdated"]
    assert all(len(line) >= 16 and line[14] == " " for line in lines[2:17])
    assert proxy.admin.ask("show resolvers x") == "Can't find that resolvers section\n\n"


def test_names_are_in_the_metrics_and_on_the_status_page(dns, spliced, run):
    names = dns({"web.test": ["127.0.0.2"]})
    proxy = spliced(f"""[stats]
        bind = fd@?
        [resolvers dns]
        nameserver ns1 = {names.address}
        [listen l]
        bind = fd@?
        server s1 = web.test:80 resolvers dns init-addr none
        server s2 = nosuch.test:80 resolvers dns init-addr none""")
    page = f"http://{proxy.addresses[0]}"
    wait_until(lambda: 'spliced_resolver_names{resolver="dns",state="known"} 1' in run(
        "curl", "-s", f"{page}/metrics").stdout, "the metrics")
    text = run("curl", "-s", f"{page}/metrics").stdout
    assert 'spliced_resolver_names{resolver="dns",state="followed"} 2' in text
    assert 'spliced_resolver_queries_total{resolver="dns",nameserver="ns1",result="valid"} 1' in text
    assert 'haproxy_server_status{proxy="l",server="s2",state="MAINT"} 1' in text
    assert RESOLUTION in run("curl", "-s", page).stdout


def test_a_process_that_stops_asks_no_more(scripted, proxied, connect, named):
    port = named(a="127.0.0.2")
    names = scripted(lambda query: query.answer(address("127.0.0.2")))
    proxy = proxied([names.address], f"server s1 = web.test:{port} resolvers dns init-addr none")
    wait_for(proxy, {"s1": "127.0.0.2"})
    held = connect(proxy)
    assert held.read(1) == b"a"
    proxy.send_signal(10)
    proxy.wait_for_log("Proxy l stopped")
    before = len(names.queries)
    with pytest.raises(AssertionError):
        wait_until(lambda: len(names.queries) > before + 1, "it asks on", deadline=0.5)
    held.half_close()
    assert held.read_all() == b""
    assert proxy.wait_for_exit() == 0


def test_an_unknown_name_at_the_start(run, binary, tmp_path):
    config = tmp_path / "a.ini"

    def check(parameters):
        config.write_text(f"[resolvers dns]\nnameserver a = 127.0.0.1:9\n[listen l]\nbind = 127.0.0.1:1\n"
                          f"server s = nosuch.invalid:80 {parameters}\n")
        done = run(binary, "-f", config, "-c")
        return done.returncode, done.stderr
    code, text = check("")
    assert code == 1 and f"{config}:5: 'server s': cannot resolve 'nosuch.invalid'" in text
    assert "'init-addr none' lets the server start without an address" in text
    assert check("init-addr none")[0] == 0
    code, text = check("resolvers dns")
    assert code == 0 and "it waits in maintenance until 'dns' has an answer" in text


def test_the_services_of_a_scripted_name_server_may_share_a_host(scripted, proxied):
    def script(query):
        return query.answer(service("a.test", 81, 1), service("a.test", 82, 1), address("127.0.0.2"))
    proxy = proxied([scripted(script).address], "server-template s = 2 _x._tcp.test resolvers dns")
    wait_for(proxy, {"s1": "127.0.0.2", "s2": "127.0.0.2"})
    assert [proxy.admin.row("l", name)["addr"] for name in ("s1", "s2")] == ["127.0.0.2:81", "127.0.0.2:82"]
