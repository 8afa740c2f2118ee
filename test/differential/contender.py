"""The two programs that are compared: each starts with a configuration of HAProxy's."""

import subprocess

import pytest


class Haproxy:
    name = "haproxy"

    def __init__(self, binary):
        self.binary = str(binary)

    def command(self, cfg, folder, environment):
        return [self.binary, "-db", "-f", str(cfg)]


class Spliced:
    """Runs what its own converter makes of the file."""
    name = "spliced"

    def __init__(self, binary):
        self.binary = str(binary)

    def command(self, cfg, folder, environment):
        done = subprocess.run([self.binary, "--import", str(cfg)], env=environment, capture_output=True, text=True,
                              timeout=20, check=False)
        refused = [line for line in done.stderr.splitlines() if ": refused: " in line]
        if refused:  # test_import.py knows which files have such lines
            pytest.skip(f"this version refuses {refused[0]}")
        assert done.returncode == 0, done.stderr
        ini = folder / "imported.ini"
        ini.write_text(done.stdout)
        return [self.binary, "-db", "-f", str(ini)]
