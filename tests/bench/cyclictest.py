# SPDX-License-Identifier: Apache-2.0
"""rt-tests' cyclictest: Linux and PREEMPT_RT natively, PREEMPT_RT in a domU beside dom0; under load and idle.

Time is instructions (a nanosecond each), so what it says repeats.
"""

import re

from exenboot.boards import BOARDS
from exenboot.console import LOADER
from exenboot.images import TOP, build_image, build_native, payload_files
from load import HAS_LOAD, IDLE, LOADED, PACKAGES, SCRIPTS, add_load, check_load
from load import WORK as LOAD_WORK
from machines import BOARD, HYPERVISOR, booted, native_options
from measure import BENCH, MeasureError
from userland import add_to_initrds, pack, stage, unpack

WORK = BENCH / "cyclictest"
KERNEL = "rt"
TIMEOUT_S = 1800
BEGINS = rb"rt: cyclictest begins"
RESULT = rb"Min: *(\d+) Act: *\d+ Avg: *(\d+) Max: *(\d+)[\s\S]*cyclictest: status 0"
STATES = ("load", "mild", "idle")       # mild: without what holds interrupts off


def wait_result(table, name, session, source, loaded, state):
    """Waits for what cyclictest says and notes it; loaded: whose load it is, which began before."""
    session.wait_for(source, BEGINS, TIMEOUT_S)
    if state != "idle" and not re.search(HAS_LOAD, session.text(loaded).encode()):
        raise MeasureError(f"{name}: the load came too late")
    found = session.wait_for(source, RESULT, TIMEOUT_S)
    if state == "load":
        check_load(name, session.text(loaded))
    for what, value in zip(("min", "avg", "max"), found.groups[1:]):
        table.set(f"{name}.{what}", int(value))


def _native(table, name, kernel, archive):
    work = WORK / kernel
    work.mkdir(exist_ok=True)
    initrd = add_load(payload_files(BOARD, "linux2"), kernel, True)["dom0-initrd"]
    initrd = add_to_initrds({"dom0-initrd": initrd}, work, archive)["dom0-initrd"]
    for state in STATES:
        figure = f"cyclictest.{name}.{state}"
        with booted(figure, BOARD, build_native(BOARD, kernel), prefixes=False,
                    **native_options(initrd, f"exen.init=/rt/cyclictest+{state}")) as session:
            wait_result(table, figure, session, LOADER, LOADER, state)


def _domu(table, kernel, archive):
    source = (SCRIPTS / "rt.dts").read_text().replace("../../../image", str(TOP / "image"))
    payloads = payload_files(BOARD, "linux2", {"domU": kernel})
    payloads |= add_to_initrds({"domu-initrd": payloads["domu-initrd"]}, WORK, archive)
    payloads["dom0-initrd"] = add_load(payloads, BOARDS[BOARD].kernel, True)["dom0-initrd"]
    for state, init in (("load", LOADED), ("idle", IDLE)):
        figure, config = f"cyclictest.domU_rt.{state}", WORK / f"{state}.dts"
        config.write_text(source.replace(LOADED, init))
        image = build_image(BOARD, config, payloads=payloads, output=WORK / f"{state}.img", hypervisor=HYPERVISOR)
        with booted(figure, BOARD, image) as session:
            wait_result(table, figure, session, "d1", "d0", state)


def figures(table):
    """Latency of a thread of priority 90 that sleeps a millisecond, 5,000 times."""
    WORK.mkdir(parents=True, exist_ok=True)
    stage(WORK / "fs", unpack(LOAD_WORK / "debian", PACKAGES, "armel"), ["usr/bin/cyclictest"],
          {"rt/cyclictest": SCRIPTS / "cyclictest"})
    archive = pack(WORK / "fs")
    _native(table, "native", BOARDS[BOARD].kernel, archive)
    _native(table, "native_rt", KERNEL, archive)
    _domu(table, KERNEL, archive)
