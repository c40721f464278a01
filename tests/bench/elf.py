# SPDX-License-Identifier: Apache-2.0
"""Addresses and code of an ARM ELF file, by the cross tools."""

import bisect
import collections
import functools
import re
import struct
import subprocess
import tempfile

CROSS = "arm-linux-gnueabi-"


def _run(tool, *arguments):
    return subprocess.run([CROSS + tool, *map(str, arguments)], check=True, capture_output=True,
                          text=True).stdout


THUMB = 1       # bit of a function pointer
_VENEER, _VENEER_TARGET = re.compile(r"__(\w+)_from_(?:arm|thumb)"), r"\1"


class Elf:
    """Symbols and disassembly of one file."""

    def __init__(self, path):
        self.path = path

    @functools.cached_property
    def symbols(self):
        """{name: address} of everything but mapping symbols; of a name used twice, the last."""
        found = {}
        for line in _run("nm", self.path).splitlines():
            fields = line.split()
            if len(fields) == 3 and not fields[2].startswith("$"):
                found[fields[2]] = int(fields[0], 16)
        return found

    @functools.cached_property
    def _functions(self):
        """Addresses and names of code, in order; of a name used twice, name@address."""
        found = sorted((int(line.split()[0], 16), line.split()[2])
                       for line in _run("nm", self.path).splitlines()
                       if re.match(r"[0-9a-f]+ [tTwW] [^$]", line))
        uses = collections.Counter(name for _, name in found)
        return [(address, name if uses[name] == 1 else f"{name}@{address:x}")
                for address, name in found]

    def function_at(self, address):
        """Name of the function that an address lies in."""
        index = bisect.bisect(self._functions, (address, "\x7f")) - 1
        return self._functions[index][1] if index >= 0 else "?"

    def functions(self, pattern):
        """{name: address} of the functions whose whole name, without @address, matches."""
        return {name: address for address, name in self._functions
                if re.fullmatch(pattern, name.split("@")[0])}

    @functools.cached_property
    def code(self):
        """{function: [(address, instruction), ...]}: text of each instruction, blanks made one, the
        target of a branch to a function's start as <name>, the linker's ways from one state to the other left out."""
        starts, found = dict(self._functions), {}
        for line in _run("objdump", "-d", "--no-show-raw-insn", self.path).splitlines():
            match = re.match(r"\s*([0-9a-f]+):\s+(.*)", line)
            if not match:
                continue
            address = int(match.group(1), 16)
            text = re.sub(r"\s+", " ", re.split(r"\s*[;@]", match.group(2))[0])
            text = re.sub(r"^(\w+)\.[nw] ", r"\1 ", text)      # Thumb's narrow and wide encodings
            branch = re.fullmatch(r"(b\w*) ([0-9a-f]+) <.*>", text)
            if branch and int(branch.group(2), 16) in starts:
                target = starts[int(branch.group(2), 16)]
                text = f"{branch.group(1)} <{re.sub(_VENEER, _VENEER_TARGET, target)}>"
            found.setdefault(self.function_at(address), []).append((address, text))
        return found

    @functools.cached_property
    def pointed_to(self):
        """Names of the functions whose address stands somewhere in memory: they may be called by it."""
        starts = dict(self._functions)
        with tempfile.NamedTemporaryFile() as memory:
            _run("objcopy", "-O", "binary", self.path, memory.name)
            contents = memory.read()
        words = struct.unpack(f"<{len(contents) // 4}I", contents[:len(contents) & ~3])
        return {starts[word & ~THUMB] for word in words if word & ~THUMB in starts}

    def find(self, function, pattern):
        """Address of the last instruction of a function that matches; raises LookupError."""
        found = [address for address, text in self.code.get(function, ())
                 if re.fullmatch(pattern, text)]
        if not found:
            raise LookupError(f"{self.path}: no instruction {pattern!r} in {function}")
        return found[-1]

    def section_sizes(self):
        """{section: bytes} of those that take memory."""
        sizes = {}
        for line in _run("size", "-A", "-d", self.path).splitlines():
            fields = line.split()
            if len(fields) == 3 and fields[0].startswith(".") and int(fields[2]):
                sizes[fields[0]] = int(fields[1])
        return sizes
