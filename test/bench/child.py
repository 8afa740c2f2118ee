"""Processes that end with the benchmark, whatever ends it."""

import ctypes
import os
import signal
import subprocess
from contextlib import contextmanager

import procfs

PR_SET_PDEATHSIG = 1
PATIENCE = 5.0  # seconds from SIGTERM to SIGKILL

_libc = ctypes.CDLL(None)


class Failure(Exception):
    """Why a figure could not be taken, for people."""


def _prepare(cores):
    """What the child does before it becomes the program."""
    def prepare():
        # Only for a benchmark that is killed: otherwise `ended` has done it by then.
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if cores:
            os.sched_setaffinity(0, cores)
    return prepare


@contextmanager
def started(command, *, cores=None, **streams):
    """Runs a program in the background, ended on leaving.

    A session of its own keeps Ctrl-C from it, so that things end in order: first the load, then the proxy.
    """
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, start_new_session=True,
                               preexec_fn=_prepare(cores), **streams)
    try:
        yield process
    finally:
        end(process)


def end(process):
    """Asks the process to go, and makes it if it does not. One that traces another ends with that one."""
    if process.poll() is None:
        os.kill(traced(process.pid) or process.pid, signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            for pid in (*procfs.descendants(process.pid), process.pid):
                os.kill(pid, signal.SIGKILL)
    process.communicate()


def traced(pid):
    """The process that `pid` traces (strace), or None."""
    return next((child for child in procfs.children(pid) if procfs.status(child).get("TracerPid") == str(pid)), None)


def run(*command, deadline):
    """Runs a program to its end and returns what it wrote; raises Failure with its last words if it fails."""
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        return finish(process, deadline)


def finish(process, deadline):
    name = process.args[0]
    try:
        output, errors = process.communicate(timeout=deadline)
    except subprocess.TimeoutExpired:
        raise Failure(f"{name} did not end within {deadline:g} s") from None
    if process.returncode:
        words = (errors.strip() or output.strip() or "nothing").splitlines()[-1]
        raise Failure(f"{name} ended with {process.returncode}: {words}")
    return output
