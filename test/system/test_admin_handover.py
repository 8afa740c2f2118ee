"""The statistics socket when one process takes over from another."""

import threading

from admin import Admin
from peer import hold
from waiting import wait_until


def section(server):
    return f"[listen web]\nbind = fd@?\nserver s1 = {server.address}\n"


def test_a_stopping_process_leaves_the_socket_to_its_successor(spliced, serve, connect, short_folder):
    """The old one must not go on to take clients from the socket that both have."""
    server = serve(hold)
    lines = [f"stats socket = {short_folder}/a.sock level admin"]
    old = spliced(section(server), global_lines=lines)
    admin = Admin(short_folder / "a.sock")
    connect(old)
    server.wait_for_peers(1)
    new = spliced(section(server), global_lines=lines, arguments=["-sf", str(old.pid)])
    old.wait_for_log("Proxy web stopped")
    assert {admin.info()["Pid"] for _ in range(20)} == {str(new.pid)}
    old.kill()
    old.checked = True
    assert admin.info()["Pid"] == str(new.pid)


def test_listeners_are_asked_for_through_a_socket_that_exposes_them(spliced, serve, connect, short_folder):
    path = short_folder / "a.sock"
    old = spliced(section(serve()), global_lines=[f"stats socket = {path} level user expose-fd listeners"])
    number = old.address
    new = spliced(f"[listen web]\nbind = {number}\nserver s1 = {serve().address}\n",
                  global_lines=[f"stats socket = {path} level user expose-fd listeners"], arguments=["-x", str(path)])
    old.stop()
    new.addresses.append(number)
    peer = connect(new)
    peer.send(b"x")
    assert peer.read(1) == b"x"
    wait_until(lambda: Admin(path).info()["Pid"] == str(new.pid), "the successor answers")


def test_a_socket_that_exposes_nothing_hands_nothing_over(spliced, serve, short_folder):
    path = short_folder / "a.sock"
    spliced(section(serve()), global_lines=[f"stats socket = {path} level admin"])
    assert Admin(path).ask("_getsocks").startswith("Unknown command")


def test_an_upgrade_leaves_no_question_unanswered(spliced, serve, short_folder):
    proxy = spliced(section(serve()), global_lines=[f"stats socket = {short_folder}/a.sock level admin"])
    admin = Admin(short_folder / "a.sock")
    answers, over = [], threading.Event()

    def ask():
        while not over.is_set():
            try:
                answers.append(admin.info()["Pid"])
            except (OSError, KeyError) as refusal:
                answers.append(repr(refusal))
    asker = threading.Thread(target=ask)
    asker.start()
    try:
        old = proxy.upgrade()
        old.wait()
        wait_until(lambda: answers[-1:] == [str(proxy.pid)], "the new process answers")
    finally:
        over.set()
        asker.join()
    assert set(answers) == {str(old.pid), str(proxy.pid)}


def test_a_statistics_socket_can_come_with_an_upgrade(spliced, serve, short_folder):
    """Inside the sandbox of the process before it."""
    server = serve()
    proxy = spliced(section(server), global_lines=[f"stats socket = {short_folder}/a.sock"])
    proxy.rewrite(section(server), replaced_lines=[f"stats socket = {short_folder}/b.sock level admin"])
    proxy.upgrade().wait()
    assert Admin(short_folder / "b.sock").ask("show cli level") == "admin\n\n"
