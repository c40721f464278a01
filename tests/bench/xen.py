# SPDX-License-Identifier: Apache-2.0
"""Debian's Xen on a core with virtualization extensions: the same fio jobs in a domU, to compare with.

dom0 and domU run Debian's kernel; dom0's tools make the domU.  Xen is where QEMU loads it, dom0 where
Xen says; what is in neither place is domU.  Then cyclictest in a domU beside a dom0 under load, with credit2: the null
scheduler wants a processor for each vcpu, and there is one.
"""

import re
import subprocess

from disks import FILES, SIZES, job_counts
from exenboot import Machine, Session
from exenboot.boards import Board
from exenboot.console import LOADER
from exenboot.errors import BootFailure, Timeout
from exenboot.images import TOP
from load import PROGRAMS, SCRIPTS
from measure import BENCH, MeasureError, measure_once
from userland import pack, stage, unpack

WORK = BENCH / "xen"
VIRT = Board("xen-virt", "virt,virtualization=on,gic-version=2,highmem=off", "cortex-a15", "v7", "", "",
             memory_mib=1024, ram_base=0x40000000, nic_model="", native_console="")
PACKAGES = ["fio", "iperf3", "rt-tests", "stress-ng", "linux-image-armmp", "xen-hypervisor-4.17-armhf", "xen-utils-4.17"]
TOOLS = "usr/lib/xen-4.17/bin/"
DOM0_PROGRAMS = [TOOLS + "xl", TOOLS + "xenstored", TOOLS + "xenconsoled", TOOLS + "xen-init-dom0",
                 "usr/bin/xenstore-read", "usr/bin/xenstore-write", "lib/arm-linux-gnueabihf/libgcc_s.so.1"]
MODULES = {"dom0": ("xen/xen-evtchn", "xen/xen-gntdev", "xen/xen-privcmd", "xen/xenfs/xenfs", "block/loop",
                    "block/xen-blkback/xen-blkback"),
           "domU": ("block/xen-blkfront",)}
XEN_ARGUMENTS = "dom0_mem=384M dom0_max_vcpus=1 console=dtuart dtuart=/pl011@9000000 bootscrub=0"
DOM0_ARGUMENTS = "console=hvc0 rdinit=/xen/dom0 quiet lpj=5000000"
# Not at 0x48000000: there QEMU puts its device tree.
KERNEL_AT, INITRD_AT = 0x4a000000, 0x4c000000
XEN_AT = 0x40010000, 0x40200000
DOM0_AT = 0x60000000, 0x78000000
JOBS = [(pattern, size) for pattern in ("read", "write") for size in SIZES]
MODES = ("persistent", "mapped")       # what xen/dom0 makes a domU for: grants that stay, grants of a request


RT_RESULT = rb"Min: *(\d+) Act: *\d+ Avg: *(\d+) Max: *(\d+)[\s\S]*cyclictest: status 0"
RT_LOAD = rb"is loaded with .*stress-ng fio (dd )?iperf3"
RT_TIMEOUT_S = 1800


def _files(root, domain):
    busybox = subprocess.run([TOP / "scripts/fetch-deb", "armhf", "busybox-static"], check=True, capture_output=True,
                             text=True).stdout.strip()
    drivers = next((root / "lib/modules").iterdir()) / "kernel/drivers"
    files = {"bin/busybox": f"{busybox}/bin/busybox", "io/mark": BENCH / "mark",
             "xen/start": TOP / "tests/bench/xen/start", f"xen/{domain}": TOP / "tests/bench/xen" / domain}
    files.update({f"lib/modules/{name.split('/')[-1]}.ko": drivers / f"{name}.ko" for name in MODULES[domain]})
    return files


def _initrds(root, kernel):
    """dom0's initramfs, with domU's in it."""
    stage(WORK / "domU", root, ["usr/bin/fio"], {**_files(root, "domU"), "io/disk": FILES / "disk"})
    domu, dom0 = WORK / "domU.cpio.gz", WORK / "dom0.cpio.gz"
    domu.write_bytes(pack(WORK / "domU"))
    stage(WORK / "dom0", root, DOM0_PROGRAMS, {
        **_files(root, "dom0"), "xen/kernel": kernel, "xen/domU.cpio.gz": domu,
        "xen/domU.cfg": TOP / "tests/bench/xen/domU.cfg", "xen/attach": TOP / "tests/bench/xen/attach"})
    dom0.write_bytes(pack(WORK / "dom0"))
    return dom0


