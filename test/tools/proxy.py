"""The proxy under test as a running process: its configuration, listening sockets, log and end.

Ports are never fixed: a `fd@?` in the configuration (`fd@?6` for IPv6) becomes a listening socket on an ephemeral
port of the loopback, which the process inherits.
"""

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import procfs
import tcplog
from peer import Peer, show_address
from waiting import DEADLINE, wait_until

SANITIZER = re.compile(r"ERROR: \w+Sanitizer|runtime error:|SUMMARY: \w+Sanitizer")
TO_STDOUT = ("log = stdout format raw daemon",)
DEFAULTS = "[defaults]\nlog = global\noption tcplog = yes\n"


class Successor:
    """A process that this one has not started, but its child: the part of subprocess.Popen that is needed of it.

    It becomes this process's child when its own parent ends (see prctl(2), PR_SET_CHILD_SUBREAPER, in conftest.py)."""

    def __init__(self, pid):
        self.pid = pid
        self.returncode = None

    def poll(self):
        if self.returncode is None:
            try:
                found, status = os.waitpid(self.pid, os.WNOHANG)
                if found:
                    self.returncode = os.waitstatus_to_exitcode(status)
            except ChildProcessError:  # its parent lives, or has taken note of its end
                if not procfs.is_alive(self.pid):
                    self.returncode = 0
        return self.returncode

    def wait(self, timeout=DEADLINE):
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.005)
        return self.returncode

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)


