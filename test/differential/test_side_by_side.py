"""Configurations of test/import, run by HAProxy 2.6 and by spliced on the same traffic."""

import socket
import ssl
import struct
import time

from waiting import wait_until
from world import at_once, with_header


def served_names(seen, which="spliced"):
    return "".join(name[1] if name[1:].isdigit() else "-" for name in seen[which]["served"])


def test_least_connections_go_to_whoever_has_fewest(side_by_side):
    def traffic(world):
        for name in ("db1", "db2", "db3"):
            world.wait_for_status("galera", name, "UP")
        held = [world.hold() for _ in range(6)]
        world.release(held[0])
        world.release(held[2])
        held += [world.hold() for _ in range(3)]
        for client in held[1:2] + held[3:]:
            world.release(client)
    seen = side_by_side("galera.cfg", traffic)
    assert served_names(seen) == "121212112"


def test_weights_share_in_turns(side_by_side):
    def traffic(world):
        for name in ("big", "small", "middle"):
            world.wait_for_status("pg_nodes", name, "UP")
        for _ in range(12):
            world.visit()
    seen = side_by_side("postgres-pool.cfg", traffic)
    assert served_names(seen) == "131213" * 2


def test_the_first_backup_takes_all(side_by_side):
    def traffic(world):
        world.wait_for_status("redis", "master", "DOWN")
        for _ in range(4):
            world.visit()
    seen = side_by_side("redis-failover.cfg", traffic)
    assert served_names(seen) == "1111"


def test_all_backups_share_where_asked(side_by_side):
    def traffic(world):
        world.wait_for_status("smtp", "relay1", "DOWN")
        for _ in range(4):
            world.visit()
    seen = side_by_side("smtp-relays.cfg", traffic)
    assert served_names(seen) == "1212"


def test_without_redispatch_the_same_server_is_tried_again(side_by_side):
    def traffic(world):
        for _ in range(4):
            world.visit()
    seen = side_by_side("ldap-stubborn.cfg", traffic, "bytes-of-the-unserved", "sessions-not-attempts")
    assert seen["spliced"]["served"] == ["nobody (fin)", "S1"] * 2


def test_with_redispatch_another_server_answers(side_by_side):
    def traffic(world):
        for _ in range(3):
            world.visit()
    seen = side_by_side("ldap-redispatch.cfg", traffic, "redispatch-at-once")
    assert seen["spliced"]["served"] == ["S1"] * 3


def test_a_half_closed_client_hears_the_answer(side_by_side):
    def traffic(world):
        for name in ("git1", "git2"):
            world.wait_for_status("gitlab", name, "UP")
        world.stay_to_the_end(b"late upload\nand more", half_close=True)
        world.stay_to_the_end(b"bye\n", half_close=True)
        world.visit(b"bye\n")
    seen = side_by_side("git-ssh.cfg", traffic)
    assert seen["spliced"]["heard"][0] == b"and more"


def test_a_silent_client_is_let_go(side_by_side):
    def traffic(world):
        world.wait_for_status("mqtt", "broker1", "UP")
        world.stay_to_the_end(b"hi\n")
    side_by_side("mqtt.cfg", traffic, extra={"IDLE": "300ms", "SERVER_IDLE": "600ms"})


def test_a_silent_server_is_let_go(side_by_side):
    def traffic(world):
        world.wait_for_status("mqtt", "broker1", "UP")
        world.stay_to_the_end(b"hi\n")
    side_by_side("mqtt.cfg", traffic, extra={"IDLE": "60s", "SERVER_IDLE": "300ms"})


def test_a_tunnel_outlives_the_other_timeouts(side_by_side):
    def traffic(world):
        client = world.hold()
        time.sleep(0.7)  # longer than both timeouts
        client.send(b"x")
        client.read_all()
        world.endings.append(client.ending)
        world.release(client)
    side_by_side("websocket-tunnel.cfg", traffic, extra={"TUNNEL": "1s"})


def test_the_limit_of_a_frontend_makes_clients_wait(side_by_side):
    def traffic(world):
        first, second = world.hold(), world.hold()
        third = world.come()
        third.set_deadline(0.3)
        assert third.receive() == b""
        assert third.ending == "timeout"
        third.ending = None
        third.set_deadline(20)
        world.release(first)
        assert third.receive() == b"S1\n"
        for client in (second, third):
            world.release(client)
    side_by_side("limited-frontend.cfg", traffic)


def test_unix_sockets_on_both_sides(side_by_side):
    def traffic(world):
        world.wait_for_status("onion", "web1", "UP")
        for _ in range(4):
            world.visit(door="LISTEN_UNIX")
    seen = side_by_side("onion-sockets.cfg", traffic, "unix-address")
    assert seen["spliced"]["served"] == ["S1", "S_UNIX"] * 2


def test_where_nobody_is_left_the_client_is_sent_away(side_by_side):
    def traffic(world):
        world.wait_for_status("out", "s1", "DOWN")
        for _ in range(2):
            world.visit()
    seen = side_by_side("all-dead.cfg", traffic, "bytes-of-the-unserved")
    assert seen["spliced"]["served"] == ["nobody (fin)"] * 2


def test_clients_that_say_nothing_leave_no_line(side_by_side):
    def traffic(world):
        for _ in range(3):
            world.connect().close()
            wait_until(lambda: world.row("quiet", "FRONTEND")["scur"] == "0", "the session is over")
        world.visit()
    side_by_side("quiet-log.cfg", traffic)


