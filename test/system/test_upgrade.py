"""Upgrade: another process takes the listening sockets over, and no client notices."""

import os
import re
import shutil
import signal
import subprocess
import time

import procfs
import pytest
from pattern import pattern_sha256
from peer import Behaviour, Peer, Task, echo
from ports import free_ports
from proxy import Successor
from waiting import wait_until


def listen(*servers, lines=(), bind="fd@?"):
    rows = [f"server s{number} = {server.address}" for number, server in enumerate(servers, 1)]
    return "\n".join(["[listen web]", f"bind = {bind}", *lines, *rows])


def talk(client, text=b"x"):
    client.send(text)
    return client.read(len(text)) == text


def test_usr2_brings_in_a_new_process_and_the_old_one_ends_with_its_last_connection(serve, spliced, connect):
    proxy = spliced(listen(serve(echo)))
    old_client = connect(proxy)
    assert talk(old_client)
    old = proxy.upgrade()
    assert proxy.pid != old.pid and procfs.is_alive(proxy.pid)
    new_client = connect(proxy)
    assert talk(new_client) and talk(old_client)
    assert old.poll() is None
    wait_until(lambda: not procfs.listening_sockets(old.pid), "the old process has closed its listeners")
    old_client.close()
    assert old.wait() == 0
    assert talk(new_client)
    new_client.close()


def test_the_file_of_the_new_process_may_be_another(serve, spliced, connect):
    one, two = serve(Behaviour(greeting=b"1")), serve(Behaviour(greeting=b"2"))
    port = free_ports(2)
    proxy = spliced(listen(one))
    proxy.rewrite(listen(two, lines=[f"bind = 127.0.0.1:{port}"]))
    old = proxy.upgrade()
    for address in (proxy.address, f"127.0.0.1:{port}"):
        client = connect(address)
        assert client.read(1) == b"2"
        client.close()
    assert old.wait() == 0
    proxy.rewrite(listen(two, lines=[f"bind = 127.0.0.1:{port + 1}"]))
    assert proxy.upgrade().wait() == 0
    assert connect(f"127.0.0.1:{port + 1}").read(1) == b"2"
    with pytest.raises(ConnectionRefusedError):
        connect(f"127.0.0.1:{port}")


def test_unix_sockets_are_handed_over(serve, spliced, connect, short_folder):
    path = short_folder / "web.sock"
    proxy = spliced(listen(serve(echo), bind=f"{path} mode 666"))
    inode = os.stat(path).st_ino
    old = proxy.upgrade()
    assert old.wait() == 0
    assert os.stat(path).st_ino == inode
    client = connect(f"unix@{path}")
    assert talk(client)
    client.close()


def test_the_statistics_socket_is_handed_over(serve, spliced, short_folder):
    """It is never away, and answers for the process that serves; three times, because it is handed on again."""
    path = short_folder / "admin.sock"
    proxy = spliced(listen(serve(echo)), global_lines=[f"stats socket = {path} level admin"])

    def process():
        with Peer.connect(f"unix@{path}") as client:
            client.send(b"show info\n")
            return int(re.search(rb"^Pid: (\d+)", client.read_all(), re.M)[1])

    inode = os.stat(path).st_ino
    for _ in range(3):
        assert process() == proxy.pid
        assert proxy.upgrade().wait() == 0
    assert process() == proxy.pid
    assert os.stat(path).st_ino == inode


def test_a_new_program_that_fails_leaves_the_old_one_at_work(serve, spliced, connect):
    proxy = spliced(listen(serve(echo)))
    client, other = connect(proxy), connect(proxy)
    proxy.rewrite("[listen web]\nbind = nonsense")
    proxy.send_signal(signal.SIGUSR2)
    proxy.wait_for_log(r"Process \d+ ended before it took over \(exit code 1\); this one goes on")
    assert talk(client) and talk(other)
    # And it can be tried again.
    proxy.rewrite(listen(serve(echo)))
    client.close()
    other.close()
    assert proxy.upgrade().wait() == 0


def test_a_program_that_is_not_there_leaves_the_old_one_at_work(binary, serve, spliced, connect, tmp_path):
    program = tmp_path / "spliced"
    shutil.copy(binary, program)
    proxy = spliced(listen(serve(echo)), binary=program)
    program.unlink()
    proxy.send_signal(signal.SIGUSR2)
    proxy.wait_for_log("cannot start .*/spliced: No such file or directory; this process goes on")
    client = connect(proxy)
    assert talk(client)
    client.close()


def test_the_new_process_runs_the_program_that_lies_there_now(binary, serve, spliced, connect, tmp_path):
    program = tmp_path / "spliced"
    shutil.copy(binary, program)
    proxy = spliced(listen(serve(echo)), binary=program)
    program.rename(tmp_path / "old")
    shutil.copy(binary, program)
    assert proxy.upgrade().wait() == 0
    assert os.stat(f"/proc/{proxy.pid}/exe").st_ino == program.stat().st_ino != (tmp_path / "old").stat().st_ino
    assert talk(connect(proxy))


