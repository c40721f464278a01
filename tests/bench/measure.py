# SPDX-License-Identifier: Apache-2.0
"""Runs a machine in QEMU under the counting plugin and reads what it counted."""

import concurrent.futures
import dataclasses
import functools
import hashlib
import os
import pathlib
import queue
import re
import statistics
import subprocess

from exenboot.boards import BOARDS
from exenboot.images import OUT, TOP
from exenboot.machine import qemu_command, serial_options

BENCH = OUT / "bench"
PLUGIN = BENCH / "libcount.so"
HYPERVISOR_RAM = 4 << 20        # at the end of the board's RAM
TIMEOUT_S = 1800        # five minutes at most when nobody else wants the processors
NR_AT_A_TIME = 2


class MeasureError(Exception):
    """Measuring failed; the text says how."""


def section_ids():
    """{name: number} of sections.def."""
    text = (TOP / "tests/bench/sections.def").read_text()
    return {name: int(number)
            for number, name in re.findall(r"^SECTION\((\d+), (\w+)\)", text, re.MULTILINE)}


@dataclasses.dataclass
class Run:
    """What the plugin wrote: (guest, {column: instructions}) by section; column "entries" counts entries
    into the hypervisor; the guest is who executed the mark, "-" if there was none."""

    columns: list
    samples: dict               # section: list
    snapshots: dict             # section: list
    profiles: dict              # section: (samples, {offset in the hypervisor: executions})
    masked: list                # (entry, tag, runs, sum, longest)

    def of(self, guest):
        """What was counted between marks of one guest's."""
        samples, snapshots = ({section: [entry for entry in entries if entry[0] == guest]
                               for section, entries in every.items()}
                              for every in (self.samples, self.snapshots))
        return dataclasses.replace(self, samples=samples, snapshots=snapshots)

    def values(self, section, *columns):
        """A section's samples, the given columns summed; without columns, all of them."""
        samples = self.samples.get(section)
        if not samples:
            raise MeasureError(f"no sample of {section}")
        return [sum(sample[c] for c in columns or self.instructions) for _, sample in samples]

    @property
    def instructions(self):
        """The columns that count instructions."""
        return [column for column in self.columns if column != "entries"]

    def counts(self, section):
        """{column: count} of each of a section's samples."""
        return [counts for _, counts in self.samples.get(section, [])]

    def differences(self, less, more, units):
        """{column: instructions for one} from counts, of which `more` has done `units` more."""
        return {column: (more[column] - less[column]) / units for column in self.instructions}

    def median(self, section, *columns):
        """The middle one of values(): what happens when nothing else falls in."""
        return statistics.median_low(self.values(section, *columns))

    def snapshot(self, section, *columns):
        """Instructions from reset to a snapshot."""
        if not self.snapshots.get(section):
            raise MeasureError(f"{section} was not reached")
        _, counts = self.snapshots[section][0]
        return sum(counts[c] for c in columns or self.instructions)


def _parse(text):
    names = {number: name for name, number in section_ids().items()}
    run = Run([], {}, {}, {}, [])
    profile = None
    for line in text.splitlines():
        kind, *fields = line.split()
        if kind == "columns":
            run.columns = fields
        elif kind in ("sample", "snapshot"):
            number, guest, *counts = fields
            entry = guest, dict(zip(run.columns, map(int, counts)))
            kept = run.samples if kind == "sample" else run.snapshots
            kept.setdefault(names[int(number)], []).append(entry)
        elif kind == "profile":
            profile = {}
            run.profiles[names[int(fields[0])]] = (int(fields[1]), profile)
        elif kind == "masked":
            run.masked.append((fields[0], fields[1], *map(int, fields[2:])))
        elif kind != "end":
            profile[int(kind, 16)] = int(fields[0])
    return run


def _qemu(command, output, console):
    """Runs QEMU to its end; returns the plugin's output."""
    output.unlink(missing_ok=True)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        done = None
    text = output.read_text() if output.exists() else ""
    if done is None or not text.endswith("end\n"):
        tail = "\n".join(console.read_text(errors="replace").splitlines()[-15:])
        reason = f"not done in {TIMEOUT_S} s" if done is None else done.stderr.strip()
        raise MeasureError(f"{output.stem}: {reason}\nthe console ends with:\n{tail}")
    return text


