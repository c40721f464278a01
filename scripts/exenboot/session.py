# SPDX-License-Identifier: Apache-2.0
"""Reads a machine's console, moves its keyboard and waits for what the domains say."""

import concurrent.futures
import re
import select
import time

from .console import LOADER, XEN, Demultiplexer
from .errors import BootFailure, CommandFailed, MachineEnded, Panic, Timeout
from .shell import Shell

# A pattern may match at most this many bytes: what was searched before is not searched again.
_LONGEST_MATCH = 4096

# The hypervisor's key sequence and its answer.
_SWITCH_KEYS = b"\x01\x01\x01"
_SWITCHED = rb"\*\*\* Serial input to (\S+) .*\n"
_MOST_KEYBOARDS = 12
_NO_COMMAND = b"?"

# Lines after which nothing more is to be expected.
_KERNEL_PANIC = rb"Kernel panic - not syncing.*"
_PANICS = ((XEN, rb"(?i)\bpanic\b.*"), ("d0", _KERNEL_PANIC), (LOADER, _KERNEL_PANIC))
_POLL_S = 0.1
_LAST_WORDS_S = 2


class Match:
    """A found pattern: .groups (bytes; [0] is all of it) and .end, the place behind it."""

    def __init__(self, match):
        self.groups = [match.group(0), *match.groups()]
        self.end = match.end()

    @property
    def text(self):
        return bytes(self.groups[0]).decode(errors="replace")


def source_name(domain):
    """The console prefix of a domain as people name it: dom0, d0, 0, domU (the first), domU2."""
    text = str(domain)
    if text in (XEN, LOADER):
        return text
    if text.lower() in ("xen", "hypervisor"):
        return XEN
    match = re.fullmatch(r"(?i)(?:domU|dom|d)?(\d*)", text)
    if not match or text == "" or text.lower() in ("d", "dom"):
        raise ValueError(f"no such domain: {text}")
    return "d" + (match.group(1) or "1")


