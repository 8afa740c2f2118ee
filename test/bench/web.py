"""The web server behind the proxies: one nginx on two ports."""

from contextlib import contextmanager

import http11
from service import serving

PORTS = 2
CONFIGURATION = """\
daemon off;
worker_processes 1;
pid web.pid;
error_log web.errors;
events {{
    worker_connections 8192;
}}
http {{
    access_log off;
    sendfile on;
    open_file_cache max=16;
    keepalive_requests 1000000000;
    client_body_temp_path web.tmp;
    proxy_temp_path web.tmp;
    fastcgi_temp_path web.tmp;
    uwsgi_temp_path web.tmp;
    scgi_temp_path web.tmp;
    server {{
        {listen}
        root pages;
    }}
}}
"""


def make_pages(folder):
    """A small file and a big one that is all hole; the big one is read once, so that it comes from memory later."""
    folder.mkdir()
    (folder / http11.SMALL.strip("/")).write_bytes(b"x" * http11.SMALL_SIZE)
    with open(folder / http11.BULK.strip("/"), "w+b", buffering=0) as bulk:
        bulk.truncate(http11.BULK_SIZE)
        block = bytearray(1 << 20)
        while bulk.readinto(block):
            pass


@contextmanager
def web_server(folder):
    """Yields the ports."""
    make_pages(folder / "pages")
    configuration = folder / "web.conf"

    def command(ports):
        listen = "\n        ".join(f"listen 127.0.0.1:{port} backlog=4096;" for port in ports)
        configuration.write_text(CONFIGURATION.format(listen=listen))
        return ["nginx", "-p", folder, "-e", "web.errors", "-c", configuration]

    with serving(command, folder / "web.messages", ports=PORTS) as (_, ports, _):
        yield ports