def _fingerprint(command):
    """Hash of a command, its files' contents included."""
    digest = hashlib.sha256()
    for word in re.split("[ ,=]", " ".join(command)):
        path = pathlib.Path(word)
        digest.update(path.read_bytes() if "/" in word and path.is_file() else word.encode())
    return digest.hexdigest()


@functools.cache
def _cpus():
    """Host CPUs that no machine runs on; a machine keeps to one."""
    cpus = queue.SimpleQueue()
    available = sorted(os.sched_getaffinity(0))
    for number in range(NR_AT_A_TIME):
        cpus.put(available[number % len(available)])
    return cpus


def _once(name, board, kernel, plugin_options, keep=False, **options):
    """Counts of one machine, as text; with `keep` the former ones if nothing has changed."""
    output, console, stamp = (BENCH / f"{name}.{suffix}" for suffix in ("counts", "console", "stamp"))
    command = qemu_command(board, kernel, icount=True, plugin=",".join(
        [str(PLUGIN), f"ram={board.ram_base:#x}", *plugin_options]), **options)
    fingerprint = _fingerprint(command) if keep else None
    if keep and output.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return output.read_text()
    stamp.unlink(missing_ok=True)
    command[command.index("-plugin") + 1] += f",out={output}"
    command += ["-chardev", f"file,id=console,path={console}", *serial_options(board, "console")]
    cpu = _cpus().get()
    try:
        text = _qemu(["nice", "taskset", "-c", str(cpu), *command], output, console)
    finally:
        _cpus().put(cpu)
    if keep:
        stamp.write_text(fingerprint)
    return text


def measure(name, board, kernel, plugin_options, **options):
    """Boots `kernel` under the plugin until the marked end.

    name: of the files in out/bench; plugin_options: list of NAME=VALUE; options: of qemu_command().
    Returns the Run and how many of the machines that were run counted otherwise.  When the emulated CPU
    goes idle, QEMU 7.2's main thread may skip virtual time before the CPU's last instructions are
    accounted; that shifts an interrupt.  Both threads are kept on one host CPU, which makes it rare, and if
    two runs differ a third decides.
    """
    def once(copy):
        return _once(f"{name}.{copy}", BOARDS[board], kernel, plugin_options, **options)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        texts = list(pool.map(once, range(2)))
    if texts[0] != texts[1]:
        texts.append(once(2))
    text = max(texts, key=texts.count)
    return _parse(text), len(texts) - texts.count(text)


def measure_once(name, board, kernel, plugin_options, **options):
    """As measure(), with one machine, and none if the last one ran the same; a Board instead of its name will do."""
    return _parse(_once(f"{name}.0", BOARDS.get(board, board), kernel, plugin_options, keep=True, **options)), 0


def saved_runs():
    """{name: Run} of the last measurement."""
    return {path.name.split(".")[0]: _parse(path.read_text())
            for path in sorted(BENCH.glob("*.0.counts"))}


def slots(board, image):
    """{domain number: (first byte, end)} of an image's domains on a Board, as image-check computes them."""
    ram = f"{board.ram_base:#x},{board.memory_mib << 20:#x}"
    report = subprocess.run([TOP / "out/tools/image-check", "--ram", ram, image], check=True,
                            capture_output=True, text=True).stdout
    return {int(number): (int(base, 16), int(base, 16) + (int(mib) << 20))
            for number, mib, base in re.findall(r'dom(\d+) ".*?": (\d+) MiB at (0x[0-9a-f]+)', report)}


def hypervisor_options(board, elf, image):
    """Plugin options for a machine with the hypervisor and an image's domains."""
    board = BOARDS[board]
    end = board.ram_base + (board.memory_mib << 20)
    text = elf.symbols["__text_end"] - elf.symbols["__text_start"]
    options = [f"hv={end - HYPERVISOR_RAM:#x}:{end:#x}:{text}",
               f"processor={elf.symbols['__personality_start']:#x}:{elf.symbols['__personality_end']:#x}"]
    options += [f"guest=d{number}:{first:#x}:{last:#x}"
                for number, (first, last) in sorted(slots(board, image).items())]
    return options


def read_tsv(path):
    """Rows of a file of tab-separated fields, comments left out."""
    return [line.split("\t") for line in pathlib.Path(path).read_text().splitlines()
            if line and not line.startswith("#")]
