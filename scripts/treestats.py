# SPDX-License-Identifier: Apache-2.0
"""Figures of the tree: sizes of the hypervisor's binary and source, what Linux is changed by."""

import pathlib
import re
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent
ELF = TOP / "out" / "hypervisor" / "exen.elf"
OBJECTS = TOP / "out" / "hypervisor" / "obj"
LINUX = TOP / "guest" / "linux"
SERIES = LINUX / "patches" / "series"
CROSS = "arm-linux-gnueabi-"


def _run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def section_sizes():
    """Bytes of the hypervisor's sections, by kind: text (with rodata), data, bss."""
    sizes = {"text": 0, "data": 0, "bss": 0}
    for line in _run(CROSS + "readelf", "-S", "-W", str(ELF)).splitlines():
        match = re.match(r"\s*\[\s*\d+\]\s+\S+\s+(\w+)\s+\w+\s+\w+\s+(\w+)\s+\w+\s+(\S*)\s", line)
        if not match or "A" not in match.group(3):
            continue
        kind = "bss" if match.group(1) == "NOBITS" else "data" if "W" in match.group(3) else "text"
        sizes[kind] += int(match.group(2), 16)
    return sizes


def _frames():
    """Bytes of stack of each function, from the compiler's .su files."""
    frames = {}
    for path in OBJECTS.rglob("*.su"):
        for line in path.read_text().splitlines():
            place, size, _ = line.split("\t")
            name = place.rsplit(":", 1)[1]
            frames[name] = max(frames.get(name, 0), int(size))
    return frames


def _calls():
    """The functions that each function calls directly or jumps to, from the linked code."""
    calls, current = {}, None
    for line in _run(CROSS + "objdump", "-d", "--no-show-raw-insn", str(ELF)).splitlines():
        match = re.match(r"[0-9a-f]+ <([^>]+)>:", line)
        if match:
            current = match.group(1)
            calls.setdefault(current, set())
            continue
        match = re.search(r"\tb(?:l|lx|eq|ne|cs|cc|mi|pl|hi|ls|ge|lt|gt|le|leq|lne)?\t"
                          r"[0-9a-f]+ <([^>+]+)>", line)
        if match and current and match.group(1) != current:
            calls[current].add(match.group(1))
    return calls


def deepest_stack():
    """(bytes, call chain) of the longest path of direct calls; calls through pointers end a path.

    Functions that GCC split or copied (name.part.0) have their parent's frame.
    """
    frames, calls, known = _frames(), _calls(), {}

    def frame(name):
        return frames.get(name, frames.get(name.split(".")[0], 0))

    def depth(name, above):
        if name not in known:
            best = (0, ())
            for callee in calls.get(name, ()):
                if callee not in above:
                    best = max(best, depth(callee, above | {name}))
            known[name] = (best[0] + frame(name), (name, *best[1]))
        return known[name]

    return max((depth(name, frozenset()) for name in calls), default=(0, ()))


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
