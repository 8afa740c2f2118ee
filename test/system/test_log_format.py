"""Log lines beyond tcplog: log-format beside HAProxy, JSON, files and their rotation, samples, anonymous clients."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess

import pytest
from peer import Behaviour
from proxy import TO_STDOUT
from waiting import wait_until

ANSWER = Behaviour(read="end", answer=b"12345")
FORMAT = ("B=%B U=%U ci=%ci cp=%cp fi=%fi fp=%fp bi=%bi bp=%bp si=%si sp=%sp f=%f ft=%ft b=%b s=%s Th=%Th Tc=%Tc "
          "t=%t T=%T Tl=%Tl Ts=%Ts ms=%ms ac=%ac fc=%fc bc=%bc sc=%sc rc=%rc sq=%sq bq=%bq ts=%ts lc=%lc rt=%rt "
          "H=%H sslc=%sslc sslv=%sslv %% Q=%{+Q}b q=%{+Q}sslc m=[%{-M}sslc] X=%{+X}ci:%{+X}fi:%{+X}lc "
          "%{+Q,+X}o %f %ts %ci %{-Q}f ID=%ID")


def talk(connect, proxy, text=b"hello"):
    with connect(proxy) as client:
        with contextlib.suppress(OSError):  # where no server can be reached the connection may be over by now
            client.send(text)
            client.half_close()
        return client.read_all()


def listen(server, *lines, name="relay"):
    return "\n".join([f"[listen {name}]", "bind = fd@?", f"server s1 = {server}", *lines])


@pytest.fixture
def syslog(short_folder):
    """A syslog daemon's socket -> (path, lines(count))."""
    path = short_folder / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as daemon:
        daemon.bind(str(path))
        daemon.settimeout(20)

        def lines(count, about="relay"):
            found = []
            while len(found) < count:
                line = daemon.recv(65536).decode()
                if about in line:
                    found.append(line.rstrip("\n"))
            return found
        yield path, lines


