# SPDX-License-Identifier: Apache-2.0
"""A xenstore-host under sanitizers for each test, with a socket for dom0 and one for domain 3."""

import pathlib
import subprocess
import time

import pytest

import wire

TOP = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = TOP / "out" / "tools" / "xenstore-host-asan"


class Server:
    """A running xenstore-host."""

    def __init__(self, folder):
        self.dom0 = folder / "dom0"
        self.dom3 = folder / "dom3"
        self.process = subprocess.Popen([PROGRAM, self.dom0, "--domid", "3", self.dom3],
                                        stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 10
        while not self.dom3.exists():
            assert time.monotonic() < deadline, "xenstore-host does not start"
            time.sleep(0.01)

    def client(self, path=None, **options):
        """A raw client, dom0's unless another socket is named."""
        return wire.Client(path or self.dom0, **options)

    def tool(self, name, *arguments, path=None, status=0):
        """Runs one of Debian's tools, returns what it prints."""
        done = subprocess.run([f"xenstore-{name}", *arguments], capture_output=True, text=True,
                              env={"XENSTORED_PATH": str(path or self.dom0),
                                   "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, timeout=20, check=False)
        assert done.returncode == status, done.stderr
        return done.stdout

    def stop(self):
        """Ends the server; a crash, a sanitizer's report or a broken invariant fails the test."""
        self.process.terminate()
        _, errors = self.process.communicate(timeout=10)
        assert self.process.returncode == 0, errors
        return errors


@pytest.fixture
def server(tmp_path):
    """A server that is sound when the test has ended."""
    running = Server(tmp_path)
    try:
        yield running
        running.stop()
    finally:
        running.process.kill()
