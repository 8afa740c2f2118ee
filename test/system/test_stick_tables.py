"""Tracking of clients in stick tables and limits by them, as HAProxy 2.6 does it, which is asked as well."""

import re

import pytest
from admin import Admin
from peer import hold
from waiting import wait_until

ALL = ("conn_cnt,conn_cur,conn_rate(10m),sess_cnt,sess_rate(10m),bytes_in_cnt,bytes_out_cnt,gpc0,gpc0_rate(10m),gpc1,"
       "gpt0")


@pytest.fixture
def served(duo, serve):
    """Starts the proxy with a backend `be` of one server that sends back what it hears."""
    def start(text):
        return duo(text + f"\nbackend be\n server s1 {serve().address}\n")
    return start


def table(proxy, name):
    """{key: {data: value}} of `show table`, without the time that is left."""
    entries = {}
    for line in proxy.admin.ask(f"show table {name}").splitlines():
        if line.startswith("0x"):
            fields = dict(word.split("=", 1) for word in line.split()[1:])
            key = fields.pop("key")
            fields.pop("exp")
            entries[key] = {re.sub(r"\(\d+\)", "", data): value for data, value in fields.items()}
    return entries


def settle(proxy, name, key, **expected):
    """Waits until the entry has these values; returns all of it."""
    def settled():
        entry = table(proxy, name).get(key, {})
        return entry if all(entry.get(data) == str(value) for data, value in expected.items()) else None
    return wait_until(settled, f"{key} in {name} has {expected}")


def is_served(client):
    """True where an answer came, False where the connection was ended instead."""
    try:
        client.send(b"hello")
        return client.read(5) == b"hello"
    except OSError:
        return False


@pytest.fixture
def visit(connect):
    """Connects once more, and says whether an answer came; the connection stays until the end."""
    def call(proxy, **options):
        try:
            client = connect(proxy, **options)
        except OSError:
            return False
        return is_served(client)
    return call


def test_a_client_that_connects_too_often_is_refused(served, connect, visit):
    proxy = served("frontend fe\n bind fd@?\n stick-table type ip size 100 expire 10m store conn_rate(10m)\n"
                   " tcp-request connection track-sc0 src\n"
                   " tcp-request connection reject if { src_conn_rate gt 3 }\n default_backend be\n")
    assert [visit(proxy) for _ in range(5)] == [True, True, True, False, False]
    assert table(proxy, "fe")["127.0.0.1"]["conn_rate"] == "5"
    other = connect(proxy, source="127.0.0.9")
    assert is_served(other)


def test_a_client_with_too_many_connections_is_refused_until_one_ends(served, connect, visit):
    proxy = served("frontend fe\n bind fd@?\n stick-table type ip size 100 expire 10m store conn_cur\n"
                   " acl greedy src_conn_cur ge 2\n"
                   " tcp-request connection reject if greedy\n"
                   " tcp-request connection track-sc1 src\n default_backend be\n")
    first, second = connect(proxy), connect(proxy)
    assert is_served(first) and is_served(second)
    assert not visit(proxy)
    first.close()
    settle(proxy, "fe", "127.0.0.1", conn_cur=1, use=1)
    assert visit(proxy)


TRACKED = f"""
frontend fe
 bind fd@?
 tcp-request inspect-delay 5s
 tcp-request connection track-sc0 src table a
 tcp-request connection track-sc0 src table b
 tcp-request connection sc-inc-gpc0(0)
 tcp-request connection sc-inc-gpc1(0)
 tcp-request connection sc-set-gpt0(0) 7
 tcp-request connection sc-inc-gpc0(2)
 tcp-request connection reject if {{ sc0_conn_cur ge 3 }}
 tcp-request session track-sc1 src table c
 tcp-request content track-sc0 src table d
 tcp-request content track-sc2 src_port,length table d
 tcp-request content reject if {{ sc1_conn_cnt eq 2 }} {{ sc1_tracked }} {{ sc_trackers(1) eq 2 }}
 default_backend be
backend a
 stick-table type ip size 100 expire 10m store {ALL}
backend b
 stick-table type ip size 100 expire 10m store {ALL}
backend c
 stick-table type ipv6 size 100 expire 10m store {ALL}
backend d
 stick-table type integer size 100 expire 10m store {ALL}
"""


