# SPDX-License-Identifier: Apache-2.0
"""The load of the real-time figures (rt/load): its programs from Debian, its kernel module, in the ramdisks."""

import functools
import re

from exenboot.images import TOP
from measure import BENCH, MeasureError
from userland import add_to_initrds, build_module, pack, stage, unpack

SCRIPTS = TOP / "tests/bench/rt"
WORK = BENCH / "rt"
PACKAGES = ["fio", "iperf3", "rt-tests", "stress-ng"]
PROGRAMS = ["usr/bin/iperf3", "usr/bin/stress-ng"]
LOADED, IDLE = "exen.init=/rt/load", "exen.init=/rt/idle"
HAS_LOAD = rb"rt: \S+ is loaded with stress-ng (fio|dd|fio dd) iperf3"


def _folder(kernel, has_fio):
    return WORK / f"{kernel}{'-fio' if has_fio else ''}"


@functools.cache
def _archive(kernel, has_fio):
    """rt/ and what it runs, once for all machines.  armel: every board can."""
    folder = _folder(kernel, has_fio)
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"rt/{name}": SCRIPTS / name for name in ("load", "forks", "idle", "control", "work")}
    stage(folder / "fs", unpack(WORK / "debian", PACKAGES, "armel"), PROGRAMS + ["usr/bin/fio"] * has_fio,
          {**files, "rt/seed": BENCH / "net/seed", "rt/irqsoff.ko": build_module("irqsoff", kernel, WORK)})
    return pack(folder / "fs")


def check_load(name, text):
    """The load has not ended; text: what its system has said."""
    if not re.search(r"has loaded \d+0 modules", text):
        raise MeasureError(f"{name}: the load has ended: {text[-500:]}")


def add_load(payloads, kernel, has_fio):
    """The payloads, each initrd with rt/ and what it runs.

    has_fio: the domains have the 192 MiB that it needs, most of it for libraries that it doesn't use here.
    """
    return add_to_initrds(payloads, _folder(kernel, has_fio), _archive(kernel, has_fio))
