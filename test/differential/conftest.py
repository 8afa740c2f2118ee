"""HAProxy 2.6 and spliced (environment: SPLICED) side by side: `make check-haproxy`.

A scenario runs twice, with the same peers and the same configuration of HAProxy's: once HAProxy serves it, once spliced
serves what `spliced --import` makes of it. What clients, servers, the log and the statistics saw must be the same, but
for the differences that differences.py lists.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "tools"))

from contender import Haproxy, Spliced  # noqa: E402
from differences import compare  # noqa: E402
from world import World  # noqa: E402

BINARY = Path(os.environ.get("SPLICED", ROOT / "build" / "spliced")).resolve()


@pytest.fixture(scope="session")
def haproxy():
    path = shutil.which("haproxy", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not path:
        pytest.skip("haproxy is not installed")
    version = subprocess.run([path, "-v"], capture_output=True, text=True, check=True).stdout
    if " 2.6." not in version:
        pytest.skip("this HAProxy is not 2.6")
    return path


@pytest.fixture
def side_by_side(haproxy):
    """side_by_side("galera.cfg", traffic, "name of a difference", ...): runs and compares; returns what was seen."""
    worlds = []

    def run(cfg, traffic, *differences, **options):
        seen = {}
        for kind, program in (("haproxy", Haproxy(haproxy)), ("spliced", Spliced(BINARY))):
            folder = tempfile.TemporaryDirectory(prefix="spliced-")
            world = World(ROOT / "test" / "import" / cfg, program, Path(folder.name), **options)
            worlds.append((world, folder))
            world.start()
            traffic(world)
            seen[kind] = world.finish()
        compare(seen["haproxy"], seen["spliced"], differences)
        return seen

    try:
        yield run
    finally:
        for world, folder in worlds:
            world.close()
            folder.cleanup()
