"""The options of another process's sockets, read from copies of its descriptors: pidfd_getfd(2)."""

import ctypes
import os
import socket


PIDFD_GETFD = 438  # the same number on every machine
IP_TRANSPARENT = 19
TCP_FASTOPEN_CONNECT = 30

_libc = ctypes.CDLL(None, use_errno=True)


def sockets_of(pid):
    """Copies of all TCP sockets of the process, as Python's sockets; the caller closes them."""
    found = []
    process = os.pidfd_open(pid)
    try:
        for number in os.listdir(f"/proc/{pid}/fd"):
            try:
                if not os.readlink(f"/proc/{pid}/fd/{number}").startswith("socket:"):
                    continue
            except OSError:
                continue
            copy = _libc.syscall(PIDFD_GETFD, process, int(number), 0)
            if copy < 0:
                raise OSError(ctypes.get_errno(), "pidfd_getfd")
            found.append(socket.socket(fileno=copy))
    finally:
        os.close(process)
    return found


def _name(sock, call):
    try:
        name = getattr(sock, call)()
        return name[1] if isinstance(name, tuple) else None
    except OSError:
        return None


def read(pid, level, option, *, local=None, remote=None, size=None):
    """One option of the one connection from or to these ports; of the listener where `remote` is 0."""
    values = []
    for sock in sockets_of(pid):
        with sock:
            if sock.family == socket.AF_UNIX or sock.type != socket.SOCK_STREAM:
                continue
            ends = _name(sock, "getsockname"), _name(sock, "getpeername")
            if (local in (None, ends[0])) and (remote is None or (remote or None) == ends[1]):
                values.append(sock.getsockopt(level, option, size) if size else sock.getsockopt(level, option))
    assert len(values) == 1, f"{len(values)} sockets from {local} to {remote} in process {pid}"
    return values[0]
