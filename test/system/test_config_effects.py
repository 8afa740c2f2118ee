"""Keywords and flags whose effect only the running program shows: where checks go, where lines go, daemon, pid file."""

import os
import re
import signal
import socket
import subprocess

import procfs
import pytest
from peer import Behaviour, echo
from waiting import wait_until

GOOD = "[listen web]\nbind = 127.0.0.1:18080\nserver s1 = 127.0.0.1:9001\n"


def test_a_check_goes_to_addr_and_port_and_sessions_to_the_server(serve, spliced, connect):
    server = serve(Behaviour(greeting=b"hi", read="end"))
    witness = serve(None, "127.0.0.2:0")
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        server web1 = {server.address} check inter 50ms fall 1 rise 1 addr 127.0.0.2 port {witness.port}
    """)
    witness.stop_listening()
    proxy.wait_for_log(r"Server onion/web1 is DOWN, .*Connection refused")
    server.stop_listening()
    witness.listen()
    proxy.wait_for_log(r"Server onion/web1 is UP")
    server.listen()
    assert connect(proxy).read(2) == b"hi"


def test_a_check_may_take_inter_without_timeout_check(unanswering, spliced):
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        timeout connect = 100ms
        server web1 = {unanswering().address} check inter 700ms fall 1
    """)
    found = proxy.wait_for_log(r"web1 is DOWN, reason: Layer4 timeout, check duration: (\d+)ms")
    assert int(found[1]) >= 700


@pytest.mark.parametrize("number", ["1ms", "60s"])
def test_with_timeout_check_a_check_may_take_timeout_connect_whatever_the_number(unanswering, spliced, number):
    """With `inter` as the bound, the log would stay silent for a minute."""
    proxy = spliced(f"""
        [listen onion]
        bind = fd@?
        timeout connect = 400ms
        timeout check = {number}
        server web1 = {unanswering().address} check inter 60s fall 1
    """)
    found = proxy.wait_for_log(r"web1 is DOWN, reason: Layer4 timeout, check duration: (\d+)ms")
    assert int(found[1]) >= 400


def test_lines_go_to_a_syslog_server_over_udp(serve, spliced, connect):
    server = serve(Behaviour(greeting=b"hi", read="end"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(10)
        target = f"log = udp@127.0.0.1:{receiver.getsockname()[1]} format rfc5424 local3 info"
        proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {server.address}", log=[target])
        client = connect(proxy)
        client.half_close()
        assert client.read_all() == b"hi"
        lines = []
        while not any(" relay relay/s1 " in line for line in lines):
            lines.append(receiver.recv(65536).decode())
    assert re.match(rf"<{19 * 8 + 6}>1 \d{{4}}-\d\d-\d\dT\S+ \S+ spliced {proxy.pid} ", lines[-1])
    assert any("Proxy relay started." in line for line in lines)


@pytest.fixture
def config(serve, tmp_path, short_folder):
    """Writes a configuration with a server and these lines in [global]: config(lines...) -> (file, front address)."""
    def write(*lines):
        front = f"unix@{short_folder}/front"
        path = tmp_path / "x.ini"
        path.write_text("\n".join(["[global]", *lines, "[listen relay]", f"bind = {front}",
                                   f"server s1 = {serve(echo).address}", ""]))
        return path, front
    return write


def test_daemon_and_pidfile_as_keywords(binary, run, connect, config, tmp_path):
    path, front = config("daemon = yes", f"pidfile = {tmp_path}/pid")
    done = run(binary, "-f", path)
    assert done.returncode == 0, done.stderr
    assert "[WARNING]" not in done.stderr
    pid = int((tmp_path / "pid").read_text())
    try:
        client = connect(front)
        client.send(b"hello")
        assert client.read(5) == b"hello"
        assert os.getsid(pid) != os.getsid(0)
        assert {os.readlink(f"/proc/{pid}/fd/{number}") for number in range(3)} == {"/dev/null"}
    finally:
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not procfs.is_alive(pid), "the daemon ends")


def test_the_pidfile_flag_wins_over_the_keyword(serve, spliced, tmp_path):
    proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve(echo).address}",
                    global_lines=[f"pidfile = {tmp_path}/keyword"], arguments=["-p", str(tmp_path / "flag")])
    assert (tmp_path / "flag").read_text() == f"{proxy.pid}\n"
    assert not (tmp_path / "keyword").exists()


def test_a_daemon_that_logs_to_a_terminal_is_warned_about(binary, run, config):
    path, _ = config("log = stdout daemon", "daemon = yes")
    done = run(binary, "-c", "-f", path)
    assert done.returncode == 0
    assert re.search(r"(?m)^\[WARNING\].*x\.ini:3: 'daemon': .*'log = stdout' are lost$", done.stderr)


@pytest.mark.parametrize("content, code", [(GOOD, 0), (GOOD + "nonsense = 1\n", 1), (GOOD + "default-server = check\n", 0)],
                         ids=["valid", "mistaken", "worth_a_warning"])
def test_a_quiet_check_tells_by_its_exit_code_alone(binary, run, tmp_path, content, code):
    (tmp_path / "x.ini").write_text(content)
    loud, quiet = (run(binary, "-c", *flags, "-f", tmp_path / "x.ini") for flags in ([], ["-q"]))
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (code, "", "")
    assert loud.returncode == code
    assert loud.stdout + loud.stderr != ""


def test_an_error_file_that_is_a_pipe_is_refused_at_once(binary, run, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "x.ini").write_text(GOOD + "errorfile 503 = pipe\n")
    done = run(binary, "-c", "-f", tmp_path / "x.ini")
    assert done.returncode == 1
    assert f"'errorfile 503': cannot read '{tmp_path}/pipe': it is not a regular file" in done.stderr


def test_a_configuration_may_come_from_standard_input(binary):
    for source in ("/dev/stdin", "/dev/fd/0"):
        done = subprocess.run([binary, "-c", "-f", source], input=GOOD, capture_output=True, text=True, timeout=25,
                              check=False)
        assert (done.returncode, done.stdout) == (0, "Configuration file is valid\n"), done.stderr


def test_a_file_of_haproxy_gets_one_error(binary, run, tmp_path):
    (tmp_path / "haproxy.cfg").write_text("# mine\nglobal\n    daemon\n\ndefaults\n    mode tcp\n\nlisten web\n"
                                          "    bind :80\n    server s1 127.0.0.1:9001 check\n")
    done = run(binary, "-c", "-f", tmp_path / "haproxy.cfg")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert re.search(r"haproxy\.cfg:2: .*HAProxy's own configuration", done.stderr)