def test_what_becomes_of_a_session_is_counted_where_it_is_tracked(served, connect, visit):
    proxy = served(TRACKED)
    first = connect(proxy)
    assert is_served(first)
    one = {"use": "1", "gpt0": "7", "gpc0": "1", "gpc0_rate": "1", "gpc1": "1", "conn_cnt": "1", "conn_rate": "1",
           "conn_cur": "1", "sess_cnt": "1", "sess_rate": "1", "bytes_in_cnt": "0", "bytes_out_cnt": "0"}
    untouched = {"gpt0": "0", "gpc0": "0", "gpc0_rate": "0", "gpc1": "0"}
    assert table(proxy, "a") == {"127.0.0.1": one}
    assert table(proxy, "b") == {}  # what tracks first stays
    assert table(proxy, "c") == {"::ffff:127.0.0.1": one | untouched}
    # Tracked when the session had begun already, so it is no new session there.
    assert table(proxy, "d") == {"5": one | untouched | {"sess_cnt": "0", "sess_rate": "0"}}

    assert not visit(proxy)  # by the rule of content
    settle(proxy, "a", "127.0.0.1", conn_cur=1, conn_cnt=2, sess_cnt=2, use=1)
    second = connect(proxy)
    assert is_served(second)
    assert not visit(proxy)  # by the rule of connections, so it never was a session
    settle(proxy, "a", "127.0.0.1", conn_cur=2, conn_cnt=4, sess_cnt=3, use=2, gpc0=4)
    first.close()
    second.close()
    entry = settle(proxy, "a", "127.0.0.1", conn_cur=0, conn_cnt=4, use=0, bytes_out_cnt=10)
    # HAProxy counts what a client said that was turned away, where that had come by then.
    assert entry["bytes_in_cnt"] in ("10", "15")
    settle(proxy, "c", "::ffff:127.0.0.1", conn_cur=0, conn_cnt=3, sess_cnt=3, use=0)
    settle(proxy, "d", "5", conn_cur=0, conn_cnt=3, sess_cnt=0, use=0, bytes_out_cnt=10)


def test_an_entry_that_is_tracked_cannot_be_cleared(served, connect):
    proxy = served("frontend fe\n bind fd@?\n stick-table type ip size 10 store gpc0,conn_cur\n"
                   " tcp-request connection track-sc0 src\n default_backend be\n")
    client = connect(proxy)
    assert is_served(client)
    assert proxy.admin.ask("clear table fe key 127.0.0.1") == "Entry currently in use, cannot remove\n\n"
    proxy.admin.ask("clear table fe")
    assert table(proxy, "fe")["127.0.0.1"]["conn_cur"] == "1"
    client.close()
    settle(proxy, "fe", "127.0.0.1", use=0)
    assert proxy.admin.ask("clear table fe key 127.0.0.1") == "\n"
    assert table(proxy, "fe") == {}


def test_a_full_table_tracks_no_more_than_it_holds(served, connect, visit):
    proxy = served("frontend fe\n bind fd@?\n stick-table type ip size 2 expire 10m store conn_cur\n"
                   " tcp-request connection track-sc0 src\n default_backend be\n")
    clients = [connect(proxy, source=f"127.0.0.{number}") for number in range(1, 5)]
    assert all(is_served(client) for client in clients)  # nobody is refused for it
    assert set(table(proxy, "fe")) == {"127.0.0.1", "127.0.0.2"}
    for client in clients:
        client.close()
    settle(proxy, "fe", "127.0.0.1", use=0)
    # HAProxy purges at the second try.
    wait_until(lambda: visit(proxy, source="127.0.0.5") and "127.0.0.5" in table(proxy, "fe"), "there is room")


