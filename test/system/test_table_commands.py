"""`show table`, `set table`, `clear table`: word for word as HAProxy 2.6 answers, which is asked as well.

`+` in front of a command: spliced alone, where it is stricter on purpose.
"""

import re

import pytest
from admin import Admin
from page import STATS, get, samples
from waiting import wait_until

DONE = "\n"
ALL = ("conn_cnt,conn_cur,conn_rate(10s),sess_cnt,sess_rate(10s),bytes_in_cnt,bytes_in_rate(10s),bytes_out_cnt,"
       "bytes_out_rate(10s),gpc0,gpc0_rate(10s),gpc1,gpc1_rate(5s),gpt0,server_id")
TABLES = f"""
frontend fe
 bind fd@?
 stick-table type ip size 3 expire 1m store {ALL}
 default_backend words
backend words
 stick-table type string len 20 size 100k expire 2m store gpc0
backend numbers
 stick-table type integer size 10 store conn_cnt
backend v6
 stick-table type ipv6 size 1m expire 90s store gpc0,conn_cnt
backend full
 stick-table type string size 2 expire 30s nopurge store gpc0
backend bytes
 stick-table type binary len 4 size 10 expire 30s store gpc0
"""

USAGE = {"set": "Required arguments: <table> key <key> [data.<store_data_type> <value>]*\n\n",
         "clear": 'Required arguments: <table> "data.<store_data_type>" <operator> <value> or <table> key <key>\n\n',
         "show": 'Optional argument only supports "data.<store_data_type>" <operator> <value> and key <key>\n\n'}
NO_BYTES = "{} tables of type other than ip, ipv6, string and integer is not supported\n\n"
ZEROS = ("conn_cnt=0 conn_rate(10000)={} conn_cur=0 sess_cnt=0 sess_rate(10000)=0 bytes_in_cnt={} "
         "bytes_in_rate(10000)={} bytes_out_cnt=0 bytes_out_rate(10000)=0 gpc1=0 gpc1_rate(5000)=0\n")