def test_named_defaults_and_several_doors(side_by_side):
    def traffic(world):
        for door in ("LISTEN", "LISTEN2", "LISTEN3", "LISTEN", "LISTEN2", "LISTEN3"):
            world.visit(door=door)
    seen = side_by_side("two-doors.cfg", traffic)
    assert served_names(seen) == "221221"


def test_weight_zero_and_maintenance_take_nothing(side_by_side):
    def traffic(world):
        for _ in range(3):
            world.visit()
    seen = side_by_side("weights-and-maintenance.cfg", traffic)
    assert served_names(seen) == "333"


def test_a_server_that_breaks_off(side_by_side):
    def traffic(world):
        world.stay_to_the_end(b"cut\n")
    seen = side_by_side("resetting-servers.cfg", traffic, "reset-passed-on")
    assert seen["spliced"]["endings at clients"] == ["rst"]
    assert seen["haproxy"]["endings at clients"] == ["fin"]


def test_static_turns_come_in_blocks(side_by_side):
    def traffic(world):
        for _ in range(12):
            world.visit()
    seen = side_by_side("static-turns.cfg", traffic)
    assert served_names(seen) == "113123" * 2


def test_the_source_of_a_client_chooses(side_by_side):
    def traffic(world):
        for number in (1, 2, 3, 1, 2, 3, 77, 200):
            world.visit(source=f"127.0.0.{number}")
    seen = side_by_side("by-source.cfg", traffic)
    assert served_names(seen).startswith("312312")


def test_a_full_server_makes_clients_queue(side_by_side):
    def traffic(world):
        first, second = world.hold(), world.hold()
        third = world.come()
        wait_until(lambda: world.row("app", "BACKEND")["qcur"] == "1", "one client waits")
        world.release(first)
        assert third.receive() == b"S1\n"
        for client in (second, third):
            world.release(client)
    side_by_side("queue.cfg", traffic, "place-taken-at-once")


def test_a_client_waits_no_longer_than_the_queue_may_take(side_by_side):
    def traffic(world):
        held = [world.hold(), world.hold()]
        world.stay_to_the_end(b"hi\n")
        for client in held:
            world.release(client)
    side_by_side("queue.cfg", traffic, "bytes-of-the-unserved", extra={"QUEUE": "300ms"})


def test_rules_turn_away_and_choose(side_by_side):
    def traffic(world):
        for number in (1, 2):
            world.visit(source=f"127.0.0.{number}")
        for number in (3, 4, 5):
            world.visit(source=f"127.0.0.{number}", logged=False)
        world.visit(source="127.0.0.6")
    seen = side_by_side("refused-networks.cfg", traffic)
    assert seen["spliced"]["served"] == ["S1", "S2"] + ["nobody (rst)"] * 3 + ["S1"]


def client_hello(name):
    """The first bytes of a TLS client that wants `name`."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def test_the_name_in_a_hello_chooses(side_by_side):
    def traffic(world):
        for name in ("one.example", "ONE.example", "a.two.example", "two.example", "else.example"):
            world.visit(client_hello(name))
        world.visit(b"no TLS at all\n")
    seen = side_by_side("sni-choice.cfg", traffic, script=at_once)
    assert served_names(seen) == "112333"


def test_clients_go_back_to_their_server(side_by_side):
    def traffic(world):
        for number in (1, 2, 3, 2, 1, 4, 3, 1):
            world.visit(source=f"127.0.0.{number}")
    seen = side_by_side("sticky.cfg", traffic)
    assert served_names(seen) == "12321131"


def test_a_log_line_of_ones_own(side_by_side):
    def traffic(world):
        for _ in range(4):
            world.visit()
    seen = side_by_side("own-log-line.cfg", traffic, "bytes-of-the-unserved")
    assert seen["spliced"]["served"] == ["S1", "nobody (fin)"] * 2


def test_a_check_that_talks(side_by_side):
    def traffic(world):
        world.wait_for_status("app", "a", "UP")
        world.wait_for_status("app", "b", "DOWN")
        for _ in range(3):
            world.visit()
    seen = side_by_side("scripted-checks.cfg", traffic, checks_say=b"hello")
    assert served_names(seen) == "111"


def test_the_next_proxy_is_told_who_the_client_is(side_by_side):
    def traffic(world):
        for number in (1, 2):
            world.visit(source=f"127.0.0.{number}")
    seen = side_by_side("proxy-chain-edge.cfg", traffic, script=with_header)
    assert bytes.fromhex(seen["spliced"]["served"][0].split()[1]) == b"PROXY TCP4 127.0.0.1 127.0.0.1...\r\n"


SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def header_v2(source):
    addresses = socket.inet_aton(source) + socket.inet_aton("192.0.2.1") + struct.pack(">HH", 5555, 443)
    return SIGNATURE + b"\x21\x11" + struct.pack(">H", len(addresses)) + addresses


def test_what_another_proxy_tells_is_believed(side_by_side):
    def traffic(world):
        for number in (1, 2, 3, 9):
            world.visit(f"PROXY TCP4 192.0.2.{number} 192.0.2.1 5555 443\r\nhi\n".encode())
            world.visit(header_v2(f"192.0.2.{number}") + b"hi\n")
        world.visit(b"PROXY UNKNOWN\r\nhi\n")
        world.visit(SIGNATURE + b"\x20\x00\0\0" + b"hi\n")
    seen = side_by_side("proxy-chain-inner.cfg", traffic)
    assert len(set(seen["spliced"]["served"][:8])) > 1
