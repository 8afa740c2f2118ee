"""As much of HTTP as the benchmark itself speaks."""

import socket

from child import Failure

SMALL, BULK = "/1k", "/1g"  # what the web server has
SMALL_SIZE, BULK_SIZE = 1 << 10, 1 << 30
DEADLINE = 30.0             # seconds for any single wait
END_OF_HEAD = b"\r\n\r\n"


def connect(port):
    return socket.create_connection(("127.0.0.1", port), DEADLINE)


def ask(sock, path, *fields):
    sock.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Host: bench", *fields, "", ""]).encode())


def answer(sock):
    """Reads the whole answer to a request for SMALL."""
    data = b""
    while (head := data.find(END_OF_HEAD)) < 0 or len(data) < head + len(END_OF_HEAD) + SMALL_SIZE:
        received = sock.recv(1 << 16)
        if not received:
            raise Failure(f"the answer to a request for {SMALL} broke off after {len(data)} bytes")
        data += received
    if not data.startswith(b"HTTP/1.1 200 "):
        raise Failure(f"the answer to a request for {SMALL} began with {data[:32]!r}")
    return data


def first_bytes(size):
    """The header field for the first `size` bytes."""
    return f"Range: bytes=0-{size - 1}"
