#!/usr/bin/env python3
"""Runs a program in which one system call fails with a chosen error: what a shortage or an old kernel looks like.

    deny_syscall.py splice EINVAL program arguments...

A seccomp(2) filter answers the call; it survives execve and needs no privileges. Linux on x86-64 and arm64.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

NUMBERS = {  # asm/unistd_64.h, asm-generic/unistd.h
    "x86_64": {"splice": 275, "pipe2": 293, "connect": 42, "socket": 41, "bind": 49,
               "accept4": 288},
    "aarch64": {"splice": 76, "pipe2": 59, "connect": 203, "socket": 198, "bind": 200,
                "accept4": 242},
}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
RET_ERRNO, RET_ALLOW = 0x00050000, 0x7FFF0000


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def is_available(name):
    return name in NUMBERS.get(platform.machine(), {})


def deny(name, error):
    number = NUMBERS[platform.machine()][name]
    code = b"".join(struct.pack("HBBI", *step) for step in (
        (LOAD, 0, 0, 0),
        (JUMP_IF_EQUAL, 0, 1, number),
        (RETURN, 0, 0, RET_ERRNO | error),
        (RETURN, 0, 0, RET_ALLOW)))
    buffer = ctypes.create_string_buffer(code)
    program = Program(4, ctypes.cast(buffer, ctypes.c_void_p).value)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or \
            libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    deny(sys.argv[1], getattr(errno, sys.argv[2]))
    os.execv(sys.argv[3], sys.argv[3:])


if __name__ == "__main__":
    main()
