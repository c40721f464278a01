# SPDX-License-Identifier: Apache-2.0
"""This machine as the domains' counterpart: QEMU's user network shows it to them as 10.0.2.2."""

import contextlib
import functools
import http.server
import socket
import subprocess
import threading

from exenboot.images import OUT

EXEN_IO = OUT / "guest/user/build-machine/exen-io"      # guest/user/io for this machine


def free_ports(count):
    """Ports of 127.0.0.1 that nobody listens at."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in sockets]
    for server in sockets:
        server.close()
    return ports


@contextlib.contextmanager
def http_server(folder):
    """Serves a folder; gives the port."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def exen_io(*words):
    """Runs it here, which must find all as it should be."""
    done = subprocess.run([EXEN_IO, *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextlib.contextmanager
def stream_server(seed, mib):
    """exen-io's end of a stream here; gives the port, and checks afterwards what has arrived."""
    port, = free_ports(1)
    with subprocess.Popen([EXEN_IO, "serve", str(port), str(seed), str(mib)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as server:
        try:
            yield port
            text, _ = server.communicate(timeout=60)
        finally:
            server.kill()
    assert text == f"received {mib} MiB\n" and server.returncode == 0, text
