# SPDX-License-Identifier: Apache-2.0
"""Figures of the tree: sizes of the hypervisor's binary and source, what Linux is changed by."""

import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
ELF = TOP / "out" / "hypervisor" / "exen.elf"
LINUX = TOP / "guest" / "linux"
SERIES = LINUX / "patches" / "series"

sys.path.insert(0, str(TOP / "tests" / "bench"))

import static  # noqa: E402 (the path comes first)
from elf import Elf  # noqa: E402


class _Figures:
    """What tests/bench/static.py sets."""

    def __init__(self):
        self.values = {}
        self.notes = []

    def set(self, name, value):
        self.values[name] = value

    def note(self, text):
        self.notes.append(text)


def binary_figures():
    """({name: bytes}, notes): sections of the hypervisor's binary, bounds of its stacks' use."""
    figures = _Figures()
    static.sizes(figures, Elf(ELF))
    return figures.values, figures.notes


def hypervisor_sources():
    """Path and text of each C and assembly file of the hypervisor."""
    return {path: path.read_text() for suffix in ("*.c", "*.h", "*.S")
            for path in sorted((TOP / "hypervisor").rglob(suffix))}


def longest_source():
    """(lines, name) of the hypervisor's longest file."""
    return max((text.count("\n"), str(path.relative_to(TOP)))
               for path, text in hypervisor_sources().items())


def conditionals_per_thousand():
    """#if, #ifdef and #ifndef per thousand lines of the hypervisor, without include guards."""
    lines = conditionals = 0
    for text in hypervisor_sources().values():
        lines += text.count("\n")
        conditionals += len(re.findall(r"^\s*#\s*if", text, re.MULTILINE))
        conditionals -= len(re.findall(r"^#ifndef (\w+_H)\n#define \1$", text, re.MULTILINE))
    return 1000 * conditionals / max(lines, 1)


def linux_changes():
    """{existing file of Linux: (lines added, lines removed)} over the whole series."""
    changes = {}
    for name in SERIES.read_text().split():
        _count_patch((SERIES.parent / name).read_text(), changes)
    return changes


def _count_patch(text, changes):
    current = None
    for line in text.splitlines():
        if line.startswith("+++ "):
            current = re.sub(r"^[^/]+/", "", line[4:].split("\t")[0].strip())
            changes.setdefault(current, (0, 0))
        elif line.startswith("--- ") or current is None:
            continue
        elif line.startswith("+"):
            changes[current] = (changes[current][0] + 1, changes[current][1])
        elif line.startswith("-"):
            changes[current] = (changes[current][0], changes[current][1] + 1)


def overlay_files():
    """{new file in Linux: lines}."""
    root = LINUX / "overlay"
    return {str(path.relative_to(root)): path.read_text().count("\n")
            for path in sorted(root.rglob("*")) if path.is_file()}
