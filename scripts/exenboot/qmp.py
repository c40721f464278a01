# SPDX-License-Identifier: Apache-2.0
"""QEMU's machine protocol: one JSON object a line (QEMU's docs/interop/qmp-spec)."""

import json


class QmpError(Exception):
    """QEMU refused a command."""


class Qmp:
    """Commands to a running QEMU over a connected socket."""

    def __init__(self, sock):
        self._socket = sock
        self._lines = None

    def _connect(self):
        self._socket.settimeout(120)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._lines.readline()                  # QEMU's greeting
        self.command("qmp_capabilities")

    def command(self, name, /, **arguments):
        """Runs one command and returns its result; raises QmpError."""
        if self._lines is None:
            self._connect()
        request = {"execute": name, "arguments": arguments}
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        for line in self._lines:
            reply = json.loads(line)
            if "error" in reply:
                raise QmpError(reply["error"]["desc"])
            if "return" in reply:               # events are passed over
                return reply["return"]
        raise QmpError("QEMU has ended")

    def screendump(self, path):
        """Writes the board's display as a PPM file."""
        self.command("screendump", filename=str(path))

    def close(self):
        if self._lines is not None:
            self._lines.close()
        self._socket.close()
