# SPDX-License-Identifier: Apache-2.0
"""A xenstore client on a Unix socket that does exactly what it is told, right or wrong."""

import socket
import struct

CONTROL, DIRECTORY, READ, GET_PERMS, WATCH, UNWATCH, START, END = range(8)
INTRODUCE, RELEASE, GET_DOMAIN_PATH, WRITE, MKDIR, RM, SET_PERMS, WATCH_EVENT = range(8, 16)
ERROR, IS_DOMAIN_INTRODUCED, RESUME, SET_TARGET = range(16, 20)
RESET_WATCHES, DIRECTORY_PART = 21, 22

HEADER = struct.Struct("=IIII")


class XenstoreError(Exception):
    """The server's answer was an error."""


class Client:
    """One connection."""

    def __init__(self, path, timeout=10):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.socket.settimeout(timeout)
        self.events = []
        self.req_id = 0

    def close(self):
        """Ends the connection."""
        self.socket.close()

    def send(self, kind, payload=b"", transaction=0):
        """Sends a request without waiting for its answer."""
        self.req_id += 1
        self.socket.sendall(HEADER.pack(kind, self.req_id, transaction, len(payload)) + payload)

    def _receive_bytes(self, number):
        received = b""
        while len(received) < number:
            part = self.socket.recv(number - len(received))
            if not part:
                raise ConnectionError("closed by the server")
            received += part
        return received

    def receive(self):
        """The next message: (type, req_id, payload)."""
        kind, req_id, _, length = HEADER.unpack(self._receive_bytes(HEADER.size))
        assert length <= 4096
        return kind, req_id, self._receive_bytes(length)

    def answer(self):
        """The next answer's payload; events that come before it are kept."""
        while True:
            kind, req_id, payload = self.receive()
            if kind == WATCH_EVENT:
                self.events.append(payload)
                continue
            if kind == ERROR:
                raise XenstoreError(payload.rstrip(b"\0").decode())
            return payload

    def ask(self, kind, payload=b"", transaction=0):
        """Sends a request, returns its answer."""
        self.send(kind, payload, transaction)
        return self.answer()

    def event(self):
        """The next event, waiting for it."""
        while not self.events:
            kind, _, payload = self.receive()
            assert kind == WATCH_EVENT
            self.events.append(payload)
        return self.events.pop(0)

    def is_closed(self):
        """Waits until the server has closed the connection; False if it has not in time."""
        try:
            while self.socket.recv(4096):
                pass
        except socket.timeout:
            return False
        except ConnectionError:
            pass
        return True
