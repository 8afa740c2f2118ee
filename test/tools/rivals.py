"""One configuration, run by spliced and by HAProxy 2.6: what the tests expect of one is asked of the other as well."""

import signal
import socket
import subprocess

import pytest
from admin import Admin
from peer import wait_for_port
from waiting import wait_until


class Places:
    """Two servers that live, the port of one that does not, and the path of the statistics socket."""

    def __init__(self, serve, folder):
        self.alive = [serve().address, serve().address]
        self.path = folder / "admin.sock"
        with socket.socket() as dead:
            dead.bind(("127.0.0.1", 0))
            self.dead = f"127.0.0.1:{dead.getsockname()[1]}"

    def servers(self, equals):
        s1, s2 = self.alive
        return "\n".join(f"server {name}{equals} {rest}" for name, rest in [
            ("s1", f"{s1} check inter 100"), ("s2", f"{s2} weight 10"), ("s3", f"{self.dead} check inter 100"),
            ("s4", f"{self.dead} disabled backup")])


def start_spliced(places, spliced):
    spliced(f"[frontend fe]\nbind = fd@?\ndefault_backend = be\nmaxconn = 50\n"
            f"[backend be]\nbalance = leastconn\n{places.servers(' =')}\n"
            f"[listen lsn]\nbind = fd@?\nserver s1 = {places.alive[0]}\n",
            global_lines=[f"stats socket = {places.path} mode 600 level admin", "maxconn = 100"])


def start_haproxy(places, haproxy, folder, request):
    """HAProxy with the same configuration; ended with the test."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    front, listen = (listener.fileno() for listener in listeners)
    (folder / "haproxy.cfg").write_text(
        f"global\n stats socket {places.path} mode 600 level admin\n maxconn 100\n"
        "defaults\n mode tcp\n timeout connect 5s\n timeout client 1m\n timeout server 1m\n"
        f"frontend fe\n bind fd@{front}\n default_backend be\n maxconn 50\n"
        f"backend be\n balance leastconn\n{places.servers('')}\n"
        f"listen lsn\n bind fd@{listen}\n server s1 {places.alive[0]}\n")
    with open(folder / "haproxy.log", "wb") as log:
        process = subprocess.Popen([haproxy, "-db", "-f", str(folder / "haproxy.cfg")], stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, pass_fds=[front, listen])
    for listener in listeners:
        listener.close()

    def end():
        process.send_signal(signal.SIGKILL)
        process.wait()
    request.addfinalizer(end)
    wait_for_port(f"unix@{places.path}")  # the path is there a moment before anybody listens


def is_settled(admin):
    """The first checks are over."""
    return admin.row("be", "s3")["status"] == "DOWN" and admin.row("be", "s1")["check_status"] == "L4OK" and \
        admin.row("be", "s1")["check_health"] == "4"


@pytest.fixture(params=["spliced", "haproxy"])
def process(request, serve, short_folder, tmp_path, need):
    """(which, Admin, Places) of a process whose first checks are over."""
    places = Places(serve, short_folder)
    if request.param == "spliced":
        start_spliced(places, request.getfixturevalue("spliced"))
    else:
        haproxy = need("haproxy")
        version = subprocess.run([haproxy, "-v"], capture_output=True, text=True, check=True).stdout
        if " 2.6." not in version:
            pytest.skip("this HAProxy is not 2.6")
        start_haproxy(places, haproxy, tmp_path, request)
    admin = Admin(places.path)
    wait_until(lambda: is_settled(admin), "the first checks are over")
    return request.param, admin, places
