# SPDX-License-Identifier: Apache-2.0
"""Runs commands in a domain's shell over a console that others write on too.

Nothing that the other side prints is taken on trust: a command is sent in pieces that are
acknowledged and checked by MD5 before it runs, its output is kept in a file of the domain, then sent
as numbered lines of base64 and checked in the same way; what kernel messages damage is sent again.
So the output comes back byte for byte, its own newlines included.

An answer is one line, between "@@" and "@@", with a random tag in it; the command line that asks for
it writes @'@', so that its echo is no answer.  Needs a POSIX shell with base64, md5sum and awk.
"""

import base64
import hashlib
import re
import secrets
import time

from .errors import BootFailure, CommandTimeout, Timeout

_BLOCK = 8192           # bytes of output in one answer
_SMALLEST_BLOCK = 64
_CHUNK = 120            # base64 characters in one line of input: terminals lose long lines
_ANSWER_S = 10          # after so long without an answer a line is sent again
_TRIES = 5
_INTERRUPT = b"\x03"
# At the end, or with the kernel's messages behind it; busybox asks the terminal where the cursor is.
_PROMPT = rb"[#$] ?(\x1b\[6n|(\[ *\d+\.\d+\] [\s\S]*)?$)"


class Result:
    """What a command in a domain's shell wrote (stdout and stderr) and its exit status."""

    def __init__(self, status, output):
        self.status = status
        self.output = output

    @property
    def text(self):
        """The output as str."""
        return self.output.decode(errors="replace")


class Shell:
    """The shell at a source's console, at its prompt."""

    def __init__(self, session, source):
        self.session = session
        self.source = source

    def wait_ready(self, timeout, start=0):
        """Waits until a prompt is there, from `start` in the text, and the shell answers."""
        deadline = time.monotonic() + timeout
        pause = 2
        self.session.select(self.source, timeout)       # a prompt is shown to the keyboard only
        self.session.wait_for(self.source, _PROMPT, timeout, start)
        while True:
            try:
                self._ask("echo {ok}", min(pause, max(0.1, deadline - time.monotonic())), tries=1)
                return
            except Timeout:
                if time.monotonic() >= deadline:
                    raise Timeout(f"the shell of {self.source} does not answer") from None
                pause *= 2

    def run(self, command, timeout):
        """Runs `command` (any text for sh), with stdin from /dev/null; returns its Result.

        Raises CommandTimeout with what was written so far; the command is interrupted then.
        """
        base = f"/tmp/.exec-{secrets.token_hex(4)}"
        self._upload(f"{base}.cmd", command.encode())
        try:
            status = self._execute(base, timeout)
        except Timeout:
            output = self._interrupt(base)
            raise CommandTimeout(f"{command!r} in {self.source}: not done in {timeout} s",
                                 output) from None
        output = self._download(f"{base}.out")
        self._type(f"rm -f {base}.*")
        return Result(status, output)

    def _interrupt(self, base):
        """Ends the running command; returns what it wrote, b"" if it does not let go."""
        self.session.send(self.source, _INTERRUPT)
        try:
            self._ask("echo {}", tries=2)
        except Timeout:
            return b""
        return self._download(f"{base}.out")

    # -- one question and its answer

    def _type(self, line):
        self.session.send(self.source, line.encode() + b"\r")

    def _ask(self, line, timeout=_ANSWER_S, tries=_TRIES):
        """Types `line`, in which {text} stands for the echo of an answer; returns the answer.

        The line may run more than once, so it must do no harm then.
        """
        for attempt in range(tries):
            tag = secrets.token_hex(3)
            start = self.session.mark(self.source)
            self._type(re.sub(r"\{(.*?)\}", rf"@'@'{tag}:\1@'@'", line))
            try:
                match = self.session.wait_for(self.source, rb"@@%s:([^@\n]*)@@" % tag.encode(),
                                              timeout, start)
                return match.groups[1].decode(errors="replace").strip()
            except Timeout:
                if attempt == tries - 1:
                    raise
        raise AssertionError("tries is at least 1")

    # -- files of the domain

    def _upload(self, path, content):
        encoded = base64.b64encode(content).decode()
        for _ in range(_TRIES):
            self._ask("mkdir -p /tmp; b0=; echo {}")
            last = 0
            for position in range(0, len(encoded), _CHUNK):
                chunk = encoded[position:position + _CHUNK]
                self._ask(f"b{last + 1}=$b{last}'{chunk}'; echo {{}}")
                last += 1
            answer = self._ask(f"echo $b{last} | base64 -d >{path}; echo {{$(md5sum <{path})}}")
            if answer.encode().startswith(_md5(content)):
                return
        raise BootFailure(f"{self.source} does not get what is typed")

    def _download(self, path):
        """A file's content.  What arrives damaged is asked for again in smaller blocks."""
        content, size, failures = b"", _BLOCK, 0
        while True:
            block = self._download_block(path, len(content), size)
            if block is None:
                failures += 1
                size = max(_SMALLEST_BLOCK, size // 4)
                if failures > _TRIES:
                    raise BootFailure(f"what {self.source} sends does not arrive whole")
                continue
            content += block
            failures = 0
            if len(block) < size:
                return content

    def _download_block(self, path, offset, size):
        """Up to `size` bytes of a file, fewer at its end; None if they arrived damaged."""
        part, tag = f"{path}.part", secrets.token_hex(3)
        start = self.session.mark(self.source)
        self._type(f"tail -c +{offset + 1} {path} | head -c {size} >{part}; "
                   f"base64 {part} | awk '{{print \"{tag}:\" NR \":\" $0}}'; "
                   f"echo @'@'{tag}:$(md5sum <{part})@'@'")
        try:
            match = self.session.wait_for(self.source, rb"@@%s:([^@\n]*)@@" % tag.encode(),
                                          _ANSWER_S, start)
        except Timeout:
            return None
        answer = bytes(self.session.console.text(self.source)[start:match.end])
        block = _decode_lines(answer, tag.encode())
        return block if block is not None and match.groups[1].startswith(_md5(block)) else None

    # -- the command itself

    def _execute(self, base, timeout):
        deadline = time.monotonic() + timeout
        tag = secrets.token_hex(3)
        start = self.session.mark(self.source)
        self._type(f"sh {base}.cmd >{base}.out 2>&1 </dev/null; echo @'@'{tag}:$?@'@'"
                   f" | tee {base}.end")
        pattern = rb"@@%s:(\d+)@@" % tag.encode()
        pause = _ANSWER_S
        while True:
            remaining = deadline - time.monotonic()
            try:
                match = self.session.wait_for(self.source, pattern, min(pause, remaining), start)
                return int(match.groups[1])
            except Timeout:
                if time.monotonic() >= deadline:
                    raise
            # it may have ended and its answer been damaged: the shell reads this when it is free
            self._type(f"cat {base}.end")
            pause *= 2


def _md5(content):
    return hashlib.md5(content).hexdigest().encode()


def _decode_lines(answer, tag):
    """The bytes that the numbered lines of an answer carry; None if they are damaged.

    A line that was interrupted is followed by the whole of it: the longest of a number counts.
    """
    lines = {}
    for number, text in re.findall(rb"%s:(\d+):([\w+/=]*)$" % tag, answer, re.MULTILINE):
        lines[int(number)] = max(lines.get(int(number), b""), text, key=len)
    try:
        return base64.b64decode(b"".join(lines[number] for number in sorted(lines)), validate=True)
    except ValueError:
        return None
