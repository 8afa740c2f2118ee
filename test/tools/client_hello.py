"""TLS ClientHello messages made by hand (RFC 8446, 4.1.2), so that tests can part them as they like."""

import struct


def _field(content, size):
    return len(content).to_bytes(size, "big") + content


def _extension(number, content):
    return struct.pack(">H", number) + _field(content, 2)


def message(name=None, protocols=(), key_bytes=32):
    """The handshake message; `key_bytes` of 1216 is what X25519MLKEM768 sends."""
    extensions = _extension(51, _field(b"\x11\xec" + _field(b"k" * key_bytes, 2), 2))
    if protocols:
        extensions += _extension(16, _field(b"".join(_field(each.encode(), 1) for each in protocols), 2))
    if name:
        extensions += _extension(0, _field(b"\0" + _field(name.encode(), 2), 2))
    body = b"\x03\x03" + b"r" * 32 + _field(b"s" * 32, 1) + _field(b"\x13\x01", 2) + b"\x01\x00" + _field(extensions, 2)
    return b"\x01" + _field(body, 3)


def records(handshake, size=16384):
    """In records of at most `size` bytes each."""
    return b"".join(b"\x16\x03\x01" + _field(handshake[at:at + size], 2) for at in range(0, len(handshake), size))


def hello(name=None, **options):
    return records(message(name, **options))