def _guest_loader(kernel, initrd, arguments):
    return ["-device", f"guest-loader,addr={KERNEL_AT:#x},kernel={kernel},bootargs={arguments}",
            "-device", f"guest-loader,addr={INITRD_AT:#x},initrd={initrd}"]


def _rt_initrd(root, kernel):
    """dom0's initramfs with rt/'s load, with that of a domU that has cyclictest in it."""
    stage(WORK / "rt-domU", root, ["usr/bin/cyclictest"], {**_files(root, "domU"), "xen/rt": TOP / "tests/bench/xen/rt"})
    domu, dom0 = WORK / "rt-domU.cpio.gz", WORK / "rt-dom0.cpio.gz"
    domu.write_bytes(pack(WORK / "rt-domU"))
    stage(WORK / "rt-dom0", root, [*DOM0_PROGRAMS, *PROGRAMS, "usr/bin/fio"], {
        **_files(root, "dom0"), "xen/kernel": kernel, "xen/domU.cpio.gz": domu, "rt/seed": BENCH / "net/seed",
        "xen/rt.cfg": TOP / "tests/bench/xen/rt.cfg", **{f"rt/{name}": SCRIPTS / name for name in ("load", "forks")}})
    dom0.write_bytes(pack(WORK / "rt-dom0"))
    return dom0


def _rt(table, root, kernel):
    """cyclictest's figures."""
    extra = _guest_loader(kernel, _rt_initrd(root, kernel), DOM0_ARGUMENTS + " rt rootfstype=ramfs")
    with Machine(VIRT, root / "boot/xen-4.17-armhf", log=BENCH / "xen-rt.console", icount=True,
                 append=f"{XEN_ARGUMENTS} sched=credit2", extra=extra) as machine:
        session = Session(machine, prefixes=False)
        try:
            session.wait_for(LOADER, RT_LOAD, RT_TIMEOUT_S)
            found = session.wait_for(LOADER, RT_RESULT, RT_TIMEOUT_S)
        except (Timeout, BootFailure) as error:
            raise MeasureError(f"xen: cyclictest: {error}\n{session.last_lines()}") from None
    for what, value in zip(("min", "avg", "max"), found.groups[1:]):
        table.set(f"xen.cyclictest.{what}", int(value))


def _run(root, kernel):
    """Xen's own code runs in the lowest 3 GiB; what else lies in its memory is what it freed after booting."""
    places = (("xen", XEN_AT), ("dom0", DOM0_AT), ("domU", (VIRT.ram_base, VIRT.ram_base + (VIRT.memory_mib << 20))))
    options = [f"guest={name}:{first:#x}:{end:#x}" for name, (first, end) in places]
    run, _ = measure_once(
        "xen", VIRT, root / "boot/xen-4.17-armhf", options,
        append=XEN_ARGUMENTS, extra=_guest_loader(kernel, _initrds(root, kernel), DOM0_ARGUMENTS))
    console = (BENCH / "xen.0.console").read_text(errors="replace")
    bank = re.search(r"BANK\[0\] (0x\w+)-(0x\w+) \(384MB\)", console)
    if not bank or tuple(int(address, 16) for address in bank.groups()) != DOM0_AT:
        raise MeasureError("Xen has put dom0 elsewhere")
    return run


def figures(table):
    """cyclictest in a domU of Xen; fio in one, its disk served by dom0, instructions of Xen's among all."""
    root = unpack(WORK / "debian", PACKAGES)
    kernel = next((root / "boot").glob("vmlinuz-*"))
    _rt(table, root, kernel)
    run = _run(root, kernel)
    for job, counts in job_counts(run, [(mode, *job) for mode in MODES for job in JOBS]).items():
        name, total = f"xen.{'.'.join(job)}", sum(counts.values())
        table.set(name, total)
        table.set(f"{name}.hypervisor", counts["xen-user"])
        table.set(f"{name}.share", 100 * counts["xen-user"] / total)
