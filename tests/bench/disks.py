# SPDX-License-Identifier: Apache-2.0
"""Disks: fio natively, in dom0 and in a domU through the split driver.

One disk is a file in dom0's memory behind a loop device, so that no driver counts; the other is the board's
card, word by word.  Nothing waits: throughput is the inverse of all instructions for a KiB.  A third one takes as long as a
card with DMA does: throughput is what fio says by the machine's clock, with 2 ns an instruction.
"""

import pathlib
import re
import sys

from exenboot.boards import BOARDS
from exenboot.console import LOADER
from exenboot.images import TOP, build_image, build_native, payload_files
from machines import BOARD, HYPERVISOR, booted, hypervisor_elf, measure_native, native_options
from measure import BENCH, MeasureError, hypervisor_options, measure_once

sys.path.append(str(pathlib.Path(__file__).parent / "io"))
from userland import add_to_initrds, build_module, pack, stage, unpack  # noqa: E402 pylint: disable=wrong-import-position

FILES = TOP / "tests/bench/io"
WORK = BENCH / "io"
SIZES = ("4k", "64k", "1m")
JOBS = [(pattern, size) for pattern in ("read", "write", "randread", "randwrite") for size in SIZES]
CARD_JOBS = [("card", *job) for job in JOBS if job[0] in ("read", "write")]
CARD_BYTES = 8 << 20            # as large as the disk in memory
KIB = 8 << 10                   # 10m - 2m: io/disk runs each job with both lengths
CARD_KIB = 4 << 10              # 5m - 1m
PACKAGES = ["fio"]
PACED_SHIFT = 1                 # 500 million instructions a second
PACED_S = 900
PACED = re.compile(rb"paced: (\w+) (\w+) (\d+)\r?\n")


def _payloads():
    """Of io/io.dts and io/paced.dts: the ramdisks with fio."""
    scripts = {f"io/{script}": FILES / script for script in ("disk", "dom0", "domU", "paced")}
    stage(WORK / "fs", unpack(WORK / "debian", PACKAGES), ["usr/bin/fio"],
          {"io/mark": BENCH / "mark", "io/paced.ko": build_module("paced", BOARDS[BOARD].kernel, WORK), **scripts})
    return add_to_initrds(payload_files(BOARD, "disk"), WORK, pack(WORK / "fs"))


def job_counts(run, jobs):
    """{job: {column: instructions for a KiB}} of the samples, two for each job: see io/disk."""
    samples = run.counts("io")
    if len(samples) != 2 * len(jobs):
        raise MeasureError(f"{len(samples)} samples of {len(jobs)} jobs: see out/bench/*.console")
    return {job: run.differences(shorter, longer, CARD_KIB if job in CARD_JOBS else KIB)
            for job, shorter, longer in zip(jobs, samples[::2], samples[1::2])}


def set_split(table, name, counts, domains):
    """Whose the instructions are, and the hypervisor's among all; domains: {name: the plugin's}."""
    for domain, guest in domains.items():
        table.set(f"{name}.{domain}", counts[f"{guest}-kernel"] + counts[f"{guest}-user"])
    table.set(f"{name}.hypervisor", counts["hypervisor"])
    table.set(f"{name}.share", 100 * counts["hypervisor"] / sum(counts.values()))


def _run(payloads):
    """The machines' Runs: native, and the image."""
    card = WORK / "card"
    card.write_bytes(bytes(CARD_BYTES))
    disk = {"disk": card, "extra": ["-snapshot"]}
    native, _ = measure_native("io-native", payloads["dom0-initrd"], "exen.init=/io/dom0", **disk)
    image = build_image(BOARD, FILES / "io.dts", payloads=payloads, output=WORK / "io.img", hypervisor=HYPERVISOR)
    run, _ = measure_once("io", BOARD, image, hypervisor_options(BOARD, hypervisor_elf(), image), **disk)
    return native, run


def _rates(name, source, *machine, **options):
    """{job: KiB/s} on the disk that takes its time; source: who says them."""
    with booted(name, *machine, prefixes=source != LOADER, icount_shift=PACED_SHIFT, **options) as session:
        session.wait_for(source, rb"paced: end", PACED_S)
        found = PACED.findall(session.text(source).encode())
    rates = {(pattern.decode(), size.decode()): int(rate) for pattern, size, rate in found}
    if sorted(rates) != sorted(JOBS) or not all(rates.values()):
        raise MeasureError(f"{name}: {rates}: see out/bench/{name}.console")
    return rates


def _paced_figures(table, payloads):
    native = _rates("io-paced-native", LOADER, BOARD, build_native(BOARD),
                    **native_options(payloads["dom0-initrd"], "exen.init=/io/paced+native"))
    image = build_image(BOARD, FILES / "paced.dts", payloads=payloads, output=WORK / "paced.img", hypervisor=HYPERVISOR)
    domu = _rates("io-paced", "d1", BOARD, image)
    for job in JOBS:
        name = "io.paced." + ".".join(job)
        table.set(f"{name}.native", native[job])
        table.set(f"{name}.domU", native[job] / domu[job])


def figures(table):
    """fio on vexpress-a9: natively, in dom0, in domU."""
    WORK.mkdir(parents=True, exist_ok=True)
    payloads = _payloads()
    _paced_figures(table, payloads)
    native, run = _run(payloads)
    jobs = JOBS + CARD_JOBS
    native, dom0, domu = job_counts(native, jobs), job_counts(run.of("d0"), jobs), job_counts(run.of("d1"), jobs)
    for job in jobs:
        name = "io." + ".".join(job)
        total = sum(native[job].values())
        table.set(f"{name}.native", total)
        table.set(f"{name}.dom0", sum(dom0[job].values()) / total)
        table.set(f"{name}.domU", sum(domu[job].values()) / total)
        set_split(table, f"{name}.domU", domu[job], {"dom0": "d0", "domU": "d1"})
    table.runs["io"] = run
