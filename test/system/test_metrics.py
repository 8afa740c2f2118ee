"""/metrics: HAProxy's names and values where it has them, and the proxy's own."""

from pathlib import Path

import pytest
from page import STATS, get, heads, samples
from peer import wait_for_port
from waiting import wait_until

RECORDED = heads((Path(__file__).parents[1] / "tools" / "haproxy26_metrics.txt").read_text())
# Of a proxy in HTTP mode.
NOT_OURS = ("haproxy_frontend_http_", "haproxy_frontend_intercepted_requests_total")

WEB = """
[frontend fe]
stick-table = type ip size 10
bind = fd@? name main
default_backend = be
[backend be]
server s1 = {server} check inter 200ms weight 3
server s2 = 127.0.0.1:1 check inter 200ms
server s3 = {server} disabled
server s4 = {server} backup
"""


@pytest.fixture
def web(spliced, serve):
    proxy = spliced(WEB.format(server=serve().address) + STATS)
    proxy.page = proxy.addresses[-1]
    return proxy


def metrics(proxy):
    return samples(get(proxy.page, "/metrics")[2])


def test_names_types_and_help_are_those_of_haproxy(web):
    ours = heads(get(web.page, "/metrics")[2])
    for name, head in RECORDED.items():
        if not name.startswith(NOT_OURS):
            assert ours.get(name) == head, name
    for name in ours:
        assert name in RECORDED or name.startswith("spliced_"), name


def test_values_follow_the_traffic(web, connect):
    with connect(web) as client:
        client.send(b"x" * 5000)
        assert client.read(5000) == b"x" * 5000
        now = metrics(web)
        assert now[("haproxy_frontend_current_sessions", 'proxy="fe"')] == "1"
        assert now[("haproxy_server_current_sessions", 'proxy="be",server="s1"')] == "1"
        assert now[("haproxy_process_current_connections", "")] == "1"
    wait_until(lambda: metrics(web)[("haproxy_frontend_current_sessions", 'proxy="fe"')] == "0", "it is over")
    now = metrics(web)
    assert now[("haproxy_backend_bytes_in_total", 'proxy="be"')] == "5000"
    assert now[("haproxy_listener_sessions_total", 'proxy="fe",listener="main"')] == "1"
    assert now[("haproxy_server_loadbalanced_total", 'proxy="be",server="s1"')] == "1"
    moved = [int(now[("spliced_relayed_bytes_total", f'method="{method}"')]) for method in ("splice", "copy")]
    assert sum(moved) == 10000


def test_states_are_one_series_each(web):
    def state(name, labels):
        now = metrics(web)
        return {key[1].rpartition("state=")[2].strip('"') for key, value in now.items()
                if key[0] == name and key[1].startswith(labels) and value == "1"}
    wait_until(lambda: state("haproxy_server_status", 'proxy="be",server="s2"') == {"DOWN"}, "s2 is down")
    wait_until(lambda: state("haproxy_server_check_status", 'proxy="be",server="s1"') == {"L4OK"}, "s1 is checked")
    assert state("haproxy_server_status", 'proxy="be",server="s1"') == {"UP"}
    assert state("haproxy_server_status", 'proxy="be",server="s3"') == {"MAINT"}
    assert state("haproxy_server_status", 'proxy="be",server="s4"') == {"UP"}
    assert state("haproxy_server_check_status", 'proxy="be",server="s2"') == {"L4CON"}
    assert state("haproxy_backend_status", 'proxy="be"') == {"UP"}
    assert state("haproxy_frontend_status", 'proxy="fe"') == {"UP"}
    assert state("haproxy_listener_status", 'proxy="fe",listener="main"') == {"OPEN"}
    now = metrics(web)
    assert now[("haproxy_backend_agg_server_status", 'proxy="be",state="UP"')] == "2"
    assert now[("haproxy_backend_agg_server_status", 'proxy="be",state="MAINT"')] == "1"
    assert now[("haproxy_server_check_failures_total", 'proxy="be",server="s3"')] == "NaN"


def test_series_are_those_of_haproxy_itself(web, need, start, serve, tmp_path):
    """The oracle: HAProxy with the same sections exports the same series of them, label for label."""
    haproxy = need("haproxy")
    ports = [serve(listening=False).address.rpartition(":")[2] for _ in range(2)]
    servers = WEB.partition("[backend be]")[2].replace(" = ", " ").format(server=serve().address)
    (tmp_path / "haproxy.cfg").write_text(f"""
defaults
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend fe
    option socket-stats
    bind 127.0.0.1:{ports[0]} name main
    default_backend be
backend be
{servers}
frontend prom
    mode http
    bind 127.0.0.1:{ports[1]}
    http-request use-service prometheus-exporter
""")
    start(haproxy, "-db", "-f", tmp_path / "haproxy.cfg")
    wait_for_port(f"127.0.0.1:{ports[1]}")

    def series(found):
        return {key for key in found if 'proxy="prom"' not in key[1] and "proxy=" in key[1]
                and not key[0].startswith(NOT_OURS) and not key[0].startswith("spliced_")}

    def theirs():
        return series(samples(get(f"127.0.0.1:{ports[1]}", "/metrics")[2]))
    wait_until(lambda: ("haproxy_server_check_duration_seconds", 'proxy="be",server="s2"') in theirs(), "it has checked")
    assert series(metrics(web)) == theirs()
