"""What is compared, and where the two programs differ on purpose.

Each difference has a name, which spliced.ini(5) lists with its reason, and a function that makes what was seen of both
alike. A scenario names those that it meets.
"""

import re

# Times, rates, the process's own numbers, and what follows from when checks run. smax as well: HAProxy logs a session
# a moment before it is over, so the next one may come while it counts.
UNSTABLE = """smax lastchg downtime pid rate rate_max check_duration conn_rate conn_rate_max lastsess qtime ctime rtime ttime
qtime_max ctime_max rtime_max ttime_max check_health last_chk check_desc check_status chkfail hanafail check_code
agg_check_status agg_server_check_status srv_icur idle_conn_cur safe_conn_cur need_conn_est""".split()

CHECK_TIMES = re.compile(r"check duration: \d+ms")


def stable_rows(seen):
    return {key: {name: value for name, value in row.items() if name not in UNSTABLE}
            for key, row in seen["rows"].items()}


def stable_session(priority, session):
    """Times become "some" or -1; what is left is said by the log line's letters and numbers."""
    fields = session._asdict()
    for name in ("port", "date"):
        del fields[name]
    for name in ("tw", "tc"):
        fields[name] = "-1" if fields[name] == -1 else "some"
    fields["tt"] = "+" if str(fields["tt"]).startswith("+") else ""
    fields["priority"] = priority
    return fields


def stable_messages(seen):
    """The lines about servers; those about starting and stopping are each program's own."""
    texts = [(priority, CHECK_TIMES.sub("check duration: N", text)) for priority, text in seen["messages"]
             if re.match(r"(Backup )?Server |proxy |backend ", text)]
    return sorted(set(texts))


def stable(seen):
    return {
        "served": seen["served"],
        "endings at clients": seen["endings at clients"],
        "heard": seen["heard"],
        "endings at servers": seen["endings at servers"],
        "sessions": [stable_session(*each) for each in seen["sessions"]],
        "messages": stable_messages(seen),
        "rows": stable_rows(seen),
    }


def blank_columns(seen, *names):
    for row in seen["rows"].values():
        for name in names:
            row[name] = "*"


def reset_is_passed_on(seen):
    seen["endings at clients"] = ["rst or fin" for _ in seen["endings at clients"]]
    seen["endings at servers"] = {name: ["rst or fin" for _ in endings]
                                  for name, endings in seen["endings at servers"].items()}
    for session in seen["sessions"]:
        session["flags"] = "*"
    blank_columns(seen, "cli_abrt", "srv_abrt", "eresp", "econ")


def redispatch_at_once(seen):
    for session in seen["sessions"]:
        session["retries"] = "*"
    blank_columns(seen, "wretr", "wredis", "lbtot", "econ", "connect", "stot", "smax")


def bytes_of_the_unserved(seen):
    blank_columns(seen, "bin")


def sessions_not_attempts(seen):
    for (_, name), row in seen["rows"].items():
        if name not in ("FRONTEND", "BACKEND"):
            row["stot"] = "*"


def place_taken_at_once(seen):
    for session in seen["sessions"]:
        session["sc"] = "*"


def unix_address(seen):
    for row in seen["rows"].values():
        if row["addr"] in ("unix", "S_UNIX"):
            row["addr"] = "*"


# name: (reason, what makes both alike). The same names and reasons stand in spliced.ini(5).
DIFFERENCES = {
    "reset-passed-on": (
        "A reset of one side becomes a reset of the other, where HAProxy closes cleanly; the log's letters and the "
        "counters of errors and aborts follow from that.", reset_is_passed_on),
    "redispatch-at-once": (
        "A refused connection goes to another server at once, so retries and redispatches count other events.",
        redispatch_at_once),
    "sessions-not-attempts": (
        "The total of a server's sessions counts each session once, where HAProxy counts each attempt to connect.",
        sessions_not_attempts),
    "bytes-of-the-unserved": (
        "What a client sends before a server is reached is not read, and so it is not counted where none is.",
        bytes_of_the_unserved),
    "place-taken-at-once": (
        "A place that becomes free at a server goes to the next in the queue before the line of the session that has "
        "ended is written, so its count of the server's sessions may be one more.", place_taken_at_once),
    "unix-address": (
        "The statistics show the path of a unix socket, where HAProxy shows the word unix.", unix_address),
}


def compare(haproxy, spliced, names):
    """Fails where they differ and no named difference explains it."""
    theirs, ours = stable(haproxy), stable(spliced)
    for name in names:
        _, make_alike = DIFFERENCES[name]
        make_alike(theirs)
        make_alike(ours)
    for part in theirs:
        assert theirs[part] == ours[part], f"{part}: {difference(theirs[part], ours[part])}"


def difference(theirs, ours):
    """What differs, one entry a line, HAProxy first."""
    if isinstance(theirs, dict):
        lines = []
        for key in {**theirs, **ours}:
            one, other = theirs.get(key), ours.get(key)
            if one == other:
                continue
            if isinstance(one, dict) and isinstance(other, dict):
                lines += [f"{key} {name}: {one.get(name)!r} {other.get(name)!r}" for name in one
                          if one.get(name) != other.get(name)]
            else:
                lines.append(f"{key}: {one!r} {other!r}")
        return "\n" + "\n".join(lines)
    if isinstance(theirs, list):
        pairs = [f"{one!r}\n{other!r}" for one, other in zip(theirs, ours) if one != other]
        return f"{len(theirs)} and {len(ours)} entries\n" + "\n".join(pairs)
    return f"{theirs!r} {ours!r}"
