# SPDX-License-Identifier: Apache-2.0
"""A bare-metal real-time domain beside two Linux systems, which are under load or idle.

Latency of its timer over a million periods, where interrupts are FIQs and where they are IRQs, on three
generations; how late the cycles of a loop of 1 kHz begin; what Linux loses to a load of a tenth.  Time is instructions, a
nanosecond each; where clock and timer count microseconds 16, so that they tell 62 instructions.  A latency ends where the IRQ vector, or the thread, has read the clock, the first thing that either does.
"""

import concurrent.futures
import dataclasses
import os
import re
import subprocess

from exenboot.boards import BOARDS
from exenboot.images import OUT, TOP, build_image, payload_files
from load import HAS_LOAD, IDLE, LOADED, SCRIPTS, WORK, add_load, check_load
from machines import HYPERVISOR, booted
from measure import BENCH, MeasureError
import ring

NR_PERIODS = int(os.environ.get("EXEN_PERIODS", "1000000"))     # a multiple of guests/periods.c's REPORT_PERIODS
LATE = os.environ.get("EXEN_LATE")      # instructions above which a table tells what was executed before, see ring.py
NR_STATES = 1000                # of the control loop, a hundred a second
TIMEOUT_S = 5400
NR_AT_A_TIME = 2
# name: (board, interrupts are FIQs where the board can have it so: QEMU's Zynq can't, 1 << which an instruction takes in nanoseconds)
MACHINES = {"a9": ("vexpress-a9", True, 0), "a9_irq": ("vexpress-a9", False, 0), "zynq": ("xilinx-zynq-a9", True, 0),
            "arm1176": ("versatilepb-arm1176", True, 4), "arm926": ("versatilepb", True, 4)}
# Of dom0: see README.md.
BOARD_ARGUMENTS = {"xilinx-zynq-a9": "initcall_blacklist=ttc_timer_driver_init"}
PERIODS = rb"periods %d: min (\d+) median (\d+) p9999 (\d+) max (\d+)\r?\n" % NR_PERIODS
STATE = rb"rt: state %d: .* worst=(\d+) " % NR_STATES
WORKED = rb"rt: work from ([\d.]+) to ([\d.]+)\r?\n"


@dataclasses.dataclass(frozen=True)
class Job:
    """A machine: which, what the third domain is ("" for none), what the Linux systems do, what is waited for."""

    machine: str
    third: str
    is_loaded: bool
    source: str
    result: bytes
    dom0: str = ""              # script of rt/ that is dom0's, if not the load

    @property
    def name(self):
        return f"{self.machine}-{self.third or 'none'}-{'load' if self.is_loaded else 'idle'}"

    @property
    def board(self):
        return MACHINES[self.machine][0]

    @property
    def shift(self):
        """An instruction takes 1 << this nanoseconds."""
        return MACHINES[self.machine][2]

    @property
    def has_fio(self):
        """Its memory is large enough."""
        return BOARDS[self.board].memory_mib >= 512


def _hypervisor(is_fiq):
    """The one of this build, or one like it that takes interrupts as IRQs."""
    if is_fiq:
        return HYPERVISOR
    out = WORK / "irq"
    subprocess.run([TOP / "scripts/configure", "--output", out, "--set", "FIQ=n"], check=True)
    subprocess.run(["make", "-s", "-C", TOP / "hypervisor", f"OUT_TOP={out}"], check=True, stdout=subprocess.DEVNULL)
    return out / "hypervisor/exen.bin"


def _configuration(job):
    text = (SCRIPTS / "loaded.dts").read_text().replace("../../../image", str(TOP / "image"))
    if job.has_fio:
        text = re.sub(r"memory = <0 0x\w+>;\s*/\*.*\*/", "memory = <0 0x30000>;", text)
    if job.board in BOARD_ARGUMENTS:
        text = text.replace("clk_ignore_unused", f"clk_ignore_unused {BOARD_ARGUMENTS[job.board]}", 1)
    if not job.is_loaded:
        text = text.replace(LOADED, IDLE)
    if job.dom0:
        text = re.sub(rf"{LOADED}|{IDLE}", f"exen.init=/rt/{job.dom0}" + ("" if job.is_loaded else "+idle"), text, count=1)
    third = (SCRIPTS / f"{job.third}.dtsi").read_text() if job.third else ""
    return text + third.replace("ns=1", f"ns={1 << job.shift}" + (f" late={LATE}" if LATE else ""))


def _image(job):
    config = WORK / f"{job.name}.dts"
    config.write_text(_configuration(job))
    payloads = add_load(payload_files(job.board, "disk"), BOARDS[job.board].kernel, job.has_fio)
    binary = {"control": OUT / "guest/demos/control-loop.bin"}.get(job.third, BENCH / f"{job.third}.bin")
    if job.third:
        payloads[job.third] = binary
    return build_image(job.board, config, payloads=payloads, output=config.with_suffix(".img"),
                       hypervisor=_hypervisor(MACHINES[job.machine][1]))


def _run(job, image):
    """The numbers of the job's result."""
    domains = ("d0", "d1") if job.is_loaded else ()
    blocks = BENCH / f"realtime-{job.name}.ring"
    plugin = ring.option(blocks) if LATE else None
    with booted(f"realtime-{job.name}", job.board, image, icount_shift=job.shift, plugin=plugin) as session:
        for domain in domains:
            session.wait_for(domain, HAS_LOAD, TIMEOUT_S)
        if "periods" in session.text("d2"):
            raise MeasureError(f"{job.name}: the load came too late")
        found = session.wait_for(job.source, job.result, TIMEOUT_S)
        for domain in domains:
            check_load(job.name, session.text(domain))
    if LATE:
        ring.write_table(blocks, blocks.with_suffix(".late"))
    return [float(value) for value in found.groups[1:]]


def _jobs():
    jobs = [Job(machine, "periods", is_loaded, "d2", PERIODS) for machine in MACHINES for is_loaded in (True, False)]
    jobs += [Job("a9", "control", is_loaded, "d0", STATE, "control") for is_loaded in (True, False)]
    return jobs + [Job("a9", third, False, "d0", WORKED, "work") for third in ("burn", "")]


def figures(table):
    """All machines, two at a time."""
    WORK.mkdir(parents=True, exist_ok=True)
    jobs = _jobs()
    images = {job: _image(job) for job in jobs}
    with concurrent.futures.ThreadPoolExecutor(NR_AT_A_TIME) as pool:
        results = dict(zip(jobs, pool.map(lambda job: _run(job, images[job]), jobs)))
    for job, values in results.items():
        state = "load" if job.is_loaded else "idle"
        if job.third == "periods":
            for what, value in zip(("min", "median", "p9999", "max"), values):
                table.set(f"realtime.{job.machine}.{state}.{what}", value)
        elif job.third == "control":
            table.set(f"realtime.loop.{state}", values[0])
    burnt, alone = (end - begin for job, (begin, end) in results.items() if job.dom0 == "work")
    table.set("realtime.loss", 100 * (1 - alone / burnt))
