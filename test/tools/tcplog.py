"""A session's log line in HAProxy's tcplog form, taken apart."""

import re
from typing import NamedTuple

LINE = re.compile(
    r"^(?P<client>\S+?):(?P<port>\d+) "
    r"\[(?P<date>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3})\] "
    r"(?P<frontend>\S+) (?P<backend>[^/ ]+)/(?P<server>\S+) "
    r"(?P<tw>-?\d+)/(?P<tc>-?\d+)/(?P<tt>\+?\d+) (?P<bytes>\+?\d+) (?P<flags>[A-Za-z-]{2}) "
    r"(?P<ac>\d+)/(?P<fc>\d+)/(?P<bc>\d+)/(?P<sc>\d+)/(?P<retries>\+?\d+) "
    r"(?P<sq>\d+)/(?P<bq>\d+)$")


class Session(NamedTuple):
    client: str
    port: int
    date: str
    frontend: str
    backend: str
    server: str
    tw: int
    tc: int
    tt: str       # "+" in front where the session goes on
    bytes: str    # from the server to the client; "+" as above
    flags: str
    ac: int
    fc: int
    bc: int
    sc: int
    retries: str  # "+" in front where the last attempt went to another server
    sq: int
    bq: int


def parse(line):
    """The session that `line` tells of, or None where it is another kind of line."""
    found = LINE.match(line)
    if not found:
        return None
    fields = found.groupdict()
    for name, kind in Session.__annotations__.items():
        fields[name] = kind(fields[name])
    return Session(**fields)