def test_rules_ask_other_tables(served, visit):
    """Fetches and converters look without making an entry; src_inc_gpc0 makes one."""
    proxy = served("frontend fe\n bind fd@?\n"
                   " tcp-request connection reject if { src,table_gpc0(blocked) gt 0 }\n"
                   " tcp-request connection reject if { src_get_gpt0(blocked) eq 9 }\n"
                   " tcp-request connection reject if { src,in_table(seen) } { src_inc_gpc0(seen) ge 3 }\n"
                   " tcp-request connection reject if { table_cnt(blocked) ge 3 }\n"
                   " tcp-request connection accept if { src_inc_gpc0(seen) ge 1 }\n default_backend be\n"
                   "backend blocked\n stick-table type ip size 100 store gpc0,gpt0\n"
                   "backend seen\n stick-table type ip size 100 store gpc0,conn_cnt\n")
    assert visit(proxy)
    assert table(proxy, "blocked") == {}
    assert table(proxy, "seen")["127.0.0.1"]["gpc0"] == "1"
    assert not visit(proxy) or not visit(proxy)
    proxy.admin.ask("set table blocked key 127.0.0.2 data.gpc0 1")
    proxy.admin.ask("set table blocked key 127.0.0.3 data.gpt0 9")
    assert not visit(proxy, source="127.0.0.2")
    assert not visit(proxy, source="127.0.0.3")
    assert visit(proxy, source="127.0.0.4")
    proxy.admin.ask("set table blocked key 127.0.0.5")
    assert not visit(proxy, source="127.0.0.6")


def test_data_that_a_table_does_not_store_never_match(served, visit):
    proxy = served("frontend fe\n bind fd@?\n stick-table type ip size 100 store conn_cnt\n"
                   " tcp-request connection track-sc0 src\n"
                   " tcp-request connection reject if { src_conn_cur ge 0 }\n"
                   " tcp-request connection reject if { sc0_gpc0_rate ge 0 }\n"
                   " tcp-request connection reject if { sc2_conn_cnt ge 0 }\n default_backend be\n")
    assert visit(proxy)


CIRCUITS = """
frontend onion
 bind fd@? accept-proxy
 stick-table type ipv6 size 100k expire 10m store conn_cur,conn_rate(10m)
 tcp-request session track-sc0 src
 tcp-request session reject if { sc0_conn_cur gt 2 }
 default_backend be
"""


def test_each_circuit_of_tor_has_a_limit_of_its_own(served, connect):
    """The line that tor sends for a circuit; all of them come from one address."""
    proxy = served(CIRCUITS)

    def visit(circuit):
        client = connect(proxy)
        try:
            client.send(f"PROXY TCP6 fc00:dead:beef:4dad::0:{circuit:x} ::1 {circuit} 80\r\n".encode())
        except OSError:
            return False
        return is_served(client)
    assert [visit(45) for _ in range(4)] == [True, True, False, False]
    assert [visit(46) for _ in range(3)] == [True, True, False]
    entries = table(proxy, "onion")
    assert {key: entry["conn_cur"] for key, entry in entries.items()} == {
        "fc00:dead:beef:4dad::2d": "2", "fc00:dead:beef:4dad::2e": "2"}
    assert entries["fc00:dead:beef:4dad::2d"]["conn_rate"] == "4"


# ---- reloads

LIMITED = """
[listen web]
bind = fd@?
server s1 = {server}
stick-table = type ip size 10 expire 10m store {store}
tcp-request = connection track-sc0 src
tcp-request = connection reject if {{ src_conn_cur gt {most} }}
"""


@pytest.fixture
def limited(spliced, serve, short_folder):
    server = serve().address
    proxy = spliced(LIMITED.format(server=server, store="conn_cur,conn_cnt", most=2),
                    global_lines=[f"stats socket = {short_folder}/admin.sock level admin"])
    proxy.admin = Admin(short_folder / "admin.sock")
    proxy.server = server
    return proxy


def test_a_reload_forgets_no_client(limited, connect, visit):
    clients = [connect(limited) for _ in range(2)]
    assert all(is_served(client) for client in clients)
    limited.reload(LIMITED.format(server=limited.server, store="conn_cnt,conn_cur", most=2))
    assert table(limited, "web")["127.0.0.1"] == {"use": "2", "conn_cnt": "2", "conn_cur": "2"}
    assert not visit(limited)
    clients[0].close()
    settle(limited, "web", "127.0.0.1", conn_cur=1)
    assert visit(limited)


