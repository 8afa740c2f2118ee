"""Checking a configuration with -c: every mistake with its place, odd files read right, nothing silently ignored."""

import os
import re
import shutil

import pytest

GOOD = "[listen web]\nbind = 127.0.0.1:18080\nserver s1 = 127.0.0.1:9001 check\n"


@pytest.fixture
def check(binary, run, tmp_path):
    """Runs -c over `content`: check(text or bytes) -> CompletedProcess; the file is called x.ini."""
    def call(content, *more):
        path = tmp_path / "x.ini"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return run(binary, "-c", "-f", path, *more)
    return call


def places(done):
    """The line numbers of the errors."""
    return [int(found[1]) for found in re.finditer(r"(?m)^\[ALERT\].*x\.ini:(\d+): ", done.stderr)]


def test_a_good_file_is_said_to_be_valid(check):
    done = check(GOOD)
    assert done.returncode == 0
    assert "Configuration file is valid" in done.stdout + done.stderr


def test_every_mistake_is_reported_in_one_run(check):
    done = check("[global]\nmaxconn = many\nmaxcon = 5\n[listen web]\nbind = 127.0.0.1:70000\nserver s1 = 127.0.0.1:1\n"
                 "server s1 = 127.0.0.1:2\nbalance = fair\ntimeout client = 5 parsecs\n")
    assert done.returncode == 1
    assert places(done) == [2, 3, 5, 7, 8, 9]
    assert "maxconn" in done.stderr.split("x.ini:3: ")[1].splitlines()[0]


