# SPDX-License-Identifier: Apache-2.0
"""Disks: fio natively, in dom0 and in a domU through the split driver.

One disk is a file in dom0's memory behind a loop device, so that no driver counts; the other is the board's
card, word by word.  Nothing waits: throughput is the inverse of all instructions for a KiB.
"""

import pathlib
import sys

from exenboot.boards import BOARDS
from exenboot.images import TOP, build_image, build_native, payload_files
from machines import BOARD, HYPERVISOR, LINUX_ARGUMENTS, hypervisor_elf
from measure import BENCH, MeasureError, hypervisor_options, measure_once

sys.path.append(str(pathlib.Path(__file__).parent / "io"))
from userland import add_to_initrds, pack, stage, unpack  # noqa: E402 pylint: disable=wrong-import-position

FILES = TOP / "tests/bench/io"
WORK = BENCH / "io"
SIZES = ("4k", "64k", "1m")
JOBS = [(pattern, size) for pattern in ("read", "write", "randread", "randwrite") for size in SIZES]
CARD_JOBS = [("card", *job) for job in JOBS if job[0] in ("read", "write")]
CARD_BYTES = 8 << 20            # as large as the disk in memory
KIB = 8 << 10                   # 10m - 2m: io/disk runs each job with both lengths
CARD_KIB = 4 << 10              # 5m - 1m
PACKAGES = ["fio"]


def _payloads():
    """Of io/io.dts: the ramdisks with fio."""
    stage(WORK / "fs", unpack(WORK / "debian", PACKAGES), ["usr/bin/fio"],
          {"io/mark": BENCH / "mark", **{f"io/{script}": FILES / script for script in ("disk", "dom0", "domU")}})
    return add_to_initrds(payload_files(BOARD, "disk"), WORK, pack(WORK / "fs"))


def job_counts(run, jobs):
    """{job: {column: instructions for a KiB}} of the samples, two for each job: see io/disk."""
    samples = [counts for _, counts in run.samples.get("io", [])]
    if len(samples) != 2 * len(jobs):
        raise MeasureError(f"{len(samples)} samples of {len(jobs)} jobs: see out/bench/*.console")
    columns = [column for column in run.columns if column != "entries"]
    return {job: {column: (longer[column] - shorter[column]) / (CARD_KIB if job in CARD_JOBS else KIB)
                  for column in columns}
            for job, shorter, longer in zip(jobs, samples[::2], samples[1::2])}


def set_split(table, name, counts, domains):
    """Whose the instructions are, and the hypervisor's among all; domains: {name: the plugin's}."""
    for domain, guest in domains.items():
        table.set(f"{name}.{domain}", counts[f"{guest}-kernel"] + counts[f"{guest}-user"])
    table.set(f"{name}.hypervisor", counts["hypervisor"])
    table.set(f"{name}.share", 100 * counts["hypervisor"] / sum(counts.values()))


def _run(board, payloads):
    """The machines' Runs: native, and the image."""
    end = board.ram_base + (board.memory_mib << 20)
    card = WORK / "card"
    card.write_bytes(bytes(CARD_BYTES))
    disk = {"disk": card, "extra": ["-snapshot"]}
    native, _ = measure_once("io-native", BOARD, build_native(BOARD), [f"guest=native:{board.ram_base:#x}:{end:#x}"],
                             dtb=board.dtb_path(), initrd=payloads["dom0-initrd"], **disk,
                             append=f"console={board.native_console} {LINUX_ARGUMENTS} exen.init=/io/dom0")
    image = build_image(BOARD, FILES / "io.dts", payloads=payloads, output=WORK / "io.img", hypervisor=HYPERVISOR)
    run, _ = measure_once("io", BOARD, image, hypervisor_options(BOARD, hypervisor_elf(), image), **disk)
    return native, run


def figures(table):
    """fio on vexpress-a9: natively, in dom0, in domU."""
    WORK.mkdir(parents=True, exist_ok=True)
    native, run = _run(BOARDS[BOARD], _payloads())
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