def test_sessions_outlive_the_table_that_they_are_tracked_in(limited, connect):
    clients = [connect(limited) for _ in range(2)]
    assert all(is_served(client) for client in clients)
    limited.reload(LIMITED.format(server=limited.server, store="conn_cur", most=1))
    assert table(limited, "web") == {}
    assert is_served(clients[0])
    clients[0].close()
    third = connect(limited)
    assert is_served(third)
    assert table(limited, "web")["127.0.0.1"]["conn_cur"] == "1"
    limited.reload(f"[listen web]\nbind = fd@?\nserver s1 = {limited.server}\n")
    for client in (clients[1], third):
        assert is_served(client)
        client.close()
    limited.wait_for_sessions(3)


def test_an_entry_expires_after_its_session_and_not_before(spliced, serve, connect, short_folder):
    proxy = spliced(LIMITED.format(server=serve().address, store="conn_cur", most=9).replace("10m", "200ms"),
                    global_lines=[f"stats socket = {short_folder}/admin.sock level admin"])
    proxy.admin = Admin(short_folder / "admin.sock")
    client, other = connect(proxy), connect(proxy, source="127.0.0.2")
    assert is_served(client) and is_served(other)
    other.close()
    wait_until(lambda: set(table(proxy, "web")) == {"127.0.0.1"}, "the other one has expired")
    assert "exp=0 " in proxy.admin.ask("show table web")  # long since
    client.close()
    wait_until(lambda: not table(proxy, "web"), "the last one expires")


# ---- stickiness

STICKY = """
frontend fe
 bind fd@?
 default_backend web
backend web
 stick-table type ip size 1k expire 10m
 stick on src
 server s1 {0}
 server s2 {1}
 server s3 {2} {more}
"""


class Named:
    """Three servers that say who they are."""

    def __init__(self, serve, more=""):
        self.servers = [serve(self._named(f"s{number}")) for number in (1, 2, 3)]
        self.text = STICKY.format(*(server.address for server in self.servers), more=more)

    @staticmethod
    def _named(name):
        def script(peer):
            peer.send(name.encode())
            hold(peer)
        return script


def server_of(connect, proxy, source="127.0.0.1"):
    with connect(proxy, source=source) as client:
        return client.read(2).decode()


def test_a_client_goes_back_to_its_server(duo, serve, connect):
    proxy = duo(Named(serve).text)
    clients = [f"127.0.0.{number}" for number in range(1, 7)]
    first = [server_of(connect, proxy, source) for source in clients]
    assert first == ["s1", "s2", "s3"] * 2
    for _ in range(2):
        assert [server_of(connect, proxy, source) for source in reversed(clients)] == first[::-1]
    entries = table(proxy, "web")
    assert entries["127.0.0.5"] == {"use": "0", "server_id": "2", "server_key": "s2"}
    assert set(entries) == set(clients)


def test_a_drained_server_keeps_its_clients_and_one_in_maintenance_does_not(duo, serve, connect):
    proxy = duo(Named(serve).text)
    assert [server_of(connect, proxy, f"127.0.0.{number}") for number in (1, 2, 3)] == ["s1", "s2", "s3"]
    proxy.admin.ask("set server web/s2 state drain")
    assert server_of(connect, proxy, "127.0.0.2") == "s2"
    assert "s2" not in [server_of(connect, proxy, f"127.0.0.{number}") for number in range(10, 14)]
    proxy.admin.ask("set server web/s2 state ready; set server web/s2 weight 0")
    assert server_of(connect, proxy, "127.0.0.2") == "s2"
    proxy.admin.ask("set server web/s2 state maint")
    now = server_of(connect, proxy, "127.0.0.2")
    assert now != "s2"
    settle(proxy, "web", "127.0.0.2", server_key=now)
    proxy.admin.ask("set server web/s2 state ready; set server web/s2 weight 1")
    assert server_of(connect, proxy, "127.0.0.2") == now  # stored anew


