# SPDX-License-Identifier: Apache-2.0
"""Deepest use of the hypervisor's stacks: frames from the compiler, calls from the linked code.

Calls through pointers are resolved by indirect.tsv.  A linked function that no path leads to would mean
that a row is missing there: an error, so that the bound stays one.  Assembly has no frames from the
compiler: what it pushes is read from its instructions.
"""

import functools
import pathlib
import re

from exenboot.images import OUT
from measure import MeasureError, read_tsv

OBJECTS = OUT / "hypervisor" / "obj"
PANIC = "panic"         # does not return
RECURSIVE = re.compile(r"fdt_\w+")      # libfdt looks an alias up as a path, which is none again: once
INDIRECT = pathlib.Path(__file__).resolve().parent / "indirect.tsv"

_CALL = re.compile(r"b(?:l|lx|eq|ne|cs|cc|mi|pl|hi|ls|ge|lt|gt|le|l(?:eq|ne|cs|cc|mi|pl|hi|ls|ge|lt|gt|le))?"
                   r" <([^>]+)>")
_INDIRECT = re.compile(r"blx\w* \w+|bx\w* (?!lr)\w+|mov\w* pc, (?!lr)\w+|ldr\w* pc, \[(?!pc|sp).*")
_ENDS = re.compile(r"(b|bx|udf) .*|(ldm|pop).*\bpc\b.*|movs? pc, .*|ldr pc, .*|\.word .*|andeq .*|nop")
_PUSH = re.compile(r"(?:push|stmdb sp!,|stmfd sp!,) \{(.*)\}")
_SUB = re.compile(r"sub sp, sp, #(\d+)")
_STORE = re.compile(r"str\w* \w+, \[sp, #-(\d+)\]!")
_NUMBERS = {"fp": 11, "ip": 12, "sp": 13, "lr": 14, "pc": 15, "sl": 10, "r9": 9}


class StackError(MeasureError):
    """The bound can't be computed."""


def _compiler_frames():
    """Bytes of stack of each C function, from the .su files."""
    frames = {}
    for path in OBJECTS.rglob("*.su"):
        for line in path.read_text().splitlines():
            where, size, kind = line.split("\t")
            if kind != "static":
                raise StackError(f"{where}: the frame's size is {kind}")
            name = where.rsplit(":", 1)[1]
            frames[name] = max(frames.get(name, 0), int(size))
    return frames


def _nr_registers(text):
    count = 0
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if last:
            number = {**_NUMBERS, **{f"r{i}": i for i in range(16)}}
            count += number[last] - number[first] + 1
        else:
            count += 1
    return count


def _code_frame(code):
    """Bytes that a function's instructions take off the stack pointer, all of them added."""
    size = 0
    for _, text in code:
        push, sub, store = _PUSH.fullmatch(text), _SUB.fullmatch(text), _STORE.fullmatch(text)
        if push:
            size += 4 * _nr_registers(push.group(1))
        elif sub:
            size += int(sub.group(1))
        elif store:
            size += int(store.group(1))
    return size


class CallGraph:
    """Functions of an Elf, their frames and whom they call."""

    def __init__(self, elf, known=None):
        """known: {function: (bytes, chain)} that stand for themselves."""
        self._elf = elf
        self._frames = _compiler_frames()
        self._indirect = [(re.compile(caller), callees) for caller, callees in read_tsv(INDIRECT)]
        self._names = list(elf.code)
        self._known = dict(known or {})

    def _frame(self, name):
        code = self._elf.code.get(name, ())
        name = name.split("@")[0]
        base = name.split(".")[0]       # name.part.0 and the like are of the same function
        for known in (name, base):
            if known in self._frames:
                return self._frames[known]
        return _code_frame(code)

    def _by_pointer(self, name):
        """Whom a function may call through pointers: a regular expression."""
        *rows, (_, others) = self._indirect
        found = [callees for caller, callees in rows if caller.fullmatch(re.split("[.@]", name)[0])]
        return "|".join([*found, others])

    def _falls_into(self, name):
        """The function behind one that doesn't end with a jump, as assembly may have it."""
        code, names = self._elf.code, self._names
        if not code.get(name) or _ENDS.fullmatch(code[name][-1][1]):
            return set()
        return {names[names.index(name) + 1]} if name != names[-1] else set()

    @functools.cache
    def callees(self, name):
        """Names of the functions that one may call."""
        code = self._elf.code.get(name, ())
        called = {match.group(1) for _, text in code if (match := _CALL.fullmatch(text))}
        called |= self._falls_into(name)
        if any(_INDIRECT.fullmatch(text) for _, text in code):
            called |= self._elf.pointed_to & set(self._elf.functions(self._by_pointer(name)))
        return called - {name}

    def unreached(self, entries):
        """The hypervisor's own C functions that no path from the entries leads to."""
        seen, todo = set(), list(entries)
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += self.callees(name)
        return sorted(name for name in set(self._elf.functions(".*")) - seen
                      if name.split("@")[0] in self._frames)

    def deepest(self, name, above=()):
        """(bytes, call chain) from a function on; a path that gives up includes what PANIC needs."""
        if name not in self._known:
            if name in above and RECURSIVE.fullmatch(name):
                return 0, ()
            if name in above:
                raise StackError(f"{name} calls itself: {' > '.join(above)}")
            if name == PANIC:           # from there on nothing gives up again
                final = CallGraph(self._elf, {PANIC: (0, ())})
                self._known[name] = final.deepest_of_callees(name)
            else:
                self._known[name] = self.deepest_of_callees(name, above)
        return self._known[name]

    def deepest_of_callees(self, name, above=()):
        """deepest() of a function that has not been looked at."""
        below = [self.deepest(callee, (*above, name)) for callee in self.callees(name)]
        size, chain = max(below, default=(0, ()))
        return size + self._frame(name), (name, *chain)
