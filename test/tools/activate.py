#!/usr/bin/env python3
"""Runs a program as a service manager does that has opened its sockets, sd_listen_fds(3):

    activate.py DESCRIPTOR[,DESCRIPTOR...] program arguments...

The descriptors, in this order, become 3 and those that follow.
"""

import fcntl
import os
import sys

FIRST = 3


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    numbers = [int(word) for word in sys.argv[1].split(",")]
    # Out of the way first: one may have a number that another is to get.
    high = [fcntl.fcntl(number, fcntl.F_DUPFD, FIRST + len(numbers)) for number in numbers]
    for number in numbers:
        os.close(number)
    for target, source in enumerate(high, FIRST):
        os.dup2(source, target)
        os.close(source)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(numbers)))
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
