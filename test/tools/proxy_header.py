"""PROXY protocol headers for tests, written after HAProxy's doc/proxy-protocol.txt and not after the proxy's code."""

import ipaddress
import struct

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL = SIGNATURE + b"\x20\0\0\0"
UNKNOWN = b"PROXY UNKNOWN\r\n"


def v1(source="192.0.2.1", destination="192.0.2.2", source_port=4711, destination_port=80):
    family = "TCP6" if ":" in source else "TCP4"
    return f"PROXY {family} {source} {destination} {source_port} {destination_port}\r\n".encode()


def tlv(kind, value):
    return struct.pack("!BH", kind, len(value)) + value


def crc32c(data):
    """Bit by bit."""
    rest = 0xFFFFFFFF
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = rest >> 1 ^ (0x82F63B78 if rest & 1 else 0)
    return rest ^ 0xFFFFFFFF


def raw_v2(body, command=1, family=0x11):
    return SIGNATURE + struct.pack("!BBH", 0x20 | command, family, len(body)) + body


def v2(source="192.0.2.1", destination="192.0.2.2", source_port=4711, destination_port=80, tlvs=b"", checksum=False):
    hosts = [ipaddress.ip_address(host) for host in (source, destination)]
    body = b"".join(host.packed for host in hosts) + struct.pack("!HH", source_port, destination_port)
    family = 0x21 if hosts[0].version == 6 else 0x11
    if not checksum:
        return raw_v2(body + tlvs, family=family)
    blank = raw_v2(body + tlv(3, bytes(4)) + tlvs, family=family)
    return blank.replace(tlv(3, bytes(4)), tlv(3, struct.pack("!I", crc32c(blank))), 1)
