"""What /proc says about a process: CPU time, memory, descriptors, listening sockets. See proc(5)."""

import os
import re
from pathlib import Path


def lines(pid, name):
    """The lines of one file; none where the process is gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text().splitlines()
    except OSError:
        return []


def status(pid):
    """The fields of /proc/PID/status as text; empty where the process is gone."""
    return dict(line.split(":\t", 1) for line in lines(pid, "status") if ":\t" in line)


def is_alive(pid):
    return status(pid).get("State", "Z")[0] not in "ZX"


def cpu_seconds(pid):
    """User and system time used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def running_seconds(pid):
    """User and system time used so far, to the nanosecond; cpu_seconds() knows only ticks of 10 ms.

    What counts is the first field of schedstat, which a kernel may lack or (without CONFIG_SCHED_INFO) leave at 0.
    """
    fields = [int(field) for line in lines(pid, "schedstat") for field in line.split()]
    return fields[0] / 1e9 if any(fields) else cpu_seconds(pid)


def anonymous_bytes(pid):
    return int(status(pid)["RssAnon"].split()[0]) * 1024


def counted_anonymous_bytes(pid):
    """The same, counted page by page: RssAnon is wrong by up to some dozen pages per core (Linux 6.2 and later)."""
    for line in lines(pid, "smaps_rollup"):
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    return anonymous_bytes(pid)


def descriptors(pid):
    """Descriptor number -> what it leads to."""
    links = {}
    try:
        names = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return links
    for name in names:
        try:
            links[int(name)] = os.readlink(f"/proc/{pid}/fd/{name}")
        except OSError:
            pass  # closed meanwhile
    return links


def pipe_ends(pid):
    return sum(link.startswith("pipe:") for link in descriptors(pid).values())


def lowest_free_descriptor(pid):
    used = descriptors(pid)
    return next(number for number in range(len(used) + 1) if number not in used)


def catches(pid, signal_number):
    """True where the process handles the signal itself (by a handler, or blocked for a signalfd)."""
    fields = status(pid)
    masks = int(fields.get("SigCgt", "0"), 16) | int(fields.get("SigBlk", "0"), 16)
    return bool(masks >> (signal_number - 1) & 1)


def socket_inodes(pid):
    """Inodes of all sockets that the process holds."""
    return {int(found[1]) for link in descriptors(pid).values() if (found := re.match(r"socket:\[(\d+)\]", link))}


def _sockets_in(pid, tcp_state, unix_listening):
    inodes = set()
    for table in ("tcp", "tcp6"):
        for line in lines(pid, f"net/{table}")[1:]:
            fields = line.split()
            if fields[3] == tcp_state:
                inodes.add(int(fields[9]))
    if unix_listening:
        for line in lines(pid, "net/unix")[1:]:
            fields = line.split()
            name = fields[7] if len(fields) > 7 else ""
            if int(fields[3], 16) & 0x10000 and not name.startswith("@spliced-handover-"):  # __SO_ACCEPTCON
                inodes.add(int(fields[6]))
    return socket_inodes(pid) & inodes


def listening_sockets(pid):
    """Inodes of the listening sockets that the process holds, but for the one that a successor asks at."""
    return _sockets_in(pid, "0A", unix_listening=True)


def connecting_sockets(pid):
    """Inodes of the TCP sockets whose connect() is under way (SYN_SENT)."""
    return _sockets_in(pid, "02", unix_listening=False)


def accepted_sockets(pid, port):
    """Inodes of the TCP connections that the process has accepted at this local port."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        for line in lines(pid, f"net/{table}")[1:]:
            fields = line.split()
            if int(fields[1].rpartition(":")[2], 16) == port and fields[3] != "0A":
                inodes.add(int(fields[9]))
    return socket_inodes(pid) & inodes


def polled_inodes(pid):
    """Inodes that the process's epoll instances watch."""
    inodes = set()
    for number, link in descriptors(pid).items():
        if link == "anon_inode:[eventpoll]":
            info = "\n".join(lines(pid, f"fdinfo/{number}"))
            inodes.update(int(found, 16) for found in re.findall(r"^tfd:.*\bino:([0-9a-f]+)", info, re.M))
    return inodes


def children(pid):
    """The processes that its main thread has started."""
    return [int(child) for line in lines(pid, f"task/{pid}/children") for child in line.split()]


def descendants(pid):
    """Its children, their children and so on, the youngest first."""
    return [found for child in children(pid) for found in (*descendants(child), child)]
