# SPDX-License-Identifier: Apache-2.0
"""A machine without QEMU: two shells of this computer behind the hypervisor's console protocol.

Prefixes, unfinished lines that another source ends, Ctrl-A three times: as the real one, and on
purpose with as much disturbance as the caller asks for.
"""

import os
import pty
import random
import select
import socket
import subprocess
import threading

_KEYBOARDS = ["dom0", "dom1", "Xen"]


class FakeMachine:
    """Stands for exenboot.Machine."""

    def __init__(self, noise=0.0, chunk=16, seed=1, kernel_noise=0.0):
        """noise: how likely the hypervisor speaks between two pieces of a domain's output;
        kernel_noise: how likely a domain's kernel does; chunk: bytes in a piece."""
        self._random = random.Random(seed)
        self._noise, self._kernel_noise, self._chunk = noise, kernel_noise, chunk
        self.console, self._far = socket.socketpair()
        self._shells = [self._start_shell() for _ in range(2)]
        self._keyboard = 0
        self._unfinished = None         # source whose line is open
        self._control_a = 0
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @staticmethod
    def _start_shell():
        master, slave = pty.openpty()
        process = subprocess.Popen(["setsid", "-c", "sh", "-i"], stdin=slave, stdout=slave, stderr=slave,
                                   env={**os.environ, "PS1": "/ # "})
        os.close(slave)
        return process, master

    def _say(self, source, data):
        """Prints as hypervisor/kernel/console.c does."""
        out = b""
        for piece in data.replace(b"\r", b"").splitlines(keepends=True):
            if self._unfinished not in (None, source):
                out += b"\n"
                self._unfinished = None
            if self._unfinished is None:
                out += b"(%s) " % source.encode()
            out += piece
            self._unfinished = None if piece.endswith(b"\n") else source
        self._far.sendall(out.replace(b"\n", b"\r\n"))

    def _domain_says(self, index, data):
        for position in range(0, len(data), self._chunk):
            self._say(f"d{index}", data[position:position + self._chunk])
            if self._random.random() < self._noise:
                self._say("XEN", b"a line of the hypervisor\n")
            if self._random.random() < self._kernel_noise:
                self._say(f"d{index}", b"[    1.234] usb: a line of the kernel\n")

    def _keys(self, data):
        for byte in data:
            self._control_a = self._control_a + 1 if byte == 1 else 0
            if self._control_a == 3:
                self._control_a = 0
                self._keyboard = (self._keyboard + 1) % len(_KEYBOARDS)
                self._say("XEN", b"*** Serial input to %s (type 'CTRL-a' three times to switch "
                          b"input)\n" % _KEYBOARDS[self._keyboard].encode())
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
