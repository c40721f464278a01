# SPDX-License-Identifier: Apache-2.0
"""Linux on many boards: every kernel on its own generation, older ones on newer processors.

Each machine runs once, and not at all if the last run was of the same files: its counts are kept.
"""

import concurrent.futures
import dataclasses
import subprocess

from exenboot.boards import BOARDS
from exenboot.images import OUT, ImageError
from guests import run_guests
from linux import BOTH, COLUMNS, domain_run, operation, to_shell
from machines import linux_payloads, run_image, run_native
from measure import NR_AT_A_TIME, MeasureError, measure_once

OPERATIONS = ("null_syscall", "page_fault", "mmap", "fork_exit", "pipe_pingpong", "context_switch")
SWITCH_BOARDS = ("versatilepb", "versatilepb-arm1176", "vexpress-a9")      # v5, v6, v7
OWN_GENERATION = (
    "realview-eb-arm926", "realview-eb-cortex-a9", "versatilepb-arm1176", "realview-eb-arm1176",
    "versatilepb", "vexpress-a9", "realview-eb-cortex-a8", "sabrelite", "realview-pb-a8",
    "versatilepb-arm1136", "realview-eb-arm1136", "xilinx-zynq-a9")
# A domU's kernel on a newer processor, and where the same kernel runs without the hypervisor.
OLDER = (
    ("realview-eb-cortex-a9", "v5", "realview-eb-arm926"),
    ("realview-eb-cortex-a8", "v5", "realview-eb-arm926"),
    ("realview-eb-arm1176", "v5", "realview-eb-arm926"),
    ("realview-eb-cortex-a9", "v6", "realview-eb-arm1176"),
)
_chosen = set()                 # empty: all


def choose(boards):
    """Measure these boards only; None: all."""
    _chosen.update(boards or ())


def _is_chosen(board):
    return not _chosen or board in _chosen


@dataclasses.dataclass(frozen=True)
class Row:
    """A figure of out/bench-boards.tsv."""

    board: str
    kernel: str
    domain: str                 # native, dom0, domU; "-" for the hypervisor's own
    figure: str
    instructions: int
    ratio: float = None         # to the same kernel without the hypervisor


class _Machines:
    """Runs machines, several at a time, each once; what can't be measured is noted."""

    def __init__(self, figures):
        self._pool = concurrent.futures.ThreadPoolExecutor(NR_AT_A_TIME)
        self._figures = figures
        self._natives, self.failures = {}, []

    def start(self, function, *arguments, **options):
        return self._pool.submit(function, self._figures, *arguments, how=measure_once, **options)

    def native(self, board, kernel):
        """Future of the Run of a kernel without hypervisor."""
        if (board, kernel) not in self._natives:
            self._natives[board, kernel] = self.start(
                run_native, f"native-{board}-{kernel}", board=board, kernel=kernel)
        return self._natives[board, kernel]

    def result(self, future):
        """Its Run, None if it failed."""
        try:
            return future.result()
        except (MeasureError, ImageError, LookupError, OSError, subprocess.CalledProcessError) as error:
            if str(error) not in self.failures:
                self.failures.append(str(error))
            return None


def _native_figures(run):
    return {"to_shell": run.snapshot("shell"), **{name: operation(run, name) for name in OPERATIONS}}


def _domain_figures(run, domain):
    run = domain_run(run, domain)
    return {"to_shell": sum(to_shell(run, domain)), **{name: operation(run, name) for name in OPERATIONS}}


def _start_all(machines):
    """[(board, kernel, domains, Run's future, native Run's future)], the most telling boards first."""
    started = []
    for board in filter(_is_chosen, OWN_GENERATION):
        kernel = BOARDS[board].kernel
        native = machines.native(board, kernel)
        run = machines.start(run_image, f"linux2-{board}", "linux/both.dts", linux_payloads(board), BOTH,
                             board=board)
        started.append((board, kernel, tuple(COLUMNS), run, native))
    for board, kernel, elsewhere in OLDER:
        if not _is_chosen(board):
            continue
        payloads = linux_payloads(board, {"domU": kernel})
        run = machines.start(run_image, f"linux2-{board}-{kernel}", "linux/domu.dts", payloads, board=board)
        started.append((board, kernel, ("domU",), run, machines.native(elsewhere, kernel)))
    return started


def _linux_rows(board, kernel, domains, run, native):
    """Rows of a board and kernel, native and in domains; native ones only of its own board."""
    expected = _native_figures(native)
    if "dom0" in domains:
        for name, value in expected.items():
            yield Row(board, kernel, "native", name, value)
    for domain in domains:
        for name, value in _domain_figures(run, domain).items():
            yield Row(board, kernel, domain, name, value, value / expected[name])


def _switch_rows(board, run):
    for name in ("null_hypercall", "domain_switch"):
        yield Row(board, "-", "-", name, run.median(name, "hypervisor"))


def figures(table):
    """Measures all, writes out/bench-boards.tsv and -.md; raises MeasureError for what is missing."""
    machines = _Machines(table)
    switches = [(board, machines.start(run_guests, f"guest-{board}", "guests/cores.dts", board=board))
                for board in filter(_is_chosen, SWITCH_BOARDS)]
    started = _start_all(machines)
    rows = []
    for board, future in switches:
        run = machines.result(future)
        rows += _switch_rows(board, run) if run else []
    for board, kernel, domains, *futures in started:
        runs = [machines.result(future) for future in futures]
        try:
            rows += _linux_rows(board, kernel, domains, *runs) if all(runs) else []
        except MeasureError as error:
            machines.failures.append(f"{board}, {kernel}: {error}")
    if _chosen:
        table.note(markdown(rows))
    else:
        _write_tsv(rows)
        (OUT / "bench-boards.md").write_text(markdown(rows))
    if machines.failures:
        raise MeasureError("\n".join(machines.failures))


def _write_tsv(rows):
    lines = ["# board\tkernel\tdomain\tfigure\tinstructions\tratio to native"]
    for row in rows:
        ratio = "-" if row.ratio is None else f"{row.ratio:.3f}"
        lines.append("\t".join((row.board, row.kernel, row.domain, row.figure, str(row.instructions), ratio)))
    (OUT / "bench-boards.tsv").write_text("\n".join(lines) + "\n")


def markdown(rows):
    """The ratios as a table of Markdown, a line for each domain, with native's instructions to the shell."""
    to_shell_native = {(row.board, row.kernel): row.instructions for row in rows
                       if row.domain == "native" and row.figure == "to_shell"}
    lines = {}
    for row in rows:
        if row.ratio is not None:
            lines.setdefault((row.board, row.kernel, row.domain), []).append(f"{row.ratio:.2f}")
    head = ["board", "kernel", "in", "native to shell, M", "to shell", *OPERATIONS]
    table = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for (board, kernel, domain), ratios in lines.items():
        native = to_shell_native.get((board, kernel))
        millions = f"{native / 1e6:.0f}" if native and domain == "dom0" else ""
        table.append("| " + " | ".join([board, kernel, domain, millions, *ratios]) + " |")
    return "\n".join(table) + "\n"