MISTAKES = {
    "unknown_keyword": ("[global]\nfrobnicate = 1\n" + GOOD, 2, "frobnicate"),
    "unknown_section": (GOOD + "[peers x]\n", 4, "peers"),
    "unknown_backend": ("[frontend f]\nbind = 127.0.0.1:18080\ndefault_backend = nowhere\n", 3, "nowhere"),
    "port_too_large": ("[listen w]\nbind = 127.0.0.1:70000\n", 2, "70000"),
    "two_servers_of_one_name": (GOOD + "server s1 = 127.0.0.1:9\n", 4, "s1"),
    "two_sections_of_one_name": (GOOD + "[listen web]\nbind = 127.0.0.1:18081\n", 4, "web"),
    "repeated_key": (GOOD + "balance = first\nbalance = leastconn\n", 5, "balance"),
    "comment_after_a_value": (GOOD + "balance = first # always\n", 4, "#"),
    "http_keyword": (GOOD + "option httplog = yes\n", 4, "(?i)http"),
    "bad_server_parameter": (GOOD + "server s2 = 127.0.0.1:9 chek\n", 4, "check"),
    "line_without_value": (GOOD + "nonsense\n", 4, "KEYWORD = VALUE.*'=' is missing"),
    "keyword_without_value": (GOOD + "option tcplog\n", 4, "write 'option tcplog = yes'"),
    "http_mode": (GOOD + "mode = http\n", 4, "HTTP mode is not offered"),
    "parameter_that_cannot_apply": (GOOD + "bind = /run/x.sock v6only\n", 4, "'v6only' has no effect on /run/x.sock"),
    "nul_byte": (GOOD.encode() + b"balance = first\0\n", 4, "(?i)nul"),
    "missing_page": (GOOD + "errorfile 503 = /nonexistent/503.http\n", 4, "/nonexistent/503.http"),
    "very_long_name": (GOOD + f"server {'n' * 300} = 127.0.0.1:9\n", 4, "long|bytes|characters"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_line(check, name):
    content, line, pattern = MISTAKES[name]
    done = check(content)
    assert done.returncode == 1
    assert line in places(done)
    message = done.stderr.split(f"x.ini:{line}: ", 1)[1].splitlines()[0]
    assert re.search(pattern, message)


@pytest.mark.parametrize("content", [
    GOOD.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + GOOD.encode(), GOOD.rstrip("\n").encode(),
    ("; a comment\n\n# another\n" + GOOD + "   weight 3\nbalance = first ; the rest\n").encode()],
    ids=["crlf", "bom", "no_newline_at_the_end", "comments_and_continuation"])
def test_odd_but_clear_files_are_accepted(check, content):
    done = check(content)
    assert done.returncode == 0, done.stderr


def test_a_line_of_5000_characters_is_neither_cut_nor_lost(check):
    done = check(GOOD + "description = " + "x" * 5000 + "\nnonsense = 1\n")
    assert 5 in places(done)
    assert done.returncode == 1


def test_an_empty_file_an_absent_one_and_an_unreadable_kind_are_errors(binary, run, tmp_path):
    (tmp_path / "empty.ini").write_text("")
    for path in (tmp_path / "empty.ini", tmp_path / "absent.ini", "/dev/full/x"):
        done = run(binary, "-c", "-f", path)
        assert done.returncode == 1
        assert str(path) in done.stderr


def test_an_unreadable_file_is_an_error(binary, run, short_folder):
    """Root may read everything, so root hands the program to somebody else, with a copy that they can reach."""
    copy, secret = short_folder / "spliced", short_folder / "secret.ini"
    shutil.copy(binary, copy)
    secret.write_text(GOOD)
    secret.chmod(0)
    short_folder.chmod(0o755)
    nobody = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
    # A sanitizer's leak checker looks into /proc, which is closed to who has changed user.
    done = run(copy, "-c", "-f", secret, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}, **nobody)
    assert done.returncode == 1
    assert f"{secret}: cannot be read: Permission denied" in done.stderr


def test_a_file_given_twice_is_an_error(binary, run, tmp_path):
    (tmp_path / "x.ini").write_text(GOOD)
    done = run(binary, "-c", "-f", tmp_path / "x.ini", "-f", tmp_path / "x.ini")
    assert done.returncode == 1
    assert "x.ini" in done.stderr


def test_a_folder_stands_for_its_ini_files_in_order(binary, run, tmp_path):
    (tmp_path / "10-front.ini").write_text("[frontend f]\nbind = 127.0.0.1:18080\ndefault_backend = b\n")
    (tmp_path / "20-back.ini").write_text("[backend b]\nserver s1 = 127.0.0.1:9\n")
    (tmp_path / "notes.txt").write_text("not a configuration")
    assert run(binary, "-c", "-f", tmp_path).returncode == 0
    (tmp_path / "30-bad.ini").write_text("[backend c]\nfrobnicate = 1\n")
    done = run(binary, "-c", "-f", tmp_path)
    assert done.returncode == 1
    assert "30-bad.ini:2: " in done.stderr


def test_the_dumped_configuration_is_valid_and_dumps_the_same(binary, run, tmp_path):
    (tmp_path / "x.ini").write_text("[global]\nmaxconn = 100\n[defaults]\ntimeout client = 90s\n" + GOOD +
                                    f"server s2 = [::1]:9002 backup weight 7\nerrorfile 503 = {tmp_path}/503.http\n")
    (tmp_path / "503.http").write_text("HTTP/1.0 503 Service Unavailable\r\n\r\nsorry\n")
    first = run(binary, "--dump-config", "-f", tmp_path / "x.ini")
    assert first.returncode == 0, first.stderr
    (tmp_path / "dumped.ini").write_text(first.stdout)
    second = run(binary, "--dump-config", "-f", tmp_path / "dumped.ini")
    assert second.returncode == 0, second.stderr
    assert second.stdout == first.stdout
    assert "127.0.0.1:9001" in first.stdout and "[::1]:9002" in first.stdout


def test_start_with_a_bad_file_fails_as_the_check_does(binary, run, tmp_path):
    (tmp_path / "x.ini").write_text("[global]\nmaxcon = 5\n" + GOOD)
    done = run(binary, "-f", tmp_path / "x.ini")
    assert done.returncode == 1
    assert "x.ini:2: " in done.stderr
