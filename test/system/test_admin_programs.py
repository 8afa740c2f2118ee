"""The programs that administrators use on HAProxy's socket, on ours: socat, hatop, an exporter; and splicectl."""

import re
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from admin import Admin
from waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(spliced, serve, short_folder):
    """(Admin, Proxy): a proxy with two checked servers and a statistics socket."""
    path = short_folder / "admin.sock"
    servers = [f"server web{number} = {serve().address} check inter 200" for number in (1, 2)]
    proxy = spliced("\n".join(["[listen onion]", "bind = fd@?", *servers]),
                    global_lines=[f"stats socket = {path} level admin"])
    return Admin(path), proxy


@pytest.fixture
def ctl(binary, site, run):
    """Runs splicectl on the socket of the site: ctl(words...) -> CompletedProcess."""
    admin, _ = site
    program = binary.with_name("splicectl")
    return lambda *words, **options: run(program, "-s", admin.where, *words, **options)


# ---- socat

@pytest.mark.parametrize("script, pattern", [
    ("echo 'show info' | socat - $SOCKET", r"Name: spliced\n"),
    ("echo 'show stat' | socat $SOCKET stdio | cut -d, -f1,2,18 | grep ^onion", r"(?m)^onion,BACKEND,UP$"),
    ("echo 'show info;show stat' | socat unix-connect:$SOCKET stdio", r"(?s)Tainted: 0\n\n# pxname"),
    ("printf 'disable server onion/web1\\nshow stat onion 4 1\\n' | socat - $SOCKET", r"onion,web1,.*,MAINT,"),
    ("echo 'set server onion/web1 state ready' | socat -t5 - $SOCKET", r"^\n$"),
])
def test_scripts_with_socat_work(site, need, run, script, pattern):
    need("socat")
    admin, _ = site
    ended = run("bash", "-c", script.replace("$SOCKET", admin.where))
    assert ended.returncode == 0, ended.stderr
    assert re.search(pattern, ended.stdout), ended.stdout


# ---- hatop

class Screen:
    """A program in a terminal of its own, by tmux with a server of its own; closed at the end."""

    def __init__(self, tmux, socket, *command):
        self._tmux = [tmux, "-S", str(socket)]
        self._run("-f", "/dev/null", "new-session", "-d", "-x", "132", "-y", "40", "TERM=screen exec " + " ".join(command))

    def _run(self, *arguments):
        return subprocess.run([*self._tmux, *arguments], capture_output=True, text=True, timeout=20, check=False).stdout

    def text(self):
        return self._run("capture-pane", "-p")

    def press(self, *keys):
        self._run("send-keys", *keys)

    def wait_for(self, pattern):
        def shown():
            text = self.text()
            return text if re.search(pattern, text) else None
        try:
            return wait_until(shown, f"the screen shows {pattern!r}", 15)
        except AssertionError as late:
            raise AssertionError(f"{late}\n{self.text()}") from None

    def close(self):
        self._run("kill-server")


@pytest.fixture
def screen(need, short_folder):
    """Starts a program in a terminal: screen(words...) -> Screen."""
    tmux = need("tmux")
    screens = []

    def start(*command):
        screens.append(Screen(tmux, short_folder / f"tmux{len(screens)}", *command))
        return screens[-1]
    yield start
    for each in screens:
        each.close()


def in_maintenance(admin):
    return "MAINT" in [row["status"] for row in admin.rows("show stat onion 4 -1")]