EXCHANGES = {
    "what is wrong": [
        ("show table nope", "No such table\n\n"),
        ("set table", USAGE["set"]),
        ("set table nope", "No such table\n\n"),
        ("set table fe", DONE),
        ("set table fe x", USAGE["set"]),
        ("set table fe key", "Key value expected\n\n"),
        ("+set table fe key foo", "Invalid key\n\n"),
        ("set table v6 key 1.2.3.4", "Invalid key\n\n"),
        ("set table numbers key abc", "Invalid key\n\n"),
        ("set table numbers key -5", "Invalid key\n\n"),
        ("set table numbers key 4294967296", "Invalid key\n\n"),
        ("set table bytes key 6162", NO_BYTES.format("Inserting keys into")),
        ("show table bytes key 6162", NO_BYTES.format("Showing keys from")),
        ("clear table bytes key 6162", NO_BYTES.format("Removing keys from")),
        ("set table fe key 1.2.3.4 data.foo 5", "Unknown data type\n\n"),
        ("set table words key a data.conn_cnt 3", "Data type not stored in this table\n\n"),
        ("set table fe key 1.2.3.4 data.gpc0 x", "Require a valid integer value to store\n\n"),
        ("set table fe key 1.2.3.4 data.gpc0", "Require a valid integer value to store\n\n"),
        ("set table fe key 1.2.3.4 gpc0 5", '"data.<type>" followed by a value expected\n\n'),
        ("set table v6 data.gpc0 eq 1",
         'content-based lookup is only supported with the "show" and "clear" actions\n\n'),
        ("show table fe key", "Key value expected\n\n"),
        ("show table fe key 127.0.0.9", DONE),
        ("show table fe foo", USAGE["show"]),
        ("show table fe data.gpc0 xx 0",
         'Filter entry #1: Require and operator among "eq", "ne", "le", "ge", "lt", "gt"\n\n'),
        ("show table fe data.foo gt 0", "Filter entry #1: Unknown data type\n\n"),
        ("show table fe data.gpc0 gt", "Filter entry #1: Require a valid integer value to compare against\n\n"),
        ("show table fe data.gpc0 gt x", "Filter entry #1: Require a valid integer value to compare against\n\n"),
        ("show table words data.conn_cnt gt 1", "Filter entry #1: Data type not stored in this table\n\n"),
        ("show table fe data.gpc0 gt 1 foo", "Filter entry #2: Unknown data type\n\n"),
        ("show table v6 data.gpc0 eq 0 data.conn_cnt eq 1 data.gpc0 lt 5 data.gpc0 lt 5 data.gpc0 lt 9",
         "Detected extra data in filter, 16th word of input, after '5'\n\n"),
        ("clear table", USAGE["clear"]),
        ("clear table nope", "No such table\n\n"),
        ("clear table fe foo", USAGE["clear"]),
        ("clear table fe key", "Key value expected\n\n"),
        ("clear table fe key 9.9.9.9", DONE),
        ("clear table fe data.gpc0 gt x", "Filter entry #1: Require a valid integer value to compare against\n\n"),
    ],
    "entries": [
        ("show table fe", "# table: fe, type: ip, size:3, used:0\n\n"),
        ("set table v6 key fc00:dead:beef:4dad::0:2d data.gpc0 5", DONE),
        ("set table v6 key ::FFFF:1.2.3.4", DONE),
        ("set table v6 key ::1 data.gpc0 1 data.conn_cnt 77", DONE),
        ("show table v6", "# table: v6, type: ipv6, size:1048576, used:3\n"
         "0x: key=::1 use=0 exp=N gpc0=1 conn_cnt=77\n0x: key=::ffff:1.2.3.4 use=0 exp=N gpc0=0 conn_cnt=0\n"
         "0x: key=fc00:dead:beef:4dad::2d use=0 exp=N gpc0=5 conn_cnt=0\n\n"),
        ("show table v6 key ::1 data.gpc0 gt 5", "# table: v6, type: ipv6, size:1048576, used:3\n"
         "0x: key=::1 use=0 exp=N gpc0=1 conn_cnt=77\n\n"),
        ("show table v6 data.gpc0 ge 1 data.conn_cnt lt 77", "# table: v6, type: ipv6, size:1048576, used:3\n"
         "0x: key=fc00:dead:beef:4dad::2d use=0 exp=N gpc0=5 conn_cnt=0\n\n"),
        ("show table v6 data.conn_cnt ne 0", "# table: v6, type: ipv6, size:1048576, used:3\n"
         "0x: key=::1 use=0 exp=N gpc0=1 conn_cnt=77\n\n"),
        ("clear table v6 data.gpc0 le 1", DONE),
        ("show table v6", "# table: v6, type: ipv6, size:1048576, used:1\n"
         "0x: key=fc00:dead:beef:4dad::2d use=0 exp=N gpc0=5 conn_cnt=0\n\n"),
        ("clear table v6 key fc00:dead:beef:4dad::2d", DONE),
        ("show table v6", "# table: v6, type: ipv6, size:1048576, used:0\n\n"),
        ("set table fe key 1.2.3.4 data.conn_rate 5 data.bytes_in_rate 100 data.gpc0 -1 data.bytes_in_cnt "
         "99999999999999 data.server_id -3", DONE),
        ("show table fe", "# table: fe, type: ip, size:3, used:1\n0x: key=1.2.3.4 use=0 exp=N server_id=-3 gpt0=0 "
         "gpc0=4294967295 gpc0_rate(10000)=0 " + ZEROS.format(5, 99999999999999, 100) + "\n"),
        ("clear table fe", DONE),
        ("show table fe", "# table: fe, type: ip, size:3, used:0\n\n"),
    ],
    "the order of keys": [
        *((f"set table numbers key {key}", DONE) for key in (2130706444, 12, 256, 3)),
        ("show table numbers", "# table: numbers, type: integer, size:10, used:4\n" + "".join(
            f"0x: key={key} use=0 exp=N conn_cnt=0\n" for key in (256, 3, 12, 2130706444)) + "\n"),
        ("set table words key aaaaaaaaaabbbbbbbbbbcc data.gpc0 1", DONE),
        (r"set table words key a\ b=c", DONE),
        ("set table words key B", DONE),
        ("show table words", "# table: words, type: string, size:102400, used:3\n"
         "0x: key=B use=0 exp=N gpc0=0\n0x: key=a\\ b\\=c use=0 exp=N gpc0=0\n"
         "0x: key=aaaaaaaaaabbbbbbbbbb use=0 exp=N gpc0=1\n\n"),
    ],
    "full tables": [
        ("set table full key a", DONE),
        ("set table full key b", DONE),
        ("set table full key c", "Unable to allocate a new entry\n\n"),
        ("set table full key b data.gpc0 2", DONE),
        ("show table full", "# table: full, type: string, size:2, used:2\n0x: key=a use=0 exp=N gpc0=0\n"
         "0x: key=b use=0 exp=N gpc0=2\n\n"),
        *((f"set table fe key 127.0.0.{number}", DONE) for number in range(1, 6)),
        ("show table fe data.gpc0 gt 9", "# table: fe, type: ip, size:3, used:3\n\n"),
        ("show table fe key 127.0.0.2", DONE),
        ("show table", """# table: bytes, type: binary, size:10, used:0
# table: full, type: string, size:2, used:2
# table: v6, type: ipv6, size:1048576, used:0
# table: numbers, type: integer, size:10, used:0
# table: words, type: string, size:102400, used:0
# table: fe, type: ip, size:3, used:3

"""),
    ],
}


