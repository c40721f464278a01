# SPDX-License-Identifier: Apache-2.0
"""Which cells the matrix has, which machine runs each of them, and which of them are known not to work."""

import csv
import fnmatch
import pathlib
import re
from dataclasses import dataclass

from exenboot import BOARDS
from exenboot.images import TOP

HERE = pathlib.Path(__file__).resolve().parent
CONFIGS = TOP / "guest" / "linux" / "configs"

TESTS = ("boot", "user", "stress")
ROLES = ("native", "dom0", "domU")
KERNELS = ("v5", "v6", "v6v7")

# Processors that a kernel knows without the hypervisor's help.
NATIVE_ISAS = {"v5": ("v5",), "v6": ("v6",), "v6v7": ("v6", "v7")}

OLDER_NATIVELY = "Linux built for {kernel} does not know an {isa} processor; only the hypervisor lends it one"
TOO_NEW = "a {kernel} kernel has instructions that an {isa} processor does not have"
NO_DRIVERS = "the {kernel} kernel is built without this board's devices"


@dataclass(frozen=True)
class Cell:
    """A kernel on a board, natively or in a domain; it has one result for each of TESTS."""

    board: str
    role: str
    kernel: str


@dataclass(frozen=True)
class Run:
    """One boot of a machine: `native` alone, or both domains."""

    board: str
    native: str = ""
    dom0: str = ""
    domu: str = ""

    @property
    def name(self):
        """A file name without suffix."""
        kernels = f"native-{self.native}" if self.native else f"dom0-{self.dom0}-domU-{self.domu}"
        return f"{self.board}-{kernels}"

    def cells(self):
        """{role: Cell} of what it shows."""
        roles = {"native": self.native, "dom0": self.dom0, "domU": self.domu}
        return {role: Cell(self.board, role, kernel) for role, kernel in roles.items() if kernel}


def all_cells(boards=None):
    """Every cell, in the order of the tables."""
    return [Cell(board, role, kernel) for board in BOARDS for role in ROLES for kernel in KERNELS
            if not boards or board in boards]


def has_drivers(kernel, board):
    """Whether the kernel's configuration names the board's device tree."""
    lines = re.findall(r"^# dtb: (.*)", (CONFIGS / f"{kernel}.config").read_text(), re.MULTILINE)
    return BOARDS[board].dtb in " ".join(lines).split()


def is_too_new(kernel, board):
    """Whether the board's processor is older than all that the kernel is built for."""
    return min(NATIVE_ISAS[kernel]) > BOARDS[board].isa


def impossible(cell):
    """Why a cell cannot be, by what a kernel is made for; None if it can."""
    isa = BOARDS[cell.board].isa
    words = {"kernel": cell.kernel, "isa": isa}
    if is_too_new(cell.kernel, cell.board):
        return TOO_NEW.format(**words)
    if cell.role != "domU" and not has_drivers(cell.kernel, cell.board):
        return NO_DRIVERS.format(**words)
    if cell.role == "native" and isa not in NATIVE_ISAS[cell.kernel]:
        return OLDER_NATIVELY.format(**words)
    return None


def run_for(cell):
    """The run that shows a cell."""
    if cell.role == "native":
        return Run(cell.board, native=cell.kernel)
    if cell.role == "dom0":
        return Run(cell.board, dom0=cell.kernel, domu=cell.kernel)
    return Run(cell.board, dom0=BOARDS[cell.board].kernel, domu=cell.kernel)


def runs_for(cells):
    """The runs that show these cells, each once; native ones first, as others are judged by them.

    A dom0 without drivers is not tried: nothing could be said of it.
    """
    tried = [cell for cell in cells if cell.role != "dom0" or not impossible(cell)]
    return sorted(dict.fromkeys(map(run_for, tried)), key=lambda run: not run.native)


def known_failures(path=HERE / "reasons.tsv"):
    """[(board, role, kernel, test, reason)], the first four being patterns as of file names."""
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    return [tuple(row) for row in csv.reader(lines, delimiter="\t") if row][1:]


def known_reason(known, cell, test):
    """Why this test of a cell is known to fail; None if it is not."""
    for board, role, kernel, name, reason in known:
        if all(fnmatch.fnmatchcase(value, pattern) for value, pattern in
               ((cell.board, board), (cell.role, role), (cell.kernel, kernel), (test, name))):
            return reason
    return None
