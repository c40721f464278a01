# SPDX-License-Identifier: Apache-2.0
"""QEMU's machine protocol: one JSON object a line (QEMU's docs/interop/qmp-spec)."""

import json
import select
import time

_ANSWER_S = 120


class QmpError(Exception):
    """QEMU refused a command."""


class Qmp:
    """Commands to a running QEMU over a connected socket.

    QEMU answers nobody while its console's socket is full, which a few hundred bytes may do: what the machine's console says
    meanwhile is read by machine.reader, if there is one.
    """

    def __init__(self, sock, machine):
        self._socket = sock
        self._machine = machine
        self._received = b""
        self._is_greeted = False
        self._events = []

    def _line(self, deadline):
        while b"\n" not in self._received:
            watched = [self._socket, self._machine.console] if self._machine.reader else [self._socket]
            ready = select.select(watched, [], [], max(0, deadline - time.monotonic()))[0]
            if not ready:
                raise TimeoutError(f"QEMU has not answered in {_ANSWER_S} s")
            if self._machine.console in ready:
                self._machine.reader()
            if self._socket in ready:
                data = self._socket.recv(65536)
                if not data:
                    raise QmpError("QEMU has ended")
                self._received += data
        line, self._received = self._received.split(b"\n", 1)
        return line

    def _connect(self):
        self._is_greeted = True
        self._line(time.monotonic() + _ANSWER_S)        # QEMU's greeting
        self.command("qmp_capabilities")

    def command(self, name, /, **arguments):
        """Runs one command and returns its result; raises QmpError."""
        if not self._is_greeted:
            self._connect()
        request = {"execute": name, "arguments": arguments}
        deadline = time.monotonic() + _ANSWER_S
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        while True:
            reply = json.loads(self._line(deadline))
            if "error" in reply:
                raise QmpError(reply["error"]["desc"])
            if "return" in reply:
                return reply["return"]
            self._events.append(reply["event"])

    def events(self):
        """Names of QEMU's events so far, as a list."""
        self.command("query-status")        # those before its answer have come with it
        return list(self._events)

    def screendump(self, path, device=None):
        """Writes the board's display, or that of a device, as a PPM file."""
        self.command("screendump", filename=str(path), **({"device": device} if device else {}))

    def close(self):
        self._socket.close()
