"""Checks of real servers: each is seen to be well, and to refuse where it refuses. Each starts once."""

import pytest
from admin import Admin
from real_servers import MariaDb, Mail, Postgres, Redis, TlsServer
from waiting import wait_until


def running(kind, *arguments):
    """A fixture of the whole module: the server, running."""
    @pytest.fixture(scope="module", name=kind.__name__.lower())
    def server():
        if lacking := kind.lacking():
            pytest.skip(f"{', '.join(lacking)} is not installed")
        with kind(*arguments) as started:
            yield started
    return server


redis = running(Redis)
postgres = running(Postgres)
mariadb = running(MariaDb)
mail = running(Mail)


@pytest.fixture
def look(spliced, short_folder):
    """What a check of a server comes to: look(lines of the section, address) -> the row of the statistics."""
    def call(option, address):
        admin = Admin(short_folder / "admin.sock")
        lines = ["[listen web]", "bind = fd@?", *([option] if isinstance(option, str) else option),
                 f"server s1 = {address} check inter 2s fastinter 50ms"]
        spliced("\n".join(lines), global_lines=[f"stats socket = {admin.where} level admin"])
        return wait_until(lambda: (row := admin.row("web", "s1"))["check_status"] not in ("INI", "* INI") and row, "a check")
    return call


def seen(row):
    return row["status"], row["check_status"].removeprefix("* "), row["check_code"], row["last_chk"]


def test_redis_answers_a_ping(look, redis):
    assert seen(look("option redis-check = yes", redis.address)) == ("UP", "L7OK", "0", "Redis server is ok")


def test_redis_that_wants_a_password_says_so(look, redis):
    del redis  # it is installed, then
    with Redis("secret") as locked:
        assert seen(look("option redis-check = yes", locked.address)) == (
            "DOWN", "L7STS", "0", "-NOAUTH Authentication required.")


def test_redis_speaks_of_its_role_to_a_dialog(look, redis):
    rules = ["option tcp-check = yes", r"tcp-check = send PING\r\n", "tcp-check = expect string +PONG",
             r"tcp-check = send info\ replication\r\n", "tcp-check = expect string role:master",
             r"tcp-check = send QUIT\r\n", "tcp-check = expect string +OK"]
    assert seen(look(rules, redis.address)) == ("UP", "L7OK", "0", "(tcp-check)")


def test_postgres_asks_for_a_password_and_so_is_well(look, postgres):
    assert seen(look("option pgsql-check = user haproxy", postgres.address)) == (
        "UP", "L7OK", "0", "PostgreSQL server is ok")


def test_postgres_that_turns_the_user_away_is_not_well(look, postgres):
    status, check, _, text = seen(look("option pgsql-check = user blocked", postgres.address))
    assert (status, check) == ("DOWN", "L7RSP")
    assert text.startswith('pg_hba.conf rejects connection for host "127.0.0.1", user "blocked"')


def test_mariadb_takes_a_user_without_a_password(look, mariadb):
    assert seen(look("option mysql-check = user haproxy", mariadb.address)) == ("UP", "L7OK", "0", "")


def test_mariadb_greets_with_its_version(look, mariadb):
    status, check, _, text = seen(look("option mysql-check = yes", mariadb.address))
    assert (status, check) == ("UP", "L7OK")
    assert "MariaDB" in text


def test_mariadb_refuses_a_stranger_with_its_number(look, mariadb):
    status, check, code, text = seen(look("option mysql-check = user stranger", mariadb.address))
    assert (status, check, code) == ("DOWN", "L7STS", "1045")
    assert text.startswith("#28000Access denied for user 'stranger'")


def test_a_mail_server_greets_and_says_goodbye(look, mail):
    assert seen(look("option smtpchk = yes", mail.address)) == ("UP", "L7OK", "221", "Bye")


def test_a_mail_server_answers_an_ehlo_of_several_lines(look, mail):
    assert seen(look("option smtpchk = EHLO proxy.example", mail.address)) == ("UP", "L7OK", "221", "Bye")


@pytest.mark.parametrize("versions", [[], ["-tls1_3"], ["-tls1_2"]], ids=["any", "1.3", "1.2"])
def test_a_tls_server_answers_a_hello(look, versions):
    with TlsServer(*versions) as server:
        assert seen(look("option ssl-hello-chk = yes", server.address))[:2] == ("UP", "L6OK")


def test_a_tls_server_with_which_no_session_can_begin_is_not_well(look):
    with TlsServer("-tls1_2", "-cipher", "PSK", "-psk", "0102") as server:
        assert seen(look("option ssl-hello-chk = yes", server.address)) == (
            "DOWN", "L6RSP", "", "TLS alert: handshake failure")


def test_a_server_that_speaks_another_protocol_is_told_apart(look, redis):
    assert seen(look("option ssl-hello-chk = yes", redis.address))[1] in ("L6RSP", "L6TOUT")