class Session:
    """A conversation with a Machine.  All times are seconds; nothing here sleeps."""

    def __init__(self, machine, prefixes=True, echo=None):
        """prefixes: False for a kernel without hypervisor (then LOADER is the one source);
        echo: binary file that gets the console as it comes."""
        self.machine = machine
        self.transcript = bytearray()
        self._echo = echo
        self.prefixes = prefixes
        self.console = Demultiplexer(prefixes)
        self.expect_panic = False
        self.keyboard = None        # source that has it, None: not known yet
        self._keyboard_seen = 0
        self._shells = set()        # sources whose shell has answered
        self._shell_starts = {}
        self._searched_for_panic = {}
        machine.reader = self._take

    # -- reading

    def text(self, source):
        """All that a source has said, as str."""
        return bytes(self.console.text(source_name(source))).decode(errors="replace")

    def last_lines(self, count=20):
        """The end of what the console said, for a message about a failure."""
        lines = self.transcript.decode(errors="replace").replace("\r", "").split("\n")
        return "\n".join(lines[-count:])

    def mark(self, source):
        """A place in a source's text from which wait_for() can start."""
        return len(self.console.text(source_name(source)))

    def pump(self, deadline):
        """Takes in what comes next; raises Timeout at `deadline` (time.monotonic())."""
        remaining = deadline - time.monotonic()
        if remaining <= 0 or not select.select([self.machine.console], [], [], remaining)[0]:
            raise Timeout("nothing more came from the console")
        self._take()

    def pump_for(self, seconds):
        """Takes in what comes for so long."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                self.pump(deadline)
        except Timeout:
            pass

    def poll(self, ask, timeout, what):
        """Calls `ask` until it returns something true, which is returned; raises Timeout, no `what`.

        The consoles are read meanwhile: QEMU stands still when nobody does.
        """
        deadline = time.monotonic() + timeout
        while not (answer := ask()):
            if time.monotonic() > deadline:
                raise Timeout(f"no {what} in {timeout} s")
            self.pump_for(_POLL_S)
        return answer

    def during(self, call):
        """What `call` returns or raises, which waits for the machine: in a thread, while the consoles are read here.

        QEMU writes its UART byte by byte, of which a socket holds 278; then all of it stands still.
        """
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            called = pool.submit(call)
            while not called.done():
                self.pump_for(_POLL_S)
            return called.result()

    def _take(self):
        data = self.machine.read()
        if not data:
            raise self._ended()
        self.transcript += data
        self.console.feed(data)
        self._follow_keyboard()
        if self._echo:
            self._echo.write(data)
            self._echo.flush()

    def _ended(self):
        status = self.machine.wait(30)
        return MachineEnded(f"QEMU ended with status {status} {self.machine.errors()}".strip(),
                            status)

    def wait_for(self, source, pattern, timeout=240, start=0):
        """Waits until `pattern` (bytes) is in a source's text from `start`; returns the Match.

        Raises Timeout, MachineEnded, Panic.
        """
        return self.wait_for_any(source, [pattern], timeout, start)[1]

    def wait_for_any(self, source, patterns, timeout=240, start=0):
        """As wait_for(), for the first of several patterns; returns (its index, Match)."""
        compiled = [re.compile(pattern, re.MULTILINE) for pattern in patterns]
        deadline = time.monotonic() + timeout
        text = self.console.text(source_name(source))
        position = start
        while True:
            for index, pattern in enumerate(compiled):
                match = pattern.search(text, position)
                if match:
                    return index, Match(match)
            match = None        # a live match would forbid the text to grow
            position = max(start, len(text) - _LONGEST_MATCH)
            panic = self._find_panic()
            try:
                self.pump(deadline)
            except Timeout:
                if panic:
                    raise Panic(panic) from None
                raise Timeout(f"no {patterns!r} from {source} in {timeout} s") from None
            if panic:
                deadline = min(deadline, time.monotonic() + _LAST_WORDS_S)

    def _find_panic(self):
        if self.expect_panic:
            return None
        for source, pattern in _PANICS:
            text = self.console.text(source)
            match = re.compile(pattern).search(text, self._searched_for_panic.get(source, 0))
            if match:
                return match.group(0).decode(errors="replace")
            self._searched_for_panic[source] = max(0, text.rfind(b"\n"))
        return None

    def wait_exit(self, timeout=240):
        """Waits for QEMU's end; returns its exit status."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                self.pump(deadline)
            except MachineEnded as end:
                return end.status

    # -- writing

    def _write(self, data):
        try:
            self.machine.console.sendall(data)
        except OSError:
            raise self._ended() from None

    def select(self, source, timeout=60):
        """Moves the keyboard to a domain or the hypervisor (XEN).

        The hypervisor announces who has it, for the first time when it starts the domains.
        """
        wanted = source_name(source)
        if not self.prefixes:
            return
        self.wait_for(XEN, _SWITCHED, timeout)
        for _ in range(_MOST_KEYBOARDS):
            if self.keyboard == wanted:
                return
            start = self.mark(XEN)
            self._write(_SWITCH_KEYS)
            self.wait_for(XEN, _SWITCHED, timeout, start)
        raise BootFailure(f"the keyboard does not go to {wanted}")

    def _follow_keyboard(self):
        """Notes who has the keyboard: after the hypervisor come the domains in their order."""
        text = self.console.text(XEN)
        for match in re.compile(_SWITCHED).finditer(bytes(text[self._keyboard_seen:])):
            name = match.group(1).decode(errors="replace")
            if name == "hypervisor":
                self.keyboard = XEN
            elif self.keyboard == XEN:
                self.keyboard = "d0"
            elif self.keyboard:
                self.keyboard = f"d{int(self.keyboard[1:]) + 1}"
            elif name == "dom0":
                self.keyboard = "d0"
        self._keyboard_seen = text.rfind(b"\n") + 1

    def send(self, source, data):
        """Types bytes to a source."""
        self.select(source)
        self._write(data)

    def hypervisor_command(self, line, timeout=60):
        """Runs a line on the hypervisor's console; returns what it printed.

        The end is where it complains about a second line, which no command is.
        """
        self.select(XEN)
        start = self.mark(XEN)
        self._write(line.encode() + b"\r")
        deadline = time.monotonic() + timeout
        while True:
            self._write(_NO_COMMAND + b"\r")       # dropped while the first still runs
            try:
                self.wait_for(XEN, rb"^unknown command '.*\n", 1, start)
                break
            except Timeout:
                if time.monotonic() >= deadline:
                    raise
        lines = bytes(self.console.text(XEN)[start:]).decode(errors="replace").split("\n")
        ends = next(i for i, text in enumerate(lines) if text.startswith("unknown command '"))
        return "\n".join(text for text in lines[:ends] if text not in (line, _NO_COMMAND.decode()))

    # -- shells

    def shell(self, domain, timeout=600):
        """The Shell of a domain, once it answers."""
        shell = Shell(self, source_name(domain) if self.prefixes else LOADER)
        if shell.source not in self._shells:
            shell.wait_ready(timeout, self._shell_starts.get(shell.source, 0))
            self._shells.add(shell.source)
        return shell

    def forget_shell(self, domain):
        """The domain ends or starts again: the prompt to wait for is a new one."""
        source = source_name(domain) if self.prefixes else LOADER
        self._shells.discard(source)
        self._shell_starts[source] = self.mark(source)

    def run(self, domain, command, timeout=240):
        """Runs `command` in a domain's shell; returns its Result."""
        return self.shell(domain).run(command, timeout)

    def output(self, domain, command, timeout=240):
        """What a command writes in a domain's shell; raises CommandFailed if its status is not 0."""
        result = self.run(domain, command, timeout)
        if result.status != 0:
            raise CommandFailed(f"{command}: status {result.status}: {result.text}")
        return result.text