def test_the_pid_file_names_the_process_that_serves(serve, spliced, tmp_path):
    pid_file = tmp_path / "pid"
    proxy = spliced(listen(serve(echo)), arguments=["-p", str(pid_file)])
    old_pid = proxy.pid
    assert int(pid_file.read_text()) == old_pid
    proxy.rewrite("[listen web]\nbind = nonsense")
    proxy.send_signal(signal.SIGUSR2)
    proxy.wait_for_log("ended before it took over")
    assert int(pid_file.read_text()) == old_pid
    proxy.rewrite(listen(serve(echo)))
    assert proxy.upgrade().wait() == 0
    assert int(pid_file.read_text()) == proxy.pid != old_pid


def test_sf_and_st_take_over_from_a_process_by_its_number(binary, serve, spliced, connect):
    proxy = spliced(listen(serve(echo)))
    for flag, ending in (("-sf", None), ("-st", "rst")):
        client = connect(proxy)
        assert talk(client)
        old, count = proxy.process, len(proxy.predecessors)
        with open(proxy.folder / "stdout", "ab") as out, open(proxy.folder / "stderr", "ab") as err:
            process = subprocess.Popen([str(binary), "-f", str(proxy.config), flag, str(proxy.pid)], stdout=out,
                                       stderr=err, stdin=subprocess.DEVNULL)
        proxy.wait_for_log(rf"Process {process.pid} has taken over")
        proxy.follow(old, count)
        proxy.process = process
        if ending:
            client.drain()
            assert client.ending == ending
        else:
            assert talk(client)
        client.close()
        assert old.wait(20) == 0
        assert talk(connect(proxy))


def test_sf_without_a_number_is_an_ordinary_start(serve, spliced, connect):
    proxy = spliced(listen(serve(echo)), arguments=["-sf"])
    assert talk(connect(proxy))


def test_sf_signals_a_process_that_is_no_proxy(binary, serve, spliced, start):
    other = start("sleep", "60")
    proxy = spliced(listen(serve(echo)), arguments=["-sf", str(other.pid)])
    assert other.wait(10) == -signal.SIGUSR1
    assert procfs.is_alive(proxy.pid)


def test_a_daemon_is_replaced_by_a_daemon(binary, run, serve, connect, tmp_path):
    port, pid_file = free_ports(1), tmp_path / "pid"
    (tmp_path / "x.ini").write_text(listen(serve(echo), bind=f"127.0.0.1:{port}"))
    assert run(binary, "-f", tmp_path / "x.ini", "-D", "-p", pid_file).returncode == 0
    processes = [Successor(int(pid_file.read_text()))]
    try:
        client = connect(f"127.0.0.1:{port}")
        assert talk(client)
        os.kill(processes[0].pid, signal.SIGUSR2)
        wait_until(lambda: pid_file.read_text().strip().isdigit() and int(pid_file.read_text()) != processes[0].pid,
                   "another daemon")
        processes.append(Successor(int(pid_file.read_text())))
        other = connect(f"127.0.0.1:{port}")
        assert talk(client) and talk(other)
        client.close()
        other.close()
        assert processes[0].wait(20) == 0
        assert run(binary, "-f", tmp_path / "x.ini", "-D", "-p", pid_file, "-sf", processes[1].pid).returncode == 0
        processes.append(Successor(int(pid_file.read_text())))
        assert processes[1].wait(20) == 0
        assert talk(connect(f"127.0.0.1:{port}"))
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()


def test_a_process_without_roots_rights_is_replaced(binary, serve, spliced, connect, short_folder, tmp_path):
    """The next one cannot become root, nor bind what only root may: it takes what is there."""
    for folder in (short_folder, tmp_path, *tmp_path.parents):  # nobody must be able to read the files, and find them
        if folder.parts[1:2] == ("tmp",) and len(folder.parts) > 2:
            folder.chmod(0o755)
    program = short_folder / "spliced"
    shutil.copy(binary, program)
    proxy = spliced(listen(serve(echo)), binary=program, global_lines=["user = nobody"],
                    arguments=["-p", str(short_folder / "pid")])
    wait_until(lambda: procfs.status(proxy.pid)["Uid"].split()[0] != "0", "it is nobody")
    assert proxy.upgrade().wait() == 0
    assert procfs.status(proxy.pid)["Uid"].split()[0] != "0"
    assert int((short_folder / "pid").read_text()) == proxy.pid
    assert talk(connect(proxy))


