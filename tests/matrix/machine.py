# SPDX-License-Identifier: Apache-2.0
"""Carries out a run: boots the machine, whose systems test themselves at the same time."""

import os
import re
import time
from dataclasses import dataclass

from exenboot import BOARDS, Machine, Session
from exenboot.console import LOADER
from exenboot.errors import BootFailure, Timeout
from exenboot.images import OUT, PAYLOADS, TOP, ImageError, build_image, build_native
from plan import TESTS, impossible

WORK = OUT / "matrix"
CONFIG = TOP / "image" / "configs" / "linux2.dts"

# Limits are seconds of the emulator's own CPU time, as other work may have most of the machine; one
# that waits uses none, so there is one of real time, too.
BOOT_S = 60
HOPELESS_BOOT_S = 8         # of a cell that cannot be: more than any board needs
STRESS_S = 200
USER_S = 300
REAL_FACTOR = 8
_LOOK_S = 1                 # how often it is looked how much CPU time has gone

OK, FAILED, NOT_RUN = "ok", "failed", "not run"
_SOURCES = {"native": LOADER, "dom0": "d0", "domU": "d1"}


@dataclass
class Amounts:
    """How long the tests take: of their usual amounts, and seconds of load."""

    factor: float = 0.1
    stress_s: int = 4

    @property
    def init(self):
        """Words of a kernel's command line."""
        return f"rdinit=/init quiet exen.init=exen-matrix+{self.factor}+{self.stress_s}"


def input_files(run):
    """All files that a run depends on."""
    board = BOARDS[run.board]
    files = [OUT / f"linux-{kernel}" / "Image" for kernel in (run.native, run.dom0, run.domu) if kernel]
    files += [OUT / name for name in PAYLOADS["linux2"].values() if name.endswith(".cpio")]
    files.append(board.dtb_path())
    if not run.native:
        files += [OUT / "hypervisor" / "exen.bin", TOP / "image" / "build", CONFIG]
    return files


def _start_native(run, amounts, log):
    board = BOARDS[run.board]
    append = f"console={board.native_console} {amounts.init}"
    machine = Machine(board, build_native(board.name, run.native), log=log, dtb=board.dtb_path(),
                      initrd=OUT / PAYLOADS["linux2"]["dom0-initrd"], append=append)
    return Session(machine, prefixes=False)


def _start_domains(run, amounts, log):
    folder = WORK / run.name
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / CONFIG.name       # its stem tells which payloads it has
    config.write_text(CONFIG.read_text().replace("rdinit=/init", amounts.init))
    image = build_image(run.board, config, output=folder / "image",
                        kernels={"dom0": run.dom0, "domU": run.domu})
    return Session(Machine(run.board, image, log=log))


def _cpu_seconds(pid):
    """CPU time that a process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(session, source, pattern, limit, start):
    """As Session.wait_for, with a limit of the emulator's CPU time."""
    process = session.machine.process
    cpu_end = _cpu_seconds(process.pid) + limit
    real_end = time.monotonic() + limit * REAL_FACTOR
    while True:
        try:
            return session.wait_for(source, pattern, _LOOK_S, start)
        except Timeout:
            if process.poll() is not None:
                raise
            if _cpu_seconds(process.pid) > cpu_end or time.monotonic() > real_end:
                raise Timeout(f"not done in {limit} s") from None


def judge(test, status, text):
    """(result, detail) by a test's exit status and what it printed."""
    bad = re.findall(r"^not ok - (.*)|^(stress: FAILED.*|FAILED.*)", text, re.MULTILINE)
    if status or bad:
        details = "; ".join(first or second for first, second in bad)
        return FAILED, details or f"status {status}: {text.strip()[-100:]}"
    if test == "boot":
        return OK, ""
    if test == "stress":
        found = re.search(r"^stress: ok, (.*)$", text, re.MULTILINE)
        return (OK, found[1]) if found else (FAILED, "no result")
    passed = len(re.findall(r"^ok - (?!.*# SKIP)", text, re.MULTILINE))
    skipped = re.findall(r"^ok - (\S+) # SKIP", text, re.MULTILINE)
    if not passed:
        return FAILED, "no test has run"
    return OK, f"{passed} passed" + (f", skipped: {' '.join(skipped)}" if skipped else "")


def _failure(error):
    """One line for the table."""
    return re.sub(r"\s+", " ", str(error) or type(error).__name__)[:160]


def _follow(session, role, is_hopeless):
    """Waits for each test of a system; returns {test: (result, detail)}."""
    source = _SOURCES[role]
    limits = {"boot": HOPELESS_BOOT_S if is_hopeless else BOOT_S, "user": USER_S, "stress": STRESS_S}
    results = dict.fromkeys(TESTS, (NOT_RUN, ""))
    start = 0
    for test, limit in limits.items():
        try:
            match = _wait(session, source, rb"^matrix: %s: (\d+)\r?$" % test.encode(), limit, start)
        except (BootFailure, Timeout) as error:
            said = bytes(session.console.text(source)[start:]).decode(errors="replace")
            last = said.replace("\r", "").strip().split("\n")[-1][:80]
            results[test] = FAILED, f"{_failure(error)}; last line: {last}"
            break
        text = bytes(session.console.text(source)[start:match.end]).decode(errors="replace")
        results[test] = judge(test, int(match.groups[1]), text.replace("\r", ""))
        start = match.end
    return results


def carry_out(run, amounts):
    """Returns {role: {test: (result, detail)}} of a run; raises nothing of what it tests."""
    start = _start_native if run.native else _start_domains
    try:
        session = start(run, amounts, WORK / f"{run.name}.log")
    except (ImageError, FileNotFoundError) as error:
        refused = {"boot": (FAILED, "refused: " + _failure(error))}
        return {role: {**dict.fromkeys(TESTS, (NOT_RUN, "")), **refused} for role in run.cells()}
    with session.machine:
        return {role: _follow(session, role, bool(impossible(cell))) for role, cell in run.cells().items()}