def comes_true(condition, patience=3.0):
    """Whether it does within so many seconds."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(0.02)
    return True


def test_hatop_shows_the_servers_and_disables_one(site, need, screen):
    hatop = need("hatop")
    admin, proxy = site
    shown = screen(hatop, "-s", admin.where)
    text = shown.wait_for(r"web2 .*UP")
    assert "spliced Version: 0.1.0  (released: " in text
    assert f"PID: {proxy.pid} (proc 1)" in text
    assert re.search(r"onion", text) and re.search(r"web1 .*UP", text), text
    for _ in range(3):  # the cursor stands on the heading or the frontend at first
        shown.press("Down", "F10")
        if comes_true(lambda: in_maintenance(admin)):
            break
    text = shown.wait_for(r"web\d .*MAINT")
    assert in_maintenance(admin)
    proxy.wait_for_log(r"^Server onion/web\d is going DOWN for maintenance\.")
    for keys in (["F9"], ["Up", "F9"], ["Up", "F9"]):  # where it was slow, the cursor has gone further
        shown.press(*keys)
        if comes_true(lambda: not in_maintenance(admin)):
            break
    assert not in_maintenance(admin)
    shown.press("q")


# ---- the exporter

def test_the_prometheus_exporter_reads_the_socket(site, need, start, tmp_path, connect):
    exporter = need("prometheus-haproxy-exporter")
    admin, proxy = site
    peer = connect(proxy)
    peer.send(b"x" * 100)
    assert peer.read(100) == b"x" * 100
    log = tmp_path / "exporter.log"
    with open(log, "wb") as out:
        start(exporter, f"--haproxy.scrape-uri=unix:{admin.where}", "--web.listen-address=127.0.0.1:0", stdout=out,
              stderr=out)
    port = wait_until(lambda: re.search(r"Listening on\D+address=\S+:(\d+)", log.read_text()), "the exporter listens")[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    assert "\nhaproxy_up 1\n" in text
    assert 'haproxy_server_up{backend="onion",server="web1"} 1' in text
    assert 'haproxy_frontend_bytes_in_total{frontend="onion"} 100' in text
    assert 'haproxy_backend_current_sessions{backend="onion"} 1' in text
    assert re.search(r"haproxy_exporter_csv_parse_failures(_total)? 0\n", text)
    assert f'haproxy_version_info{{release_date="{admin.info()["Release_date"]}",version="0.1.0"}} 1' in text


# ---- splicectl

def test_splicectl_passes_a_command_on_and_prints_the_answer(site, ctl):
    admin, _ = site
    ended = ctl("show", "stat", "onion", "1", "-1")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == admin.ask("show stat onion 1 -1")[:-1]
    assert ctl("show version").stdout == "0.1.0\n"


def test_splicectl_drains_and_readies_a_server(site, ctl):
    admin, _ = site
    for word, status in (("drain", "DRAIN"), ("maint", "MAINT"), ("ready", "UP")):
        ended = ctl(word, "onion/web1")
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
        assert admin.row("onion", "web1")["status"].split()[0] == status


def test_splicectl_tells_a_refusal_by_its_exit_code(site, ctl, binary, run):
    ended = ctl("drain", "onion/nope")
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "No such server.\n")
    assert ctl("foo").returncode == 1
    assert ctl("drain").returncode == 2
    assert ctl("-x").returncode == 2
    ended = run(binary.with_name("splicectl"), "-s", "/nowhere/x.sock", "show info")
    assert ended.returncode == 3
    assert ended.stderr == "splicectl: /nowhere/x.sock: connect: No such file or directory; " \
        "spliced.ini needs a line 'stats socket = PATH'\n"


def test_splicectl_takes_the_socket_from_the_environment(site, binary, run):
    admin, _ = site
    ended = run(binary.with_name("splicectl"), "show version", env={"SPLICED_SOCKET": admin.where})
    assert ended.stdout == "0.1.0\n"


def test_splicectl_takes_a_relative_path(site, binary, run):
    path = Path(site[0].where)
    for word in (path.name, f"./{path.name}", f"../{path.parent.name}/{path.name}"):
        ended = run(binary.with_name("splicectl"), "-s", word, "show version", cwd=path.parent)
        assert (ended.stdout, ended.stderr) == ("0.1.0\n", "")


def test_splicectl_does_not_wait_for_ever(binary, run, short_folder):

    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(short_folder / "silent.sock"))
        silent.listen()
        ended = run(binary.with_name("splicectl"), "-s", short_folder / "silent.sock", "-t", "200ms", "show info")
    assert ended.returncode == 3
    assert ended.stderr.endswith("silent.sock: receive: Connection timed out\n")


def test_splicectl_lists_the_servers(site, ctl):
    wait_until(lambda: re.search(r"(?m)^  onion/web2 +UP +1 .*L4OK$", ctl("list").stdout), "web2 is UP in the list")
    first = ctl("list").stdout.split("\n")[0]
    assert re.fullmatch(r"spliced 0\.1\.0  up 0d 0h00m\d\ds  connections 0/\d+  0/s  idle \d+%", first)


def test_splicectl_top_is_a_live_table(site, binary, screen):
    admin, _ = site
    shown = screen(str(binary.with_name("splicectl")), "-s", admin.where, "top", "-i", "200ms")
    shown.wait_for(r"onion/web1 +UP")
    admin.ask("set server onion/web1 state maint")
    shown.wait_for(r"onion/web1 +MAINT")
    shown.press("q")
    wait_until(lambda: "onion" not in shown.text(), "q leaves it")


def test_splicectl_works_on_the_socket_of_haproxy(process, binary, run):
    _, admin, _ = process
    program = binary.with_name("splicectl")
    assert run(program, "-s", admin.where, "drain", "be/s1").returncode == 0
    assert admin.row("be", "s1")["status"] == "DRAIN"
    ended = run(program, "-s", admin.where, "drain", "be/nope")
    assert (ended.returncode, ended.stderr) == (1, "No such server.\n")
    assert "be/s1" in run(program, "-s", admin.where, "list").stdout


@pytest.mark.parametrize("line, words", [
    ("splicectl sh", ["show", "shutdown"]),
    ("splicectl drain ", ["onion/web1", "onion/web2"]),
    ("splicectl show st", ["stat"]),
    ("splicectl set server onion/web1 state ", ["drain", "maint", "ready"]),
    ("splicectl disable frontend ", ["onion"]),
    ("splicectl -s $SOCKET enable server onion/web2", ["onion/web2"]),
])
def test_bash_completes_commands_and_servers(site, binary, run, line, words):
    admin, _ = site
    script = f"""
        source {ROOT}/etc/bash-completion/splicectl
        PATH={binary.parent}:$PATH
        read -ra COMP_WORDS <<<'{line.replace("$SOCKET", admin.where)}'
        [[ '{line}' != *' ' ]] || COMP_WORDS+=('')
        COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _splicectl
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    ended = run(shutil.which("bash"), "-c", script, env={"SPLICED_SOCKET": admin.where, "PATH": "/usr/bin:/bin"})
    assert ended.stdout.split() == words, ended.stderr