def test_a_stranger_is_not_handed_the_sockets(serve, spliced, run):
    proxy = spliced(listen(serve(echo)))
    ask = ("import os, socket, sys; os.setuid(int(sys.argv[2])); s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET);"
           "s.connect('\\0' + f'spliced-handover-{sys.argv[1]}'.ljust(107, '\\0')); s.settimeout(10);"
           "s.send(b'listeners'); print(len(s.recv(100)))")
    assert int(run("/usr/bin/python3", "-c", ask, proxy.pid, 0).stdout) > 0
    stranger = run("/usr/bin/python3", "-c", ask, proxy.pid, 65534)
    assert stranger.stdout.strip() == "0" or re.search("ConnectionResetError|BrokenPipeError", stranger.stderr)
    assert procfs.is_alive(proxy.pid) and procfs.listening_sockets(proxy.pid)


def test_usr2_in_a_chroot_says_why_it_cannot(serve, spliced, tmp_path):
    # In the jail the leak checker of a sanitizer build finds no /proc, and hangs.
    proxy = spliced(listen(serve(echo)), prefix=["env", "ASAN_OPTIONS=detect_leaks=0"],
                    global_lines=[f"chroot = {tmp_path}"])
    proxy.send_signal(signal.SIGUSR2)
    wait_until(lambda: "SIGUSR2 changes nothing: inside the chroot" in proxy.stderr(), "a reason")


def test_upgrades_and_reloads_under_load_fail_nothing(need, run, serve, web_server, spliced, sanitized, mode):
    """ab and 20 long streams, with reloads all the time and three upgrades among them: one process at the end."""
    size = 2_000_000 if sanitized else 8_000_000
    web = web_server("nginx", b"hello")[0]
    streams = serve(Behaviour(read="line", answer_size=size, seed=7))
    tail = f"\n[listen streams]\nbind = fd@?\nserver s1 = {streams.address}"
    files = [f"[listen web]\nbind = fd@?\ntimeout client = {seconds}s\nserver w = {web}" + tail for seconds in (50, 60)]
    proxy = spliced(files[0], mode=mode)

    def stream():
        with proxy.connect(1) as client:
            client.send(b"go\n")
            client.drain(pause=0.4)
            return client.sha256, client.ending

    readers = [Task(stream) for _ in range(20)]
    count = 4000 if sanitized else 50000
    load = Task(lambda: run(need("ab"), "-q", "-n", count, "-c", 50, f"http://{proxy.addresses[0]}/", deadline=150))
    for round_ in range(103):
        proxy.rewrite(files[round_ % 2])
        if round_ in (25, 50, 75):
            proxy.upgrade()
        else:
            proxy.send_signal(signal.SIGHUP)
        time.sleep(0.02)
    assert all(reader.result(120) == (pattern_sha256(7, size), "fin") for reader in readers)
    done = load.result(150)
    result = done.stdout + done.stderr
    assert re.search(rf"Complete requests:\s+{count}\b", result), result
    assert re.search(r"Failed requests:\s+0\b", result), result
    assert [old.wait(20) for old in proxy.predecessors] == [0, 0, 0]
    assert procfs.is_alive(proxy.pid)


def test_a_disabled_frontend_does_not_hinder_an_upgrade(serve, spliced, connect, short_folder):
    path, admin = short_folder / "web.sock", short_folder / "admin.sock"
    address = f"127.0.0.1:{free_ports(1)}"  # a port of the kernel's choice is another one when it listens again
    proxy = spliced(listen(serve(echo), lines=[f"bind = {address}"], bind=path),
                    global_lines=[f"stats socket = {admin} level admin"])
    with Peer.connect(f"unix@{admin}") as client:
        client.send(b"disable frontend web\n")
        client.read_all()
    assert proxy.upgrade().wait() == 0
    for where in (address, f"unix@{path}"):
        client = connect(where)
        assert talk(client)
        client.close()


def test_x_and_sf_together_hand_each_socket_over_once(binary, serve, spliced, connect, short_folder):
    admin = short_folder / "admin.sock"
    proxy = spliced(listen(serve(echo)), global_lines=[f"stats socket = {admin} level admin expose-fd listeners"])
    old, count = proxy.process, len(proxy.predecessors)
    with open(proxy.folder / "stdout", "ab") as out, open(proxy.folder / "stderr", "ab") as err:
        process = subprocess.Popen([str(binary), "-f", str(proxy.config), "-x", str(admin), "-sf", str(proxy.pid)],
                                   stdout=out, stderr=err, stdin=subprocess.DEVNULL)
    proxy.wait_for_log(rf"Process {process.pid} has taken over")
    proxy.follow(old, count)
    proxy.process = process
    assert old.wait(20) == 0
    assert "is closed" not in proxy.stderr()
    client = connect(proxy)
    assert talk(client)
    client.close()


def test_the_command_line_of_haproxys_unit_starts_it(serve, spliced, connect, tmp_path):
    proxy = spliced(listen(serve(echo)), arguments=["-Ws", "-p", str(tmp_path / "pid"), "-S", "/run/haproxy-master.sock"])
    wait_until(lambda: "-S opens nothing" in proxy.stderr(), "a warning")
    client = connect(proxy)
    assert talk(client)
    client.close()
