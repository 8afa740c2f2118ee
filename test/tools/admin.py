"""A client of a statistics socket: spliced's or HAProxy's, over a unix socket or TCP."""

import csv
import io
import socket

from waiting import DEADLINE


class Admin:
    """One place to connect to. Each ask() is a connection of its own, as scripts make them."""

    def __init__(self, where):
        self.where = str(where)

    def connect(self, deadline=DEADLINE):
        """A plain socket, connected; the caller closes it."""
        family = socket.AF_UNIX if "/" in self.where else socket.AF_INET
        host, _, port = self.where.rpartition(":")
        client = socket.socket(family)
        client.settimeout(deadline)
        client.connect(self.where if family == socket.AF_UNIX else (host, int(port)))
        return client

    def ask(self, command):
        """The whole answer, up to the end of the connection."""
        with self.connect() as client:
            client.sendall(command.encode() + b"\n")
            return read_all(client)

    def rows(self, command="show stat"):
        """The CSV by names: one dictionary for each row."""
        return rows_of(self.ask(command))

    def row(self, proxy, name):
        """The one row of this frontend, backend or server."""
        [row] = [row for row in self.rows() if (row["pxname"], row["svname"]) == (proxy, name)]
        return row

    def info(self):
        """`show info` as a dictionary."""
        return dict(line.split(": ", 1) for line in self.ask("show info").splitlines() if ": " in line)

    def sessions(self):
        """The identities of the running sessions, the youngest first."""
        return [line.split(":")[0] for line in self.ask("show sess").splitlines() if line.startswith("0x")]


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("# "))))


def read_all(client):
    data = b""
    while chunk := client.recv(65536):
        data += chunk
    return data.decode()


def read_until(client, ending):
    """What comes, up to `ending`; less where the other side closes first."""
    data = b""
    while not data.endswith(ending.encode()):
        chunk = client.recv(65536)
        if not chunk:
            break
        data += chunk
    return data.decode()
