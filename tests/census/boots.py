# SPDX-License-Identifier: Apache-2.0
"""Machines under the census: two Linux systems on the hypervisor, or one without it, each with some load; or
an in-guest test."""

import dataclasses

import census
from exenboot.boards import BOARDS, OUT
from exenboot.images import PAYLOADS, TOP, build_image, build_native
from measure import slots

SHELL_S = 300
COMMAND_S = 120
CARD_MIB = 16
# Processes, pipes, page faults, mappings, and files from memory
LOAD = ("for i in 1 2 3 4 5 6 7 8; do seq 1 400 | gzip -c | gunzip -c | md5sum; done >/run/sums; "
        "sort -u /run/sums | wc -l")


@dataclasses.dataclass
class Result:
    """What a machine did."""

    census: census.Census
    cpu: str                    # QEMU's name
    kernels: dict               # {d0: v6v7, ...}
    symbols: census.Symbols


def _load(session, domain):
    """A bit of everything in a domain; the results must be one."""
    done = session.run(domain, LOAD, COMMAND_S)
    if done.status or done.text.strip() != "1":
        raise RuntimeError(f"{domain}: {done.text}")


def _output(name):
    path = OUT / "census" / f"{name}.census"
    path.unlink(missing_ok=True)
    return path


def two_systems(boot, board, kernel=None):
    """dom0 with the board's kernel, domU with `kernel` or the same.

    boot: makes a Session of (board, image, plugin=...), as Lab.boot() of tests/system does.
    """
    machine = BOARDS[board]
    kernels = {"dom0": machine.kernel, "domU": kernel or machine.kernel}
    image = build_image(board, "linux2", kernels={"domU": kernel} if kernel else None)
    output = _output(f"{board}-{kernels['domU']}")
    session = boot(board, image, plugin=census.plugin(machine, output, image))
    for domain in ("dom0", "domU"):
        session.shell(domain, SHELL_S)
    for domain in ("domU", "dom0"):
        _load(session, domain)
    session.machine.close()
    names = {"d0": kernels["dom0"], "d1": kernels["domU"]}
    memory = {f"d{number}": first for number, (first, _) in slots(BOARDS[board], image).items()}
    return Result(census.parse(output), machine.cpu, names, census.Symbols(
        {domain: OUT / f"linux-{name}" / "vmlinux" for domain, name in names.items()}, memory))


def disk_writes(boot, board, mib):
    """dom0 serves the card to domU, which writes some MiB there, each page of its page cache once."""
    machine = BOARDS[board]
    image = build_image(board, "disk")
    output = _output(f"{board}-disk-{mib}")
    card = OUT / "census" / f"{board}.card"
    card.write_bytes(bytes(CARD_MIB << 20))
    session = boot(board, image, plugin=census.plugin(machine, output, image), disk=card)
    session.shell("dom0", SHELL_S)
    done = session.run("domU", f"until [ -b /dev/xvda ]; do sleep 0.1; done; dd if=/dev/zero of=/dev/xvda bs=64k count={16 * mib} "
                       "conv=notrunc,fsync", SHELL_S)
    if done.status:
        raise RuntimeError(done.text)
    session.machine.close()
    names = {domain: machine.kernel for domain in ("d0", "d1")}
    memory = {f"d{number}": first for number, (first, _) in slots(machine, image).items()}
    return Result(census.parse(output), machine.cpu, names, census.Symbols(
        {domain: OUT / f"linux-{machine.kernel}" / "vmlinux" for domain in names}, memory))


def in_guest(boot, board, test):
    """An in-guest test of two domains that switch all the time; test: its entry of tests.json."""
    machine = BOARDS[board]
    binary = TOP / test["binary"]
    image = build_image(board, TOP / test["config"], {name: binary for name in test["payloads"]},
                        OUT / "census" / f"{test['name']}-{board}.img")
    output = _output(f"{board}-{test['name']}")
    session = boot(board, image, plugin=census.plugin(machine, output, image))
    session.expect_panic = True
    session.wait_exit(test["timeout"])
    elf = binary.with_suffix(".elf")
    return Result(census.parse(output), machine.cpu, {}, census.Symbols({"d0": elf, "d1": elf}))


def native(boot, board, kernel=None):
    """The board's kernel, or `kernel`, without the hypervisor."""
    machine = BOARDS[board]
    name = kernel or machine.kernel
    output = _output(f"{board}-native-{name}")
    session = boot(board, build_native(board, kernel), prefixes=False,
                   plugin=census.plugin(machine, output), dtb=machine.dtb_path(),
                   initrd=OUT / PAYLOADS["linux2"]["dom0-initrd"],
                   append=f"console={machine.native_console} rdinit=/init")
    session.shell("dom0", SHELL_S)
    _load(session, "dom0")
    session.machine.close()
    return Result(census.parse(output), machine.cpu, {"native": name}, census.Symbols(
        {"native": OUT / f"linux-{name}" / "vmlinux"}, {"native": machine.ram_base}))
