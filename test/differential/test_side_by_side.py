"""Configurations of test/import, run by HAProxy 2.6 and by spliced on the same traffic."""

import time

from waiting import wait_until


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
