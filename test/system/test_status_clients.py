"""The status page in a real browser, and its figures in Prometheus, HAProxy's exporter and munin.

Heavy programs: `make check-clients` runs these, `make check` does not.
"""

import json
import re
import socket
import subprocess

import pytest
from page import STATS, browser, document, get, heads, picture, rows, samples
from peer import wait_for_port
from waiting import wait_until

pytestmark = pytest.mark.clients

WEB = """
[listen web]
description = the web site
bind = fd@?
server s1 = {server} check inter 200ms
server s2 = 127.0.0.1:1 check inter 200ms
"""
# What a browser asks the page for goes through the proxy itself, so that its sessions count the requests.
VIA = """
[listen via]
bind = fd@?
server page = {page}
"""


@pytest.fixture
def web(spliced, serve):
    """A proxy with a page; `page` is the page's address and `via` leads there."""
    def start(lines=""):
        first = spliced(WEB.format(server=serve().address) + STATS + lines)
        first.page = first.addresses[-1]
        second = spliced(VIA.format(page=first.page) + STATS)
        first.via, first.counted_at = second.addresses
        wait_until(lambda: rows(first.page)[("web", "s2")]["status"] == "DOWN", "s2 is seen to be down")
        return first
    return start


def requests_of(proxy):
    return rows(proxy.counted_at)[("via", "FRONTEND")]["stot"]


@pytest.mark.parametrize("size", [(1280, 1000), (500, 1500)], ids=["wide", "narrow"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_browser_shows_the_page_in_both_lights(web, need, tmp_path, size, dark):
    proxy = web()
    command = browser(need("chromium"), tmp_path / "profile", size=size, dark=dark)
    width, height, colour = picture(command, f"http://{proxy.page}/", tmp_path / "page.png")
    assert (width, height) == size
    # The style sheet has arrived: the page's own background, not a browser's.
    assert colour == ((0x0f, 0x14, 0x19) if dark else (0xf4, 0xf5, 0xf7))


def test_script_keeps_the_page_up_to_date(web, need, tmp_path):
    proxy = web("refresh = 200ms\n")
    text = document(browser(need("chromium"), tmp_path / "profile"), f"http://{proxy.via}/")
    assert "1 of 2 servers is down" in text and 'id="stale" role="status" hidden' in text
    assert requests_of(proxy) > 5  # the page, its two files, and the page again and again


def test_without_script_the_page_is_the_same(web, need, tmp_path):
    proxy = web("refresh = 200ms\n")
    command = browser(need("chromium"), tmp_path / "profile", script=False)
    assert picture(command, f"http://{proxy.via}/", tmp_path / "page.png")[2] == (0xf4, 0xf5, 0xf7)
    assert requests_of(proxy) <= 4  # the page and its files: nothing asks again within the time
    text = document(command, f"http://{proxy.page}/")
    for part in ("1 of 2 servers is down", "<h2>web</h2>", "Connection refused",
                 '<meta http-equiv="refresh" content="5">'):
        assert part in text, part


def test_promtool_finds_fault_with_what_haproxy_chose_alone(web, need):
    text = get(web().page, "/metrics")[2]
    checked = subprocess.run([need("promtool"), "check", "metrics"], input=text, capture_output=True, text=True,
                             timeout=60, check=False)
    complaints = (checked.stdout + checked.stderr).splitlines()
    assert complaints == ['haproxy_process_failed_resolutions counter metrics should have "_total" suffix']


def test_prometheus_scrapes_the_metrics(web, need, start, serve, tmp_path):
    proxy = web()
    address = serve(listening=False).address
    (tmp_path / "prometheus.yml").write_text(f"""
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: spliced
    static_configs: [{{targets: ["{proxy.page}"]}}]
""")
    start(need("prometheus"), f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data",
          f"--web.listen-address={address}")
    wait_for_port(address)

    def query(expression):
        answer = get(address, f"/api/v1/query?query={expression}")
        return json.loads(answer[2])["data"]["result"] if answer[0] == 200 else []
    wait_until(lambda: [each["value"][1] for each in query("up")] == ["1"], "a scrape that went well", 60)
    down = query("haproxy_server_status==1")
    states = {each["metric"]["server"]: each["metric"]["state"] for each in down}
    assert states == {"s1": "UP", "s2": "DOWN"}
    assert {each["metric"]["method"] for each in query("spliced_relayed_bytes_total")} == {"splice", "copy"}
    stored = json.loads(get(address, "/api/v1/label/__name__/values")[2])["data"]
    assert set(heads(get(proxy.page, "/metrics")[2])) - set(stored) == set()


def test_the_exporter_for_haproxy_reads_the_csv(web, need, start, serve):
    proxy = web()
    address = serve(listening=False).address
    start(need("prometheus-haproxy-exporter"), f"--haproxy.scrape-uri=http://{proxy.page}/;csv",
          f"--web.listen-address={address}")
    wait_for_port(address)

    def exported():
        found = samples(get(address, "/metrics")[2])
        return found if found.get(("haproxy_up", "")) == "1" else None
    found = wait_until(exported, "haproxy_up is 1", 30)
    assert found[("haproxy_server_up", 'backend="web",server="s1"')] == "1"
    assert found[("haproxy_server_up", 'backend="web",server="s2"')] == "0"
    assert found[("haproxy_exporter_csv_parse_failures_total", "")] == "0"


def test_munin_reads_the_csv(web, need, run):
    """Its plugin for HAProxy, as munin-node would run it: each graph is a paragraph."""
    plugin = need("/usr/share/munin/plugins/haproxy_ng")
    proxy = web()
    host, _, port = proxy.addresses[0].rpartition(":")
    with socket.create_connection((host, int(port))):
        wait_until(lambda: rows(proxy.page)[("web", "FRONTEND")]["scur"] == 1, "the client is counted")
        ended = run(plugin, env={"MUNIN_CAP_MULTIGRAPH": "1", "MUNIN_LIBDIR": "/usr/share/munin",
                                 "url": f"http://{proxy.page}/;csv"})
    assert (ended.returncode, ended.stderr) == (0, "")
    graphs = {name: lines.split("\n") for name, lines in
              re.findall(r"(?s)multigraph HAP(\S+)\n(.*?)\n\n", ended.stdout)}
    assert graphs["Active"] == ["web_act.value 1"]
    assert graphs["SessionsFront"] == ["web_scur.value 1"]
    assert graphs["SessionsBack.web"] == ["s1_scur.value 1", "s2_scur.value 0"]
    assert "s2_lastchg.value 0" in graphs["Uptime.web"]  # down, in the plugin's eyes