def masked(answer):
    """Without what differs from run to run: where an entry lives, and how long it will."""
    return re.sub(r"\bexp=\d+", "exp=N", re.sub(r"(?m)^0x[0-9a-f]+:", "0x:", answer))


@pytest.mark.parametrize("name", EXCHANGES)
def test_tables_are_shown_and_changed_word_for_word(duo, name):
    proxy = duo(TABLES)
    for command, answer in EXCHANGES[name]:
        if command.startswith("+") and proxy.which == "haproxy":
            continue
        expected = answer.replace("exp=N", "exp=0") if "numbers" in command else answer
        got = proxy.admin.ask(command.lstrip("+"))
        assert (command, masked(got)) == (command, expected.replace("exp=0", "exp=N"))
        if "numbers" in command and "exp=" in got:
            assert set(re.findall(r"exp=(\d+)", got)) == {"0"}  # without `expire` there is no end


def test_an_operator_changes_tables_and_a_user_sees_them(duo):
    proxy = duo(TABLES)
    ask = proxy.admin.ask
    assert ask("operator; set table words key a data.gpc0 3") == "\n\n"
    assert masked(ask("operator; show table words")).endswith("0x: key=a use=0 exp=N gpc0=3\n\n")
    assert "key=a" in ask("user; show table words")
    assert ask("user; show table words key a") == "\nPermission denied\n\n"
    assert ask("user; set table words key a data.gpc0 4") == "\nPermission denied\n\n"
    assert ask("operator; clear table words key a") == "\n\n"


def test_a_user_clears_no_table(spliced, short_folder):
    path = short_folder / "admin.sock"
    spliced("[listen words]\nbind = fd@?\nserver s1 = 127.0.0.1:1\nstick-table = type string size 5\n",
            global_lines=[f"stats socket = {path} level admin"])
    admin = Admin(path)
    admin.ask("set table words key a")
    for command in ("clear table words", "clear table words key a"):
        assert admin.ask("user; " + command) == "\nPermission denied\n\n"
    assert "used:1" in admin.ask("show table words")


def test_the_agent_of_datadog_reads_how_full_tables_are(duo):
    """Its pattern for the lines of `show table`."""
    proxy = duo(TABLES)
    proxy.admin.ask("set table words key a")
    pattern = re.compile(r"# table: (?P<name>[^ ]+), type: (?P<type>[^ ]+), size:(?P<size>[0-9]+), used:(?P<used>[0-9]+)$")
    lines = [line for line in proxy.admin.ask("show table").splitlines() if line]
    found = [pattern.match(line).groupdict() for line in lines]
    assert {"name": "words", "type": "string", "size": "102400", "used": "1"} in found
    assert len(found) == 6


