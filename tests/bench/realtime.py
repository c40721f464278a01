# SPDX-License-Identifier: Apache-2.0
"""Latency of a bare-metal real-time domain beside two Linux systems, a million periods: under load and idle, where
interrupts are FIQs and where they are IRQs, on three generations.

Time is instructions (a nanosecond each).  What is measured ends where the domain's handler has read the clock.
"""

import concurrent.futures
import re
import subprocess
import sys

from exenboot import Machine, Session
from exenboot.boards import BOARDS
from exenboot.errors import BootFailure, Timeout
from exenboot.images import TOP, build_image, payload_files
from load import IDLE, SCRIPTS, WORK, add_load
from machines import HYPERVISOR
from measure import BENCH, MeasureError

NR_PERIODS = 1000000
TIMEOUT_S = 5400
NR_AT_A_TIME = 2
# name: (board, interrupts are FIQs)
MACHINES = {"a9": ("vexpress-a9", True), "a9_irq": ("vexpress-a9", False), "arm1176": ("versatilepb-arm1176", True),
            "arm926": ("versatilepb", True)}
LOADED = rb"rt: dom\w is loaded with stress-ng fio iperf3"


def _hypervisor(is_fiq):
    """The one of this build, or one like it that takes interrupts as IRQs."""
    if is_fiq:
        return HYPERVISOR
    out = WORK / "irq"
    subprocess.run([TOP / "scripts/configure", "--output", out, "--set", "FIQ=n"], check=True)
    subprocess.run(["make", "-s", "-C", TOP / "hypervisor", f"OUT_TOP={out}"], check=True, stdout=subprocess.DEVNULL)
    return out / "hypervisor/exen.bin"


def _image(name, is_loaded):
    board, is_fiq = MACHINES[name]
    text = (SCRIPTS / "periods.dts").read_text().replace("../../../image", str(TOP / "image"))
    if not is_loaded:
        text = text.replace("exen.init=/rt/load", IDLE)
    config = WORK / f"{name}-{'load' if is_loaded else 'idle'}.dts"
    config.write_text(text)
    payloads = {**add_load(payload_files(board, "disk"), BOARDS[board].kernel), "periods": BENCH / "periods.bin"}
    return build_image(board, config, payloads=payloads, output=config.with_suffix(".img"), hypervisor=_hypervisor(is_fiq))


def _periods(name, image, is_loaded):
    """(min, median, 99.99th percentile, max) in ns."""
    run = image.stem
    print(f"  RUN     realtime {run}", file=sys.stderr, flush=True)
    with Machine(MACHINES[name][0], image, log=BENCH / f"realtime-{run}.console", icount=True) as machine:
        session = Session(machine)
        try:
            for domain in ("d0", "d1") if is_loaded else ():
                session.wait_for(domain, LOADED, TIMEOUT_S)
            if b"periods" in session.console.text("d2"):
                raise MeasureError(f"{run}: the load came too late")
            found = session.wait_for("d2", rb"periods %d: min (\d+) median (\d+) p9999 (\d+) max (\d+)" % NR_PERIODS, TIMEOUT_S)
        except (Timeout, BootFailure) as error:
            raise MeasureError(f"{run}: {error}\n{session.last_lines()}") from None
        for domain in ("d0", "d1") if is_loaded else ():
            if not re.search(r"has loaded \d+0 modules", session.text(domain)):
                raise MeasureError(f"{run}: the load of {domain} has ended: {session.text(domain)[-500:]}")
    return [int(value) for value in found.groups[1:]]


def figures(table):
    """rt/periods.dts on each of MACHINES."""
    WORK.mkdir(parents=True, exist_ok=True)
    jobs = [(name, is_loaded) for name in MACHINES for is_loaded in (True, False)]
    images = {job: _image(*job) for job in jobs}
    with concurrent.futures.ThreadPoolExecutor(NR_AT_A_TIME) as pool:
        results = pool.map(lambda job: _periods(job[0], images[job], job[1]), jobs)
        for (name, is_loaded), result in zip(jobs, results):
            for what, value in zip(("min", "median", "p9999", "max"), result):
                table.set(f"realtime.{name}.{'load' if is_loaded else 'idle'}.{what}", value)
