# SPDX-License-Identifier: Apache-2.0
"""Debian's Xen on a core with virtualization extensions: the same fio jobs in a domU, to compare with.

dom0 and domU run Debian's kernel; dom0's tools make the domU.  Xen is where QEMU loads it, dom0 where
Xen says; what is in neither place is domU.  Then cyclictest in a domU of Debian's PREEMPT_RT beside dom0.  Debian's Xen
has no null scheduler (CONFIG_SCHED_NULL), which would want a processor for each vcpu besides.
"""

import re
import shutil
import subprocess

from cyclictest import wait_result
from disks import FILES, SIZES, job_counts
from exenboot.boards import Board
from exenboot.console import LOADER
from exenboot.images import TOP
from load import PROGRAMS, SCRIPTS
from machines import booted
from measure import BENCH, MeasureError, measure_once
from userland import pack, stage, unpack

WORK = BENCH / "xen"
VIRT = Board("xen-virt", "virt,virtualization=on,gic-version=2,highmem=off", "cortex-a15", "v7", "", "",
             memory_mib=1024, ram_base=0x40000000, nic_model="", native_console="")
PACKAGES = ["fio", "iperf3", "rt-tests", "stress-ng", "linux-image-armmp", "linux-image-rt-armmp",
            "xen-hypervisor-4.17-armhf", "xen-utils-4.17"]
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
# Figure: Xen's arguments.  A vcpu has a millisecond before another takes its place, unless the limit is 0 ("free").
RT_RUNS = {"credit2.load": "sched=credit2", "credit2_free.load": "sched=credit2 sched_ratelimit_us=0",
           "credit_free.load": "sched=credit sched_ratelimit_us=0", "credit2.idle": "sched=credit2"}


def _kernel(root, flavour):
    return next((root / "boot").glob(f"vmlinuz-*[0-9]-{flavour}"))


def _files(root, domain):
    busybox = subprocess.run([TOP / "scripts/fetch-deb", "armhf", "busybox-static"], check=True, capture_output=True,
                             text=True).stdout.strip()
    drivers = root / "lib/modules" / _kernel(root, "armmp").name.removeprefix("vmlinuz-") / "kernel/drivers"
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


def _module(root):
    """The load's kernel module for Debian's kernel, made with its headers and this machine's build of its tools."""
    headers = f"linux-headers-{_kernel(root, 'armmp').name.removeprefix('vmlinuz-')}"
    host = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()
    folder, source = WORK / "headers", WORK / "irqsoff"
    shutil.rmtree(folder, ignore_errors=True)
    for words in (["armhf", headers, headers.replace("-armmp", "-common")], [host, "linux-kbuild-6.1"]):
        for package in subprocess.run([TOP / "scripts/fetch-deb", *words], check=True, capture_output=True,
                                      text=True).stdout.split():
            shutil.copytree(f"{package}/usr", folder / "usr", symlinks=True, dirs_exist_ok=True)
    makefile = folder / "usr/src" / headers / "Makefile"
    makefile.write_text(makefile.read_text().replace("/usr/src", str(folder / "usr/src")))
    shutil.copytree(TOP / "guest/linux/modules/irqsoff", source, dirs_exist_ok=True)
    subprocess.run(["make", "-s", "-C", makefile.parent, f"M={source}", "ARCH=arm", "CROSS_COMPILE=arm-linux-gnueabi-",
                    "modules"], check=True, stdout=subprocess.DEVNULL)
    return source / "irqsoff.ko"


def _guest_loader(kernel, initrd, arguments):
    return ["-device", f"guest-loader,addr={KERNEL_AT:#x},kernel={kernel},bootargs={arguments}",
            "-device", f"guest-loader,addr={INITRD_AT:#x},initrd={initrd}"]


def _rt_initrd(root):
    """dom0's initramfs with rt/'s load, with that of a domU that has cyclictest in it."""
    stage(WORK / "rt-domU", root, ["usr/bin/cyclictest"], {
        **_files(root, "domU"), "xen/rt": TOP / "tests/bench/xen/rt", "rt/cyclictest": SCRIPTS / "cyclictest"})
    domu, dom0 = WORK / "rt-domU.cpio.gz", WORK / "rt-dom0.cpio.gz"
    domu.write_bytes(pack(WORK / "rt-domU"))
    stage(WORK / "rt-dom0", root, [*DOM0_PROGRAMS, *PROGRAMS, "usr/bin/fio"], {
        **_files(root, "dom0"), "xen/kernel": _kernel(root, "rt-armmp"), "xen/domU.cpio.gz": domu, "rt/seed": BENCH / "net/seed",
        "rt/irqsoff.ko": _module(root), "xen/rt.cfg": TOP / "tests/bench/xen/rt.cfg",
        **{f"rt/{name}": SCRIPTS / name for name in ("load", "forks")}})
    dom0.write_bytes(pack(WORK / "rt-dom0"))
    return dom0


def _rt(table, root):
    """cyclictest's figures."""
    initrd, name = _rt_initrd(root), "xen.cyclictest.native.idle"
    with booted(name, VIRT, _kernel(root, "rt-armmp"), prefixes=False, initrd=WORK / "rt-domU.cpio.gz",
                append="console=ttyAMA0 rdinit=/xen/rt quiet lpj=5000000") as session:
        wait_result(table, name, session, LOADER, LOADER, "idle")
    for run, arguments in RT_RUNS.items():
        name, state = f"xen.cyclictest.{run}", run.split(".")[1]
        extra = _guest_loader(_kernel(root, "armmp"), initrd, f"{DOM0_ARGUMENTS} rootfstype=ramfs rt={state}")
        with booted(name, VIRT, root / "boot/xen-4.17-armhf", prefixes=False, append=f"{XEN_ARGUMENTS} {arguments}",
                    extra=extra) as session:
            wait_result(table, name, session, LOADER, LOADER, state)


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
    _rt(table, root)
    run = _run(root, _kernel(root, "armmp"))
    for job, counts in job_counts(run, [(mode, *job) for mode in MODES for job in JOBS]).items():
        name, total = f"xen.{'.'.join(job)}", sum(counts.values())
        table.set(name, total)
        table.set(f"{name}.hypervisor", counts["xen-user"])
        table.set(f"{name}.share", 100 * counts["xen-user"] / total)