class Proxy:
    """Owns the process. The test that started it ends it; stop() says how it ended."""

    def __init__(self, binary, folder, ini, *, mode="splice", log=TO_STDOUT, global_lines=(), defaults=DEFAULTS,
                 arguments=(), prefix=(), stdout=None, descriptors=(), ready=True):
        """`prefix` is a command that runs the binary; `stdout` a descriptor instead of a file;
        `descriptors` are inherited beside the listeners."""
        self.folder = folder
        self.addresses = []
        self.checked = False
        self.predecessors = []
        self._listeners = []
        self._head = ["[global]", *log, *(["nosplice = yes"] if mode == "copy" else [])]
        self._global_lines, self._defaults = global_lines, defaults
        self.ini = "\n".join([*self._head, *global_lines]) + "\n" + defaults + self._with_listeners(ini)
        self.config = folder / "spliced.ini"
        self.config.write_text(self.ini)
        self.binds = len(re.findall(r"(?m)^\s*bind\s*=", self.ini))
        with open(folder / "stdout", "ab") as out, open(folder / "stderr", "ab") as err:
            self.process = subprocess.Popen(
                [*prefix, str(binary), "-f", str(self.config), *arguments], stdin=subprocess.DEVNULL,
                stdout=out if stdout is None else stdout, stderr=err,
                pass_fds=[*descriptors, *(listener.fileno() for listener in self._listeners)])
        self.pid = self.process.pid
        for listener in self._listeners:
            listener.close()
        if ready:
            self.wait_ready()

    def rewrite(self, ini, replaced_lines=None):
        """Puts another configuration into the file; the first `fd@?` is the first inherited listener again, and so on.
        `replaced_lines` take the place of the `global_lines` of the start."""
        kept = iter(re.findall(r"fd@\d+", self.ini))
        text = re.sub(r"fd@\?6?", lambda _: next(kept), "\n".join(line.strip() for line in ini.splitlines()) + "\n")
        added = self._global_lines if replaced_lines is None else replaced_lines
        head = "\n".join([*self._head, *added]) + "\n"
        self.config.write_text(head + self._defaults + text)

    def reload(self, ini=None, *, ok=True, **options):
        """Rewrites the file, sends HUP and waits for what came of it; returns the log lines since then."""
        if ini is not None:
            self.rewrite(ini, **options)
        before = len(self.log_lines())
        self.send_signal(signal.SIGHUP)

        def over():
            lines = self.log_lines()[before:]
            done = [line for line in lines if re.search(r"Configuration reloaded|The reload failed", line)]
            return lines if done else None
        lines = wait_until(over, "the reload")
        assert any("Configuration reloaded" in line for line in lines) == ok, "\n".join(lines)
        return lines

    def upgrade(self):
        """Sends USR2 and waits until the new process serves; it is `process` from then on. Returns the old one."""
        old, count = self.process, len(re.findall("has taken over", "\n".join(self.log_lines())))
        self.send_signal(signal.SIGUSR2)
        self.wait_for_log(r"Process \d+ has taken over", count=count + 1)
        return self.follow(old, count)

    def follow(self, old, count):
        """Goes on with the process of which the log says for the time number `count` that it has taken over."""
        self.pid = int(re.findall(r"Process (\d+) has taken over", "\n".join(self.log_lines()))[count])
        self.process = Successor(self.pid)
        self.predecessors.append(old)
        return old

    def _with_listeners(self, ini):
        def replace(found):
            family, host = (socket.AF_INET6, "::1") if found[1] else (socket.AF_INET, "127.0.0.1")
            listener = socket.socket(family, socket.SOCK_STREAM)
            self._listeners.append(listener)
            listener.bind((host, 0))
            listener.listen(4096)
            self.addresses.append(show_address(family, listener.getsockname()))
            return f"fd@{listener.fileno()}"
        return re.sub(r"fd@\?(6?)", replace, "\n".join(line.strip() for line in ini.splitlines()) + "\n")

    @property
    def address(self):
        return self.addresses[0]

    @property
    def port(self):
        return int(self.address.rpartition(":")[2])

    def wait_ready(self):
        """Waits until each bind is watched by the event loop and SIGTERM is handled, without connecting to it."""
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"ended at start with {self.process.returncode}\n{self.report()}")
            watched = procfs.listening_sockets(self.pid) & procfs.polled_inodes(self.pid)
            return len(watched) >= self.binds and procfs.catches(self.pid, signal.SIGTERM)
        wait_until(ready, "the proxy accepts")

    def connect(self, index=0, **options):
        return Peer.connect(self.addresses[index], **options)

    def stderr(self):
        return (self.folder / "stderr").read_text(errors="replace")

    def log_lines(self):
        return (self.folder / "stdout").read_text(errors="replace").splitlines()

    def wait_for_log(self, pattern, deadline=DEADLINE, count=1):
        """The match of number `count` of the log lines in which `pattern` is found."""
        def found():
            matches = [match for line in self.log_lines() if (match := re.search(pattern, line))]
            return matches[count - 1] if len(matches) >= count else None
        return wait_until(found, f"{count} log line(s) with {pattern!r}", deadline)

    def sessions(self):
        """The ended sessions, from their log lines."""
        return [session for line in self.log_lines() if (session := tcplog.parse(line))]

    def wait_for_sessions(self, count=1, deadline=DEADLINE):
        def enough():
            sessions = self.sessions()
            return sessions if len(sessions) >= count else None
        return wait_until(enough, f"{count} session line(s)", deadline)

    def send_signal(self, number):
        os.kill(self.pid, number)

    def wait_for_exit(self, deadline=DEADLINE):
        """The exit code, negative for a signal."""
        try:
            code = self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the proxy did not exit within {deadline} s") from None
        self.checked = True
        self.check_stderr()
        return code

    def stop(self, number=signal.SIGTERM):
        """Ends it as an operator would and expects a clean end."""
        if self.process.poll() is None:
            self.send_signal(number)
        code = self.wait_for_exit()
        assert code == 0, f"exit code {code}"

    def check_stderr(self):
        """A sanitizer reports to stderr, or to the file that its options name."""
        text = self.stderr()
        for options in (os.environ.get("ASAN_OPTIONS", ""), os.environ.get("UBSAN_OPTIONS", "")):
            for path in re.findall(r"\blog_path=([^:]+)", options):
                report = Path(f"{path}.{self.pid}")
                text += report.read_text(errors="replace") if report.exists() else ""
        found = SANITIZER.search(text)
        assert not found, f"sanitizer report:\n{text[found.start():][:6000]}"

    def kill(self):
        for process in (*self.predecessors, self.process):
            if process.poll() is None:
                process.kill()
            process.wait()

    def report(self):
        """For a failed test: configuration, log and state."""
        def tail(name):
            path = Path(self.folder / name)
            return path.read_text(errors="replace")[-6000:] if path.exists() else ""
        state = "\n".join(f"{name}: {value}" for name, value in procfs.status(self.pid).items()
                          if name in ("State", "VmRSS", "RssAnon", "Threads", "FDSize", "SigCgt", "Uid"))
        return (f"--- configuration\n{self.ini}--- log\n{tail('stdout')}--- stderr\n{tail('stderr')}"
                f"--- process {self.pid}, exit code {self.process.poll()}\n{state}\n")
