# SPDX-License-Identifier: Apache-2.0
"""Addresses and code of an ARM ELF file, by the cross tools."""

import bisect
import functools
import re
import subprocess

CROSS = "arm-linux-gnueabi-"


def _run(tool, *arguments):
    return subprocess.run([CROSS + tool, *map(str, arguments)], check=True, capture_output=True,
                          text=True).stdout


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
        """Addresses and names of code, in order."""
        return sorted((int(line.split()[0], 16), line.split()[2])
                      for line in _run("nm", self.path).splitlines()
                      if re.match(r"[0-9a-f]+ [tT] [^$]", line))

    def function_at(self, address):
        """Name of the function that an address lies in."""
        index = bisect.bisect(self._functions, (address, "\x7f")) - 1
        return self._functions[index][1] if index >= 0 else "?"

    def functions(self, pattern):
        """{name: address} of the functions whose whole name matches a regular expression."""
        return {name: address for address, name in self._functions if re.fullmatch(pattern, name)}

    @functools.cached_property
    def code(self):
        """{function: [(address, instruction), ...]}: text of each instruction, blanks made one."""
        found, current = {}, None
        for line in _run("objdump", "-d", "--no-show-raw-insn", self.path).splitlines():
            label = re.match(r"[0-9a-f]+ <([^>]+)>:", line)
            if label:
                current = found.setdefault(label.group(1), [])
                continue
            match = re.match(r"\s*([0-9a-f]+):\s+(.*)", line)
            if match and current is not None:
                text = re.sub(r"\s+", " ", re.split(r"\s*[;@]", match.group(2))[0])
                current.append((int(match.group(1), 16), text))
        return found

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
