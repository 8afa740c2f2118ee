"""Real servers of other makers, started by a test on ports of the loopback, in a temporary folder, as nobody.

They refuse to run as root, and a continuous integration runs as root. Nothing of the system's own services is used.
"""

import glob
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from endpoint import Peer
from ports import free_ports
from waiting import wait_until

ACCOUNT = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
SLOW = 60.0  # seconds until a heavy server must be ready, on a machine that has much else to do


def find(program):
    """Its path, or nothing where it is not installed."""
    places = [*glob.glob("/usr/lib/postgresql/*/bin"), os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]
    return shutil.which(program, path=":".join(places))


class RealServer:
    """A folder, a port and a process; a subclass says what runs. Usable with `with`."""

    programs = ()

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="spliced-server-"))
        if ACCOUNT:
            shutil.chown(self.folder, "nobody", "nogroup")
        self.port = free_ports(1)
        self.address = f"127.0.0.1:{self.port}"
        self._output = open(self.folder / "output", "wb")
        self.process = None

    @classmethod
    def lacking(cls):
        """The programs that are not installed."""
        return [program for program in cls.programs if not find(program)]

    def __enter__(self):
        try:
            self.start()
            wait_until(self.is_ready, f"{type(self).__name__} is ready", SLOW)
        except BaseException:
            print((self.folder / "output").read_text(errors="replace")[-3000:])
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._output.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def options(self):
        return {"cwd": self.folder, "stdin": subprocess.DEVNULL, "stdout": self._output, "stderr": self._output,
                "env": {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "HOME": str(self.folder)}, **ACCOUNT}

    def run(self, *command):
        subprocess.run([str(word) for word in command], check=True, timeout=SLOW, **self.options())

    def launch(self, *command, **options):
        self.process = subprocess.Popen([str(word) for word in command], **{**self.options(), **options})

    def start(self):
        raise NotImplementedError

    def is_ready(self):
        assert self.process.poll() is None, f"{type(self).__name__} ended with {self.process.returncode}"
        try:
            Peer.connect(self.address).close()
            return True
        except OSError:
            return False


class Redis(RealServer):
    """Debian's redis-tools has the server under another name, without the service that redis-server brings."""

    programs = ("redis-check-rdb",)

    def __init__(self, password=None):
        super().__init__()
        self._password = password

    def start(self):
        more = ["--requirepass", self._password] if self._password else []
        self.launch("redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                    "--dir", self.folder, *more, executable=find("redis-check-rdb"))


class Postgres(RealServer):
    """One user is turned away by its address, another must give a password."""

    programs = ("initdb", "postgres")

    def start(self):
        data = self.folder / "data"
        self.run(find("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-N", "--no-locale")
        rules = ["local all all trust", "host all blocked 127.0.0.1/32 reject", "host all all 127.0.0.1/32 scram-sha-256"]
        self.run("sh", "-c", f"printf '%s\\n' '{chr(10).join(rules)}' > {data}/pg_hba.conf")
        self.launch(find("postgres"), "-D", data, "-p", self.port, "-k", self.folder, "-c", "listen_addresses=127.0.0.1",
                    "-c", "fsync=off")

    def is_ready(self):
        if not super().is_ready():
            return False
        return "ready to accept" in (self.folder / "output").read_text(errors="replace")


class MariaDb(RealServer):
    """Has a user haproxy without a password."""

    programs = ("mariadb-install-db", "mariadbd")

    def start(self):
        data = self.folder / "data"
        self.run(find("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
                 "--skip-test-db")
        self.run("sh", "-c", f"echo \"CREATE USER haproxy@'127.0.0.1';\" > {data}/init.sql")
        self.launch(find("mariadbd"), "--no-defaults", f"--datadir={data}", f"--port={self.port}", "--bind-address=127.0.0.1",
                    f"--socket={self.folder}/s", f"--pid-file={self.folder}/pid", f"--init-file={data}/init.sql",
                    "--skip-name-resolve")

    def is_ready(self):
        ready = "ready for connections" in (self.folder / "output").read_text(errors="replace")
        return ready and super().is_ready()


class Mail(RealServer):
    programs = ("aiosmtpd",)

    def start(self):
        self.launch(find("aiosmtpd"), "-n", "-l", self.address)


class TlsServer(RealServer):
    """`openssl s_server` with a certificate of its own: TlsServer("-tls1_2")."""

    programs = ("openssl",)

    def __init__(self, *arguments):
        super().__init__()
        self._arguments = arguments

    def start(self):
        self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                 "-subj", "/CN=test", "-keyout", self.folder / "key", "-out", self.folder / "cert")
        self.launch("openssl", "s_server", "-accept", self.address, "-key", self.folder / "key", "-cert",
                    self.folder / "cert", "-quiet", "-naccept", "100000", *self._arguments)