def test_a_server_with_non_stick_is_not_remembered(duo, serve, connect):
    proxy = duo(Named(serve, more="non-stick").text)
    assert [server_of(connect, proxy, f"127.0.0.{number}") for number in (1, 2, 3)] == ["s1", "s2", "s3"]
    assert set(table(proxy, "web")) == {"127.0.0.1", "127.0.0.2"}


def test_an_administrator_sends_a_client_to_another_server(duo, serve, connect):
    proxy = duo(Named(serve).text)
    proxy.admin.ask("set table web key 127.0.0.7 data.server_id 3")
    assert server_of(connect, proxy, "127.0.0.7") == "s3"


def test_a_table_knows_a_server_by_its_id(duo, serve, connect):
    proxy = duo(Named(serve, more="id 50").text)
    assert [server_of(connect, proxy, f"127.0.0.{number}") for number in (1, 2, 3)] == ["s1", "s2", "s3"]
    assert table(proxy, "web")["127.0.0.3"] == {"use": "0", "server_id": "50", "server_key": "s3"}
    proxy.admin.ask("set table web key 127.0.0.7 data.server_id 50")
    assert server_of(connect, proxy, "127.0.0.7") == "s3"


def test_stickiness_has_conditions_and_other_tables(duo, serve, connect):
    text = Named(serve).text.replace(" stick on src\n", """ stick match src table known if { src 127.0.0.0/29 }
 stick store-request src table known if { src 127.0.0.4/30 }
""") + "backend known\n stick-table type ip size 10\n"
    proxy = duo(text)
    sources = ["127.0.0.1", "127.0.0.4", "127.0.0.9"]
    assert [server_of(connect, proxy, source) for source in sources] == ["s1", "s2", "s3"]
    assert set(table(proxy, "known")) == {"127.0.0.4"}
    assert server_of(connect, proxy, "127.0.0.4") == "s2"
    proxy.admin.ask("set table known key 127.0.0.9 data.server_id 1; set table known key 127.0.0.1 data.server_id 3")
    assert server_of(connect, proxy, "127.0.0.1") == "s3"


def test_stickiness_survives_a_reload_in_another_order(spliced, serve, connect):
    servers = Named(serve).servers
    text = "[listen web]\nbind = fd@?\nbalance = roundrobin\nstick-table = type ip size 1k expire 10m\nstick = on src\n"
    lines = [f"server s{number} = {server.address}\n" for number, server in enumerate(servers, 1)]
    proxy = spliced(text + "".join(lines))
    clients = [f"127.0.0.{number}" for number in range(1, 4)]
    assert [server_of(connect, proxy, source) for source in clients] == ["s1", "s2", "s3"]
    proxy.reload(text + lines[2] + lines[0] + lines[1])
    assert [server_of(connect, proxy, source) for source in clients] == ["s1", "s2", "s3"]
    proxy.reload(text + lines[2] + lines[0])
    assert server_of(connect, proxy, "127.0.0.2") in ("s1", "s3")
    assert [server_of(connect, proxy, source) for source in ("127.0.0.1", "127.0.0.3")] == ["s1", "s3"]


def test_a_client_whose_server_died_gets_another_and_stays_there(spliced, serve, connect):
    named = Named(serve)
    addresses = [server.address for server in named.servers]
    text = ("[listen web]\nbind = fd@?\nbalance = roundrobin\nstick-table = type ip size 1k expire 10m\n"
            "stick = on src\n" +
            "".join(f"server s{number} = {address}\n" for number, address in enumerate(addresses, 1)))
    proxy = spliced(text)
    assert [server_of(connect, proxy, f"127.0.0.{number}") for number in (1, 2, 3)] == ["s1", "s2", "s3"]
    named.servers[1].close()
    now = server_of(connect, proxy, "127.0.0.2")  # refused by s2, and sent on at once
    assert now in ("s1", "s3")
    assert server_of(connect, proxy, "127.0.0.2") == now
