"""Programs that listen: started on free ports, and ready once they have answered a request."""

import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager

import http11
from child import Failure, started

ATTEMPTS = 3
DEADLINE = 15.0  # seconds until the first answer
PAUSE = 0.0002   # between two attempts to connect


def free_ports(count):
    """Ports that nobody has now, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]


@contextmanager
def serving(command_for, messages, *, ports=1, cores=None):
    """Yields the process, its ports, and the seconds from exec to the first answer.

    `command_for` gets the ports and returns the command; `messages` is the file for what the program has to say.
    Somebody else may take a port before the program does, so a start that fails is tried again with others.
    """
    for attempt in range(1, ATTEMPTS + 1):
        chosen = free_ports(ports)
        with ExitStack() as stack:
            output = stack.enter_context(open(messages, "wb"))
            process = stack.enter_context(started(command_for(chosen), cores=cores, stdout=output,
                                                  stderr=subprocess.STDOUT))
            # Popen returns when exec has succeeded, so that its own work is not part of the time.
            begin = time.perf_counter()
            try:
                for port in chosen:
                    wait_for_answer(process, port, messages)
            except Failure:
                if attempt == ATTEMPTS:
                    raise
                continue
            yield process, chosen, time.perf_counter() - begin
            return


def wait_for_answer(process, port, messages):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            with http11.connect(port) as sock:
                http11.ask(sock, http11.SMALL)
                if http11.answer(sock):
                    return
        except OSError:
            pass  # not yet
        if process.poll() is not None:
            raise Failure(f"{process.args[0]} ended with {process.returncode}: {last_line(messages)}")
        time.sleep(PAUSE)
    raise Failure(f"{process.args[0]} does not answer: {last_line(messages)}")


def last_line(path):
    with open(path, encoding="utf-8", errors="replace") as text:
        return (text.read().strip() or "no message").splitlines()[-1]
