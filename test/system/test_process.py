"""The process: arguments, exit codes, signals, draining, privileges, pid file, daemon."""

import os
import pwd
import re
import signal
import time
from pathlib import Path

import procfs
import pytest
from peer import Behaviour, Peer, echo, hold
from waiting import wait_until


def listen(server, *lines):
    return "\n".join(["[listen relay]", "bind = fd@?", f"server s1 = {server.address}", *lines])


def refused(proxy):
    try:
        Peer.connect(proxy.address).close()
        return False
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        return False  # it was being closed in the middle of the handshake


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_term_and_int_stop_at_once(serve, spliced, connect, number):
    server = serve(echo)
    proxy = spliced(listen(server))
    client = connect(proxy)
    client.send(b"x")
    assert client.read(1) == b"x"
    proxy.stop(number)
    assert client.read_all() == b""
    assert server.wait_for_ending() in ("fin", "rst")


def test_usr1_lets_running_sessions_finish_and_takes_no_new_ones(serve, spliced, connect):
    proxy = spliced(listen(serve(echo)))
    client = connect(proxy)
    client.send(b"before")
    assert client.read(6) == b"before"
    proxy.send_signal(signal.SIGUSR1)
    wait_until(lambda: refused(proxy), "listeners are closed")
    client.send(b"after")
    assert client.read(5) == b"after"
    assert proxy.process.poll() is None
    client.half_close()
    assert (client.read_all(), client.ending) == (b"", "fin")
    assert proxy.wait_for_exit() == 0
    assert proxy.sessions()[0].flags == "--"


def test_usr1_without_sessions_ends_the_process(serve, spliced):
    proxy = spliced(listen(serve(echo)))
    proxy.send_signal(signal.SIGUSR1)
    assert proxy.wait_for_exit() == 0


def test_hard_stop_after_bounds_a_soft_stop(serve, spliced, connect):
    proxy = spliced(listen(serve(hold)), global_lines=["hard-stop-after = 600ms"])
    client = connect(proxy)
    client.send(b"x")
    start = time.monotonic()
    proxy.send_signal(signal.SIGUSR1)
    assert client.read_all() == b""
    assert time.monotonic() - start >= 0.55
    assert proxy.wait_for_exit() == 0


def test_usr1_under_load_fails_no_accepted_session(serve, spliced, connect):
    proxy = spliced(listen(serve(Behaviour(read="line", answer_size=2_000_000))))
    clients = [connect(proxy, receive_buffer=16384) for _ in range(20)]
    for client in clients:
        client.send(b"GET\n")
        assert client.read(1)
    proxy.send_signal(signal.SIGUSR1)
    for client in clients:
        assert client.drain() == "fin"
        assert client.received == 2_000_000
        client.close()
    assert proxy.wait_for_exit() == 0


def test_a_client_that_is_gone_does_not_kill_the_process(serve, spliced, connect):
    """Writing to a closed connection must not raise SIGPIPE."""
    proxy = spliced(listen(serve(Behaviour(read="none", answer_size=3_000_000))))
    for _ in range(20):
        connect(proxy, receive_buffer=4096).close()
    proxy.wait_for_sessions(20)
    assert proxy.process.poll() is None


def test_a_busy_port_is_named_and_ends_the_start(serve, binary, run, tmp_path):
    busy = serve(echo)
    (tmp_path / "x.ini").write_text(f"[listen relay]\nbind = {busy.address}\nserver s1 = 127.0.0.1:9\n")
    done = run(binary, "-f", tmp_path / "x.ini", "-db")
    assert done.returncode == 1
    assert re.search(rf"\[ALERT\] .*{re.escape(busy.address)}.*Address already in use", done.stderr)


def test_version_and_help_are_printed(binary, run):
    version, verbose, usage = run(binary, "-v"), run(binary, "-vv"), run(binary, "--help")
    assert (version.returncode, verbose.returncode, usage.returncode) == (0, 0, 0)
    assert re.search(r"(?i)spliced.* \d+\.\d+\.\d+", version.stdout)
    assert len(verbose.stdout) > len(version.stdout)
    assert all(flag in usage.stdout for flag in ("-f", "-c", "-D", "-p", "--dump-config"))


