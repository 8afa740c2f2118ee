"""The sandbox of the running process: what it refuses, and that everything the program does goes on working in it.

The other system tests run in the sandbox too, since it is on by default.
"""

import os
import re

import procfs
import pytest
from intruder import Intruder
from peer import echo
from waiting import wait_until


@pytest.fixture(autouse=True)
def usual_build(sanitized):
    if sanitized:
        pytest.skip("a build with sanitizers has no sandbox")


@pytest.fixture
def landlock(run, binary):
    if "no landlock" in run(binary, "-vv").stdout:
        pytest.skip("this kernel has no Landlock")


@pytest.fixture
def intrude(binary, serve, spliced, connect, tmp_path):
    """Runs attempts inside a proxy that has begun to serve: intrude(attempts, ...) -> attempt -> outcome."""
    library = binary.parent / "intruder.so"
    assert library.exists(), f"{library} is missing; make check builds it"

    def start(attempts, **options):
        intruder = Intruder(library, tmp_path / "report", attempts)
        proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve(echo).address}", prefix=intruder.prefix,
                        **options)
        client = connect(proxy)
        outcomes = intruder.outcomes()
        client.send(b"hello")
        assert client.read(5) == b"hello", "it serves after that"
        assert set(outcomes) == set(attempts)
        return outcomes

    return start


@pytest.fixture
def serving(serve, spliced, connect):
    """Starts a proxy that has served a client, and so has entered its sandbox: serving(...) -> Proxy."""
    def start(**options):
        proxy = spliced(f"[listen relay]\nbind = fd@?\nserver s1 = {serve(echo).address}", **options)
        client = connect(proxy)
        client.send(b"hello")
        assert client.read(5) == b"hello"
        client.close()
        return proxy
    return start


def filters(pid):
    """The filters of system calls that a process has; a container may have put the first ones there."""
    return int(procfs.status(pid)["Seccomp_filters"])


CALLS = ["ptrace", "process_vm_readv", "mount", "unshare", "clone", "chroot", "bpf", "keyctl", "io_uring_setup",
         "memfd_create", "packet_socket", "type_into_terminal"]


def test_the_process_has_a_filter_and_no_way_to_new_privileges(landlock, serving):
    proxy = serving()
    assert (procfs.status(proxy.pid)["NoNewPrivs"], filters(proxy.pid)) == ("1", filters("self") + 1)
    assert "seccomp" not in proxy.stderr() and "landlock" not in proxy.stderr()


def test_system_calls_that_are_not_needed_are_refused(intrude):
    assert intrude(CALLS) == dict.fromkeys(CALLS, "EPERM")


def test_clone3_is_refused_as_if_it_did_not_exist_so_that_libc_takes_clone(intrude):
    assert intrude(["clone3"]) == {"clone3": "ENOSYS"}


def test_without_the_filter_the_kernel_gets_to_see_the_calls(intrude):
    """The proof that the refusals above are the filter's."""
    outcomes = intrude(["memfd_create", "clone3"], global_lines=["seccomp = no"])
    assert outcomes["memfd_create"] == "ok"
    assert outcomes["clone3"] != "ENOSYS"


@pytest.fixture
def places(tmp_path):
    """A folder that the configuration does not name, with a file in it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "secret").write_text("x")
    return folder


def test_files_that_are_not_needed_are_refused(landlock, intrude, places):
    forbidden = [f"read {places}/secret", f"write {places}/secret", f"create {places}/new", f"list {places}",
                 f"remove {places}/secret", f"mkdir {places}/folder", f"bind {places}/socket", "list /root",
                 "list /home", "list /var/log", "create /etc/new", "write /etc/hosts", "create /usr/sbin/new", "execute /bin/sh",
                 "execute /usr/bin/env"]
    outcomes = intrude(forbidden)
    # Not in the list of calls: EPERM is an answer too.
    assert outcomes.pop(f"mkdir {places}/folder") == "EPERM"
    assert outcomes == dict.fromkeys(outcomes, "EACCES")
    assert sorted(os.listdir(places)) == ["secret"]


def test_without_landlock_these_files_are_open(intrude, places):
    """The proof that the refusals above are Landlock's."""
    attempts = [f"read {places}/secret", f"create {places}/new", f"list {places}", f"bind {places}/socket",
                "execute /usr/bin/env", f"remove {places}/secret"]
    outcomes = intrude(attempts, global_lines=["landlock = no"])
    assert outcomes.pop("execute /usr/bin/env") != "EACCES"
    assert outcomes == dict.fromkeys(outcomes, "ok")


