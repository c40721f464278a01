# SPDX-License-Identifier: Apache-2.0
"""rt-tests' cyclictest: Linux and PREEMPT_RT natively under load, PREEMPT_RT in a domU beside a dom0 under load.

Time is instructions (a nanosecond each), so what it says repeats.
"""

import sys

from exenboot import Machine, Session
from exenboot.boards import BOARDS
from exenboot.console import LOADER
from exenboot.errors import Timeout
from exenboot.images import TOP, build_image, build_native, payload_files
from machines import BOARD, HYPERVISOR, LINUX_ARGUMENTS
from measure import BENCH, MeasureError
from load import IDLE, LOADED, SCRIPTS, add_load

WORK = BENCH / "cyclictest"
KERNEL = "rt"
TIMEOUT_S = 900
RESULT = rb"Min: *(\d+) Act: *\d+ Avg: *(\d+) Max: *(\d+)[\s\S]*cyclictest: status 0"


def _run(table, name, source, *image, **options):
    """Boots, waits for cyclictest's result, notes it."""
    print(f"  RUN     {name}", file=sys.stderr, flush=True)
    with Machine(*image, log=BENCH / f"{name}.console", icount=True, **options) as machine:
        try:
            found = Session(machine, prefixes=source != LOADER).wait_for(source, RESULT, TIMEOUT_S)
        except Timeout as error:
            raise MeasureError(f"{name}: {error}") from None
    for what, value in zip(("min", "avg", "max"), found.groups[1:]):
        table.set(f"{name}.{what}", int(value))


def figures(table):
    """Latency of a thread of priority 90 that sleeps a millisecond, 5,000 times."""
    WORK.mkdir(parents=True, exist_ok=True)
    board = BOARDS[BOARD]
    for name, kernel in (("native", None), ("native_rt", KERNEL)):
        _run(table, f"cyclictest.{name}", LOADER, BOARD, build_native(BOARD, kernel), dtb=board.dtb_path(),
             initrd=add_load(payload_files(BOARD, "linux2"), kernel or board.kernel, True)["domu-initrd"],
             append=f"console={board.native_console} {LINUX_ARGUMENTS} exen.init=/rt/cyclictest+load")
    source = (SCRIPTS / "rt.dts").read_text()
    payloads = add_load(payload_files(BOARD, "linux2", {"domU": KERNEL}), board.kernel, True)
    for name, text in (("domU_rt", source), ("domU_rt_alone", source.replace(LOADED, IDLE))):
        config = WORK / f"{name}.dts"
        config.write_text(text.replace("../../../image", str(TOP / "image")))
        image = build_image(BOARD, config, payloads=payloads, output=WORK / f"{name}.img", hypervisor=HYPERVISOR)
        _run(table, f"cyclictest.{name}", "d1", BOARD, image)