def test_entries_expire_by_themselves(duo):
    proxy = duo("frontend fe\n bind fd@?\n stick-table type string size 5 expire 300ms store gpc0\n")
    proxy.admin.ask("set table fe key a")
    assert "used:1" in proxy.admin.ask("show table")
    wait_until(lambda: "used:0" in proxy.admin.ask("show table"), "the entry has expired")
    assert "key=a" not in proxy.admin.ask("show table fe")


def test_metrics_tell_how_large_and_how_full_tables_are(spliced, short_folder):
    path = short_folder / "admin.sock"
    proxy = spliced("[frontend fe]\nbind = fd@?\nstick-table = type ip size 1k expire 200ms\n"
                    "[backend words]\nstick-table = type string size 5\n" + STATS,
                    global_lines=[f"stats socket = {path} level admin"])
    admin = Admin(path)
    for key in ("a", "b"):
        admin.ask(f"set table words key {key}")
    admin.ask("set table fe key 1.2.3.4")

    def metrics():
        return samples(get(proxy.addresses[-1], "/metrics")[2])
    now = metrics()
    assert now[("haproxy_sticktable_size", 'name="fe",type="ip"')] == "1024"
    assert now[("haproxy_sticktable_used", 'name="words",type="string"')] == "2"
    # Nobody looks into the table, so a timer must see to it.
    wait_until(lambda: metrics()[("haproxy_sticktable_used", 'name="fe",type="ip"')] == "0", "the entry is gone")


KEPT = """
[listen web]
bind = fd@?
server s1 = 127.0.0.1:1
stick-table = type ip size {size} {store}
{more}
"""


@pytest.fixture
def web(spliced, short_folder):
    path = short_folder / "admin.sock"
    proxy = spliced(KEPT.format(size=10, store="store gpc0,conn_rate(10s)", more=""),
                    global_lines=[f"stats socket = {path} level admin"])
    proxy.admin = Admin(path)
    for number in range(1, 6):
        proxy.admin.ask(f"set table web key 10.0.0.{number} data.gpc0 {number}")
    return proxy


def test_a_reload_keeps_what_a_table_knows(web):
    before = web.admin.ask("show table web")
    web.reload(KEPT.format(size="2k", store="store conn_rate(10s) store gpc0", more="[backend b]"))
    assert web.admin.ask("show table web") == before.replace("size:10,", "size:2048,")


def test_a_reload_that_makes_a_table_smaller_keeps_the_newest_and_says_so(web):
    lines = web.reload(KEPT.format(size="2", store="store gpc0,conn_rate(10s)", more=""))
    assert any("Stick table web: 3 entries dropped, which are too old or too many now." in line for line in lines)
    assert re.findall(r"key=(\S+)", web.admin.ask("show table web")) == ["10.0.0.4", "10.0.0.5"]


def test_a_reload_that_changes_what_is_stored_drops_the_entries_and_says_so(web):
    lines = web.reload(KEPT.format(size="10", store="store gpc0", more=""))
    assert any("Stick table web: 5 entries dropped, because its keys or what it stores has changed." in line
               for line in lines)
    assert web.admin.ask("show table web") == "# table: web, type: ip, size:10, used:0\n\n"


def test_a_reload_that_removes_a_table_says_so(web):
    lines = web.reload("[listen web]\nbind = fd@?\nserver s1 = 127.0.0.1:1\n")
    assert any("Stick table web: 5 entries dropped, it is gone from the configuration." in line for line in lines)
    assert web.admin.ask("show table web") == "No such table\n\n"


def test_a_bad_file_changes_no_table(web):
    before = web.admin.ask("show table web")
    web.reload(KEPT.format(size="10", store="store nothing", more=""), ok=False)
    assert re.sub(r"exp=\d+", "", web.admin.ask("show table web")) == re.sub(r"exp=\d+", "", before)