def test_what_a_reload_and_a_successor_need_goes_on_working(intrude, binary, tmp_path, short_folder):
    page = tmp_path / "pages" / "503.http"
    page.parent.mkdir()
    page.write_text("HTTP/1.0 503 Sorry\r\n\r\n")
    attempts = [f"read {tmp_path}/proxy0/spliced.ini", f"list {tmp_path}/proxy0", f"read {page}", "read /etc/hosts",
                "read /proc/self/status", "read /proc/sys/net/core/somaxconn", "write /dev/null",
                f"write {short_folder}/pid", f"bind {short_folder}/new", f"execute {binary}", "look_up localhost",
                "user root"]
    front = f"bind = unix@{short_folder}/front\nerrorfile 503 = {page}"
    outcomes = intrude(attempts, global_lines=[f"pidfile = {short_folder}/pid", "[listen unix]", front])
    assert outcomes == dict.fromkeys(attempts, "ok")


@pytest.mark.parametrize("off", ["seccomp", "landlock"])
def test_each_half_can_be_switched_off(landlock, serving, off):
    proxy = serving(global_lines=[f"{off} = no"])
    assert procfs.status(proxy.pid)["NoNewPrivs"] == "1"
    assert filters(proxy.pid) == filters("self") + (0 if off == "seccomp" else 1)


def test_with_both_off_the_process_is_as_it_was_started(serving):
    proxy = serving(global_lines=["seccomp = no", "landlock = no"])
    assert procfs.status(proxy.pid)["NoNewPrivs"] == procfs.status("self")["NoNewPrivs"]
    assert filters(proxy.pid) == filters("self")


def test_a_process_below_many_layers_starts_and_says_that_those_hold(landlock, serving, tmp_path):
    """As after many upgrades: a kernel takes 16 layers of Landlock."""
    layers = tmp_path / "layers.py"
    layers.write_text(LAYERS)
    proxy = serving(prefix=["/usr/bin/python3", str(layers)])
    assert re.search(r"\[NOTICE\] .*landlock: no further layer fits", proxy.stderr())


def test_a_successor_is_in_the_sandbox_of_its_predecessor_and_in_its_own(serving):
    proxy = serving()
    old = proxy.upgrade()
    assert old.wait() == 0
    wait_until(lambda: filters(proxy.pid) == filters("self") + 2, "the successor's own filter is in force")


def test_more_upgrades_than_there_are_layers_leave_a_process_that_serves(landlock, serving, connect):
    """Landlock takes 16 layers, and each process brings one."""
    proxy = serving()
    for _ in range(17):
        assert proxy.upgrade().wait() == 0
    assert re.search(r"\[NOTICE\] .*landlock: no further layer fits", proxy.stderr())
    client = connect(proxy)
    client.send(b"hello")
    assert client.read(5) == b"hello"
    proxy.reload()


# A layer that refuses nothing but making block devices, as often as the kernel takes it; then the program.
LAYERS = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
while True:
    rules = ctypes.create_string_buffer(struct.pack("Q", 1 << 11))
    ruleset = libc.syscall(444, rules, ctypes.c_size_t(8), 0)
    assert ruleset >= 0, os.strerror(ctypes.get_errno())
    if libc.syscall(446, ruleset, 0) < 0:
        break
    os.close(ruleset)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_the_build_tells_what_there_is(landlock, binary, run):
    assert re.search(r"(?m)^Sandbox: seccomp \(libseccomp [\d.]+\), landlock \(version \d+ in this kernel\)$",
                     run(binary, "-vv").stdout)
