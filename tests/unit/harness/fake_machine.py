# SPDX-License-Identifier: Apache-2.0
"""A machine without QEMU: two shells of this computer behind the hypervisor's console protocol.

Prefixes, unfinished lines that another source ends, Ctrl-A three times: as the real one, with as much
disturbance as the caller asks for.
"""

import os
import pty
import random
import select
import signal
import socket
import subprocess
import threading

_SOURCES = ["d0", "d1", "XEN"]
_NAMES = ["dom0", "linux", "hypervisor"]


class FakeMachine:
    """Stands for exenboot.Machine."""

    def __init__(self, noise=0.0, chunk=16, seed=1, kernel_noise=0.0):
        """noise: how likely the hypervisor speaks between two pieces of a domain's output;
        kernel_noise: how likely a domain's kernel does; chunk: bytes in a piece."""
        self._random = random.Random(seed)
        self._noise, self._kernel_noise, self._chunk = noise, kernel_noise, chunk
        self.console, self._far = socket.socketpair()
        self._shells = [self._start_shell() for _ in range(2)]
        self._keyboard = 2
        self._lines = {source: bytearray() for source in _SOURCES}  # in progress
        self._shown = 0                 # bytes of the line of the source with the keyboard
        self._control_a = 0
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._switch()
        self._thread.start()

    @staticmethod
    def _start_shell():
        master, slave = pty.openpty()
        # A job in the background ignores SIGINT, and so would all that it starts.
        process = subprocess.Popen(["setsid", "-c", "sh", "-i"], stdin=slave, stdout=slave, stderr=slave,
                                   env={**os.environ, "PS1": "/ # "},
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        os.close(slave)
        return process, master

    def _show(self, source, data):
        """Prints as hypervisor/kernel/console.c does."""
        focus = _SOURCES[self._keyboard]
        out = b""
        for byte in data.replace(b"\r", b""):
            line = self._lines[source]
            if byte != 10:
                line.append(byte)
            if byte == 10 and source == focus:
                out += self._rest_of(focus) or (b"" if self._shown else b"(%s) " % source.encode())
                out += b"\n"
                self._shown = 0
            elif byte == 10:
                out += (b"\n" if self._shown else b"") + b"(%s) " % source.encode() + line + b"\n"
                self._shown = 0
                out += self._rest_of(focus)
            if byte == 10:
                line.clear()
        out += self._rest_of(focus)
        self._far.sendall(out.replace(b"\n", b"\r\n"))

    def _rest_of(self, focus):
        """What is not shown yet of the line of the source that has the keyboard."""
        line, shown = self._lines[focus], self._shown
        self._shown = len(line)
        if shown == len(line):
            return b""
        return (b"" if shown else b"(%s) " % focus.encode()) + bytes(line[shown:])

    def _domain_says(self, index, data):
        for position in range(0, len(data), self._chunk):
            self._show(f"d{index}", data[position:position + self._chunk])
            if self._random.random() < self._noise:
                self._show("XEN", b"a line of the hypervisor\n")
            if self._random.random() < self._kernel_noise:
                self._show(f"d{index}", b"[    1.234] usb: a line of the kernel\n")

    def _switch(self):
        if self._shown:
            self._far.sendall(b"\r\n")
            self._shown = 0
        self._keyboard = (self._keyboard + 1) % len(_SOURCES)
        self._show("XEN", b"*** Serial input to %s (type 'CTRL-a' three times to switch input)\n"
                   % _NAMES[self._keyboard].encode())

    def _keys(self, data):
        for byte in data:
            self._control_a = self._control_a + 1 if byte == 1 else 0
            if self._control_a == 3:
                self._control_a = 0
                self._switch()
            elif byte != 1 and self._keyboard < 2:
                os.write(self._shells[self._keyboard][1], bytes([byte]))

    def _work(self):
        masters = [master for _, master in self._shells]
        while True:
            ready = select.select([self._far, self._stop_read, *masters], [], [])[0]
            if self._stop_read in ready:
                break
            for index, master in enumerate(masters):
                if master in ready:
                    self._domain_says(index, os.read(master, 512))
            if self._far in ready:
                self._keys(self._far.recv(512))

    def read(self):
        return self.console.recv(65536)

    def wait(self, timeout=None):
        del timeout
        return 7

    def errors(self):
        return ""

    def die(self):
        """As a QEMU that ends."""
        os.write(self._stop_write, b"x")
        self._thread.join()
        self._far.close()

    def close(self):
        if self._thread.is_alive():
            self.die()
        for process, master in self._shells:
            process.kill()
            process.wait()
            os.close(master)
        self.console.close()
        os.close(self._stop_read)
        os.close(self._stop_write)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
