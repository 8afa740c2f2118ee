"""Which server gets the next connection; the orders were measured on HAProxy 2.6."""

import pytest
from peer import Behaviour


ABC = {"a": "", "b": "", "c": ""}
WEIGHTED = {"a": "weight 3", "b": "weight 1", "c": "weight 2"}


@pytest.mark.parametrize("algorithm", ["leastconn", "roundrobin"])
@pytest.mark.parametrize("held", [False, True])
def test_equal_servers_take_turns(farm, algorithm, held):
    assert farm(ABC, f"balance = {algorithm}")(9, held) == "abcabcabc"


def test_the_default_is_leastconn(farm):
    names = farm({"a": "weight 3", "b": "weight 1", "c": "weight 2"})
    assert names(12, held=True) == "abcacaacabca"


def test_leastconn_scales_with_weights(farm):
    assert farm(WEIGHTED, "balance = leastconn")(12, held=True) == "abcacaacabca"


def test_roundrobin_spreads_weights_smoothly(farm):
    assert farm(WEIGHTED, "balance = roundrobin")(12) == "acabacacabac"


def test_leastconn_fills_the_gaps_that_ended_sessions_leave(farm, connect):
    names = farm(ABC, "balance = leastconn")
    clients = [connect(names.proxy) for _ in range(6)]
    served = {"a": [], "b": [], "c": []}
    for client in clients:
        served[client.read(1).decode()].append(client)
    for client in served["b"]:
        client.half_close()
        client.read_all()
    names.proxy.wait_for_sessions(2)
    assert names(2, held=True) == "bb"


def test_first_takes_the_first_server_until_it_is_gone(farm):
    names = farm({"a": "", "b": "", "c": ""}, "balance = first")
    assert names(5, held=True) == "aaaaa"
    names.servers["a"].stop_listening()
    assert names(3) == "bbb"


def test_a_backup_serves_only_when_every_active_server_is_down(farm):
    names = farm({"a": "check inter 50ms fall 1", "b": "backup", "c": "backup"}, "balance = roundrobin")
    assert names(4) == "aaaa"
    names.servers["a"].stop_listening()
    names.proxy.wait_for_log(r"Server farm/a is DOWN")
    assert names(4) == "bbbb"


def test_with_allbackups_the_backups_share_the_load(farm):
    names = farm({"a": "dead check inter 50ms fall 1", "b": "backup", "c": "backup"},
                 "balance = roundrobin", "option allbackups = yes")
    names.proxy.wait_for_log(r"Server farm/a is DOWN")
    assert sorted(names(6)) == sorted("bcbcbc")


def test_disabled_servers_and_those_of_weight_0_get_nothing(farm):
    names = farm({"a": "disabled", "b": "", "c": "weight 0"})
    assert names(6, held=True) == "bbbbbb"
    assert not names.servers["a"].peers and not names.servers["c"].peers


def test_default_server_applies_to_the_servers_below_it(farm):
    names = farm({"a": "", "b": "weight 1"}, "default-server = weight 3", "balance = roundrobin")
    assert names(8).count("a") == 6


def test_a_thousand_servers_take_turns(serve, spliced, connect, sanitized):
    """Many names for one listening server: 127.0.1.1 and so on lead to the same socket on 0.0.0.0."""
    server = serve(Behaviour(read="end", answer=b"x"), "0.0.0.0:0")
    count = 1000
    lines = ["[listen many]", "bind = fd@?", "balance = leastconn"]
    lines += [f"server s{number:04} = 127.0.{1 + number // 250}.{1 + number % 250}:{server.port}"
              for number in range(count)]
    proxy = spliced("\n".join(lines))
    turns = 100 if sanitized else 300
    for _ in range(turns):
        with connect(proxy) as client:
            client.half_close()
            assert client.read_all() == b"x"
    served = [session.server for session in proxy.wait_for_sessions(turns)]
    assert served == [f"s{number:04}" for number in range(turns)]


def test_a_frontend_uses_its_default_backend(serve, spliced, connect):
    proxy = spliced(f"""
        [frontend front]
        bind = fd@?
        default_backend = back
        [backend back]
        server s1 = {serve(Behaviour(read="end", answer=b"ok")).address}
    """)
    with connect(proxy) as client:
        client.half_close()
        assert client.read_all() == b"ok"
    session = proxy.wait_for_sessions()[0]
    assert (session.frontend, session.backend, session.server) == ("front", "back", "s1")
