"""What the figures were taken on: cores and who has which, descriptors, versions."""

import os
import re
import resource
import subprocess


class Cores:
    """The proxy has one core for itself where there are two or more: else the scheduler is the biggest noise."""

    def __init__(self):
        own = sorted(os.sched_getaffinity(0))
        self.all = set(own)
        # Interrupts tend to land on the first core.
        self.proxy = {own[-1]}
        self.others = set(own[:-1]) or self.proxy

    def __str__(self):
        if self.others == self.proxy:
            return "everything on one core"
        return f"the proxy alone on core {min(self.proxy)}, everything else on {names(self.others)}"


def names(cores):
    listed = ", ".join(str(core) for core in sorted(cores))
    return f"core {listed}" if len(cores) == 1 else f"cores {listed}"


def raise_descriptor_limit():
    """To the hard limit, for this process and all that it starts; returns it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        found = re.search(r"^model name\s*:\s*(.*)$", info.read(), re.M)
    return found[1].strip() if found else os.uname().machine


def version(binary, option="-v"):
    """The first number with dots that the program prints about itself."""
    try:
        done = subprocess.run([binary, option], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=10, check=False)
    except FileNotFoundError:
        return "not found"
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    return found[0] if found else "of unknown version"


def describe(cores):
    system = os.uname()
    return {"processor": processor(), "cores": len(cores.all), "kernel": f"{system.sysname} {system.release}",
            "pinning": str(cores)}