def test_an_unknown_flag_is_refused(binary, run):
    done = run(binary, "--frobnicate")
    assert done.returncode == 1
    assert "frobnicate" in done.stderr


def test_a_daemon_detaches_when_it_is_ready_and_writes_its_pid(serve, binary, run, connect, tmp_path, short_folder):
    front = f"unix@{short_folder}/front"
    (tmp_path / "x.ini").write_text(f"[listen relay]\nbind = {front}\nserver s1 = {serve(echo).address}\n")
    done = run(binary, "-f", tmp_path / "x.ini", "-D", "-p", tmp_path / "pid")
    assert done.returncode == 0, done.stderr
    pid = int((tmp_path / "pid").read_text())
    try:
        client = connect(front)  # ready, because the parent has returned
        client.send(b"hello")
        assert client.read(5) == b"hello"
        assert os.getsid(pid) != os.getsid(0)
        assert procfs.status(pid)["PPid"] == str(os.getpid())  # an orphan: those fall to the test, see conftest.py
    finally:
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not procfs.is_alive(pid), "the daemon ends")


def test_a_daemon_that_cannot_start_tells_its_caller(serve, binary, run, tmp_path):
    (tmp_path / "x.ini").write_text(f"[listen relay]\nbind = {serve(echo).address}\nserver s1 = 127.0.0.1:9\n")
    done = run(binary, "-f", tmp_path / "x.ini", "-D")
    assert done.returncode == 1
    assert "Address already in use" in done.stderr


def test_the_pid_file_of_a_foreground_process_holds_its_pid(serve, spliced, tmp_path):
    proxy = spliced(listen(serve(echo)), arguments=["-db", "-p", str(tmp_path / "pid")])
    assert int((tmp_path / "pid").read_text()) == proxy.pid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can change user")
def test_privileges_are_dropped_after_binding(serve, spliced, connect, short_folder):
    jail = short_folder / "jail"
    jail.mkdir()
    nobody = pwd.getpwnam("nobody")
    front = f"{short_folder}/front"
    # Once in the jail the leak checker of a sanitizer build finds neither /proc nor its report file, and hangs.
    proxy = spliced(f"[listen relay]\nbind = unix@{front} mode 660 user nobody\nserver s1 = {serve(echo).address}",
                    prefix=["env", "ASAN_OPTIONS=detect_leaks=0"],
                    global_lines=["user = nobody", "group = nogroup", f"chroot = {jail}"])
    state = procfs.status(proxy.pid)
    assert set(state["Uid"].split()) == {str(nobody.pw_uid)}
    assert set(state["Gid"].split()) == {str(nobody.pw_gid)}
    assert state["Groups"].split() in ([], [str(nobody.pw_gid)])
    assert int(state["CapEff"], 16) == 0
    assert os.readlink(f"/proc/{proxy.pid}/root") == str(jail)
    assert (os.stat(front).st_mode & 0o777, os.stat(front).st_uid) == (0o660, nobody.pw_uid)
    client = connect(f"unix@{front}")
    client.send(b"hello")
    assert client.read(5) == b"hello"


def test_quiet_start_says_nothing(serve, spliced):
    proxy = spliced(listen(serve(echo)), arguments=["-q"])
    assert proxy.stderr() == ""


def test_the_working_directory_is_that_of_the_c_flag(serve, spliced, tmp_path):
    proxy = spliced(listen(serve(echo)), arguments=["-C", str(tmp_path)])
    assert Path(os.readlink(f"/proc/{proxy.pid}/cwd")) == tmp_path


def test_a_listener_of_its_own_may_be_bound_again_at_once(serve, spliced, connect):
    """After a stop with sessions in TIME_WAIT the same port can be bound by the next process."""
    reserved = serve(listening=False)
    where = reserved.address
    reserved.close()
    server = serve(Behaviour(read="none", answer=b"ok"))
    for _ in range(2):
        proxy = spliced(f"[listen relay]\nbind = {where}\nserver s1 = {server.address}")
        client = connect(where)
        assert client.read_all() == b"ok"
        client.close()
        proxy.stop()
