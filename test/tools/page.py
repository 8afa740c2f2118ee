"""The status page of a proxy under test: requests to it, and pictures of it by a real browser."""

import http.client
import json
import struct
import subprocess
import zlib

STATS = "[stats]\nbind = fd@?\n"


def get(address, path="/", method="GET", headers=None, body=None, timeout=30):
    """One request -> (status, headers with lower-case names, body as text)."""
    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


def rows(address):
    """/stats.json -> {(proxy, name): row}."""
    return {(row["pxname"], row["svname"]): row for row in json.loads(get(address, "/stats.json")[2])["stats"]}


def samples(text):
    """The text of metrics -> {(name, labels as written): value as text}."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            series, _, value = line.rpartition(" ")
            name, _, labels = series.partition("{")
            found[(name, labels.rstrip("}"))] = value
    return found


def heads(text):
    """{name: (type, help)}; each head must stand in front of its samples, and once."""
    found, helps = {}, {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, name, words = line.split(" ", 3)
            assert name not in helps, name
            helps[name] = words
        elif line.startswith("# TYPE "):
            name, kind = line.split(" ")[2:]
            found[name] = (kind, helps[name])
        elif line:
            assert line.partition(" ")[0].partition("{")[0] == name, line
    return found


def browser(program, folder, *, size=(1280, 1000), dark=False, script=True):
    """The command line of a headless Chromium with a profile of its own in `folder`.

    Script is turned off as a user would, in the profile's settings; a flag would stop the browser's own pages as well.
    """
    if not script:
        (folder / "Default").mkdir(parents=True)
        settings = {"profile": {"default_content_setting_values": {"javascript": 2}}}
        (folder / "Default" / "Preferences").write_text(json.dumps(settings))
    return [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--hide-scrollbars", f"--user-data-dir={folder}", "--window-size=%d,%d" % size,
            *(["--force-dark-mode"] if dark else [])]


def picture(command, url, path):
    """Takes a screenshot -> (width, height, colour of the corner as (red, green, blue))."""
    subprocess.run([*command, "--virtual-time-budget=2000", f"--screenshot={path}", url], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=90)
    return corner(path.read_bytes())


def document(command, url):
    """The page as the browser has it in the end."""
    return subprocess.run([*command, "--virtual-time-budget=2000", "--dump-dom", url], check=True, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          timeout=90).stdout


def corner(png):
    """A PNG's size and first pixel, which no filter of its first row changes."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert png.startswith(b"\x89PNG") and depth == 8 and colour in (2, 6)
    at, packed = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IDAT":
            packed += png[at + 8:at + 8 + length]
        at += length + 12
    return width, height, tuple(zlib.decompress(packed)[1:4])
