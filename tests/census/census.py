# SPDX-License-Identifier: Apache-2.0
"""What the census plugin is asked, what it answers, and what allow/ says about that."""

import dataclasses
import functools
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "bench"), str(HERE.parent.parent / "scripts")]

from elf import Elf  # noqa: E402 (the path comes first)
from exenboot.boards import BOARDS, OUT  # noqa: E402
from measure import HYPERVISOR_RAM, read_tsv, slots  # noqa: E402
from operations import key_of, name_of  # noqa: E402

QEMU_LOADER_END = 0x1000      # what QEMU puts before the image where it plays the boot loader (raspi)
PLUGIN = OUT / "census" / "libcensus.so"
HYPERVISOR_ELF = OUT / "hypervisor" / "exen.elf"
ENTRIES = ("hypercall_entry", "fiq_entry", "irq_entry")
EXITS = (("hypercall_entry", "msr CPSR_c, r5"), ("interrupt_return", "movs pc, lr"))
STARTED = "main_start"          # the domains' memory is theirs from here on
PAGE_OFFSET = 0xc0000000        # of the guest kernels
MODULES = 0xbf000000            # up to there


def build():
    """Builds the plugin."""
    subprocess.run(["make", "-s", "-C", str(HERE)], check=True)


@functools.cache
def elf(path):
    """An ELF file's symbols."""
    return Elf(path)


@dataclasses.dataclass(frozen=True)
class Site:
    """One operation at one place."""

    column: str                 # other, hypervisor, d0-kernel, d0-user, ...
    operation: str
    va: int
    executed: int
    executed_in_core: int       # of these, between an entry into the hypervisor and its end
    is_conditional: bool        # may not have been executed any time
    executed_for: tuple         # of those outside the core, by the domain that had run before

    @property
    def who(self):
        """hypervisor, window, kernel, user or other."""
        if self.column == "hypervisor":
            return "hypervisor" if self.executed_in_core else "window"
        return self.column.rpartition("-")[2]


@dataclasses.dataclass
class Census:
    """What the plugin wrote."""

    sites: list
    violations: dict            # rule: (how often, address of the last one)
    switches: int               # of address spaces, by the hypervisor
    thumb: dict                 # column: Thumb instructions that were not looked into

    def calls(self, domain, operation):
        """How often functions of the window executed an operation for a domain, by its number."""
        return sum(site.executed_for[domain] for site in self.sites if site.operation == operation)


def parse(path):
    """A Census; raises ValueError if the machine did not end as it should."""
    lines = [line.split() for line in pathlib.Path(path).read_text().splitlines()]
    if not lines or lines[-1] != ["end"]:
        raise ValueError(f"{path}: not complete")
    columns = lines[0][1:]
    census = Census([], {}, 0, {})
    for kind, *fields in lines[1:]:
        if kind == "site":
            census.sites.append(Site(columns[int(fields[0])], name_of(int(fields[1], 16)),
                                     int(fields[2], 16), int(fields[3]), int(fields[4]),
                                     fields[5] == "1", tuple(map(int, fields[6:]))))
        elif kind == "violation":
            census.violations[fields[0]] = (int(fields[1]), int(fields[2], 16))
        elif kind == "switches":
            census.switches = int(fields[0])
        elif kind == "thumb":
            census.thumb[columns[int(fields[0])]] = int(fields[1])
    return census


# -- what the plugin is asked

def _rule_options(cpu):
    """Plugin options for the rules of allow/rules.tsv that apply to a processor."""
    options = []
    for rule, kind, cpus, operations in read_tsv(HERE / "allow" / "rules.tsv"):
        if cpu not in cpus.split() and cpus != "all":
            continue
        for operation in operations.split(" | "):
            name = "" if kind == "restart" else f"{rule}:"
            options.append(f"{kind}={name}{key_of(operation):#010x}")
    return options


def plugin(board, output, image=None, hypervisor=HYPERVISOR_ELF, library=PLUGIN):
    """The -plugin argument for a board (a Board): of an image, or without one of its native kernel."""
    end = board.ram_base + (board.memory_mib << 20)
    options = [f"out={output}", f"ram={board.ram_base:#x}"]
    if image is None:
        options.append(f"guest=native:{board.ram_base:#x}:{end:#x}")
    else:
        symbols = elf(hypervisor).symbols
        text = symbols["__text_end"] - symbols["__text_start"]
        options += [f"hv={end - HYPERVISOR_RAM:#x}:{end:#x}:{text}", f"start={symbols[STARTED]:#x}"]
        options += [f"guest=d{number}:{first:#x}:{last:#x}"
                    for number, (first, last) in sorted(slots(board, image).items())]
        options += [f"enter={symbols[entry]:#x}" for entry in ENTRIES]
        options += [f"leave={elf(hypervisor).find(*place):#x}" for place in EXITS]
        options += _rule_options(board.cpu)
    return ",".join([str(library), *options])


# -- what the answer means

@dataclasses.dataclass(frozen=True)
class Allowed:
    """A row of allow/operations.tsv."""

    cpus: frozenset             # on which the processor's manual defines it
    users: frozenset            # v5, v6, v6v7: kernels that may do it themselves; user: programs
    meaning: str


@functools.cache
def allow_list():
    """{operation: Allowed}"""
    header, *rows = read_tsv(HERE / "allow" / "operations.tsv")
    cpus = header[1:-2]
    return {row[0]: Allowed(frozenset(cpu for cpu, cell in zip(cpus, row[1:]) if cell == "y"),
                            frozenset(row[-2].split()), row[-1]) for row in rows}


class Symbols:
    """Names of places."""

    def __init__(self, kernels, memory=None, hypervisor=HYPERVISOR_ELF):
        """kernels: {domain: vmlinux or other ELF file}; memory: {domain: first physical address}"""
        self._kernels = kernels
        self._memory = memory or {}
        self._hypervisor = hypervisor

    def at(self, site):
        """`address function` of a site, as far as it is known."""
        domain, _, part = site.column.partition("-")
        va = site.va
        if site.column == "hypervisor":
            return f"{va:#010x} {elf(self._hypervisor).function_at(va)}"
        if part != "kernel" or domain not in self._kernels:
            return f"{va:#010x}"
        if va < MODULES:                # before its MMU is on
            va += PAGE_OFFSET - self._memory.get(domain, 0)
        return f"{site.va:#010x} {elf(self._kernels[domain]).function_at(va)}"


def judge(census, cpu, kernels, symbols):
    """What is wrong, a line each.

    cpu: QEMU's name; kernels: {d0: v6v7, ...}, the generations of the kernels of the domains that may not
    do everything that their processor can.
    """
    wrong = []
    guests = {f"{domain}-{part}" for domain in kernels for part in ("kernel", "user")}
    for site in census.sites:
        if site.column == "other" and site.va < QEMU_LOADER_END:
            continue
        allowed = allow_list().get(site.operation)
        place = f"{site.operation} ({site.executed} times) by {site.column} at {symbols.at(site)}"
        user = kernels.get(site.column.partition("-")[0]) if site.who == "kernel" else site.who
        if allowed is None:
            wrong.append(f"not in the list: {place}")
        elif cpu not in allowed.cpus and not site.is_conditional:
            wrong.append(f"not defined on {cpu}: {place}")
        elif site.column in guests and user not in allowed.users:
            wrong.append(f"not for a guest ({user}): {place}")
    for rule, (count, va) in census.violations.items():
        wrong.append(f"rule {rule}: broken {count} times of {census.switches} switches, at {va:#010x}")
    return sorted(wrong)