def masked(line):
    """Without what differs from run to run: ports, dates, and the milliseconds of connecting."""
    line = re.sub(r"\b(cp|fp|bp|sp|Ts|ms)=\d+", r"\1=N", line)
    line = re.sub(r"Tc=\d+", "Tc=N", line)
    return re.sub(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(\.\d{3}| [+-]\d{4})", r"DATE", line)


@pytest.mark.parametrize("server_is_there", [True, False])
def test_a_format_gives_the_line_that_haproxy_gives(serve, spliced, connect, syslog, need, tmp_path, server_is_there):
    path, lines = syslog
    server = serve(ANSWER).address if server_is_there else "127.0.0.1:1"
    text = b"hello" if server_is_there else b""  # HAProxy counts what it has read and not sent, too
    ours = spliced(listen(server, "log-format = " + FORMAT, "retries = 0", "unique-id-format = %f-%b"),
                   log=[f"log = {path} format raw local0"])
    assert talk(connect, ours, text) == (b"12345" if server_is_there else b"")
    mine, = lines(1, "sslv=")

    listener = socket.create_server(("127.0.0.1", 0))
    (tmp_path / "haproxy.cfg").write_text(
        f"global\n log {path} format raw local0\ndefaults\n mode tcp\n log global\n timeout connect 5s\n"
        f" timeout client 9s\n timeout server 9s\n retries 0\nlisten relay\n bind fd@{listener.fileno()}\n"
        f' log-format "{FORMAT}"\n unique-id-format %f-%b\n server s1 {server}\n')
    process = subprocess.Popen([need("haproxy"), "-db", "-f", str(tmp_path / "haproxy.cfg")],
                               stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[listener.fileno()])
    try:
        address = "127.0.0.1:%d" % listener.getsockname()[1]
        assert talk(connect, address, text) == (b"12345" if server_is_there else b"")
        theirs, = lines(1, "sslv=")
    finally:
        process.kill()
        process.wait()
        listener.close()
    assert masked(mine) == masked(theirs)


def test_json_lines_are_objects_with_the_fields_of_the_session(serve, spliced, connect, syslog):
    path, lines = syslog
    proxy = spliced(listen(serve(ANSWER).address, "log-start = yes", "unique-id-format = %rt"),
                    log=[f"log = {path} format json local0"])
    assert json.loads(lines(1, "started")[0])["message"] == "Proxy relay started."
    assert talk(connect, proxy) == b"12345"
    start, end = (json.loads(line) for line in lines(2, '"event"'))
    assert (start["event"], start["client"], start["frontend"], start["unique_id"]) == (
        "start", "127.0.0.1", "relay", "0")
    assert "total_ms" not in start
    assert (end["event"], end["server"], end["bytes_to_client"], end["bytes_to_server"]) == ("end", "s1", 5, 5)
    assert (end["termination"], end["ended_by"], end["level"], end["pid"]) == ("--", "closed", "info", proxy.pid)
    assert end["client_port"] == start["client_port"] != 0
    assert "%s:%d" % (end["called"], end["called_port"]) == proxy.address


def test_a_file_is_written_and_rotated_by_hup_even_where_the_reload_fails(serve, spliced, connect, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    log, old = folder / "web.log", folder / "web.log.1"
    section = listen(serve(ANSWER).address)
    proxy = spliced(section, log=[*TO_STDOUT, f"log = file@{log} format raw local0"])
    assert talk(connect, proxy) == b"12345"
    wait_until(lambda: " relay/s1 " in log.read_text(), "a line in the file")
    assert os.stat(log).st_mode & 0o777 == 0o640
    log.rename(old)
    proxy.reload(section)
    assert talk(connect, proxy) == b"12345"
    wait_until(lambda: " relay/s1 " in log.read_text(), "a line in the new file")
    assert old.read_text().count(" relay/s1 ") == 1
    log.rename(old)
    proxy.reload(section + "\nnonsense = 1", ok=False)
    assert talk(connect, proxy) == b"12345"
    wait_until(lambda: " relay/s1 " in log.read_text(), "a line in the third file")


def test_a_file_that_cannot_be_opened_anew_goes_on_as_it_was(serve, spliced, connect, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    log = folder / "web.log"
    section = listen(serve(ANSWER).address)
    proxy = spliced(section, log=[*TO_STDOUT, f"log = file@{log} format raw local0"])
    log.rename(folder / "kept")
    log.mkdir()
    proxy.send_signal(signal.SIGHUP)
    wait_until(lambda: "Configuration reloaded" in (folder / "kept").read_text(), "the reload")
    assert re.search(r"cannot log to .*web\.log: .*; the file that was open goes on", proxy.stderr())
    assert talk(connect, proxy) == b"12345"
    wait_until(lambda: " relay/s1 " in (folder / "kept").read_text(), "a line in the old file")


def test_a_sample_takes_some_of_the_lines(serve, spliced, connect, syslog):
    path, lines = syslog
    proxy = spliced(listen(serve(ANSWER).address, "log-format = relay-%rt", f"log = {path} sample 2-3:5 format raw local0"))
    lines(0)
    for _ in range(10):
        assert talk(connect, proxy) == b"12345"
    # The first line is the start of the proxy, so a session is one number behind its line.
    assert lines(4, "relay-") == ["relay-0", "relay-1", "relay-5", "relay-6"]


def test_a_dropped_client_is_named_nowhere(serve, spliced, connect, syslog):
    path, lines = syslog
    proxy = spliced(listen(serve(ANSWER).address, "option tcplog = yes", "log-start = yes", "log-anonymize = drop",
                           "unique-id-format = %ci:%cp"), log=[f"log = {path} format raw local0",
                                                               f"log = {path} format json local0"])
    assert talk(connect, proxy) == b"12345"
    text = [line for line in lines(4, "relay") if "Proxy" not in line]
    text += lines(6 - 2 - len(text), "relay")
    assert text[0].startswith("Connect from -:0 to 127.0.0.1:")
    assert text[2].startswith("-:0 [")
    for line in (text[1], text[3]):
        members = json.loads(line)
        assert "client" not in members and "client_port" not in members and members["unique_id"] == "-:0"


def test_a_hashed_client_keeps_its_name_while_the_process_lives(serve, spliced, connect, syslog):
    path, lines = syslog
    section = listen(serve(ANSWER).address, "log-anonymize = hash")
    proxy = spliced(section, log=[*TO_STDOUT, f"log = {path} format raw local0"])
    names = set()
    for turn in range(3):
        assert talk(connect, proxy) == b"12345"
        line, = lines(1, "relay/s1")
        names.add(re.match(r"([0-9a-f]{16}):0 \[", line)[1])
        if turn == 1:
            proxy.reload(section)
    assert len(names) == 1


def test_what_went_wrong_is_told_apart(serve, spliced, connect, syslog):
    path, lines = syslog
    proxy = spliced(listen(serve(ANSWER).address, "option tcplog = yes", "option log-separate-errors = yes") + "\n" +
                    listen("127.0.0.1:1", "option tcplog = yes", "option dontlog-normal = yes", "retries = 0",
                           "option log-separate-errors = yes", name="dead"),
                    log=[f"log = {path} format priority local0"])
    assert talk(connect, proxy.addresses[0]) == b"12345"
    assert talk(connect, proxy.addresses[1]) == b""
    good, bad = lines(2, "/s1 ")
    assert good.startswith("<134>") and " -- " in good
    assert bad.startswith("<131>") and " SC " in bad


def test_normal_sessions_leave_no_line_where_only_trouble_is_wanted(serve, spliced, connect, syslog):
    path, lines = syslog
    proxy = spliced(listen(serve(ANSWER).address, "option tcplog = yes", "option dontlog-normal = yes"),
                    log=[f"log = {path} format raw local0"])
    assert talk(connect, proxy) == b"12345"
    with connect(proxy) as client:
        client.reset()
    line, = lines(1, "relay/s1")
    assert re.search(" C[CD] ", line)


def test_the_tag_and_the_host_are_those_of_the_file(serve, spliced, connect, syslog):
    path, lines = syslog
    proxy = spliced(listen(serve(ANSWER).address, "log-tag = web"), log=[f"log = {path} local0"],
                    global_lines=["log-send-hostname = www1"])
    assert talk(connect, proxy) == b"12345"
    line, = lines(1, "relay/s1")
    assert re.match(rf"<134>[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d www1 web\[{proxy.pid}\]: 127\.0\.0\.1:", line)
