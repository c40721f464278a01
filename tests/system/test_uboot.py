# SPDX-License-Identifier: Apache-2.0
"""U-Boot boots the image, as on a real SABRE Lite: Debian's build of it, bootz, its device tree fix-ups."""

import pathlib
import subprocess

import pexpect
import pytest

from exenboot.boards import BOARDS
from exenboot.images import OUT, TOP, build_image

BOARD = BOARDS["sabrelite"]
PROMPT = "=> "
UBOOT_AT, IMAGE_AT, DTB_AT = 0x17800000, 0x12000000, 0x18000000
IMX_HEADER = 0xc00              # of an .imx file: vector table and device configuration for the boot ROM
UBOOT_MIB = 1024                # U-Boot is configured for the board's memory and doesn't look
LOGS = OUT / "check" / "system"


@pytest.fixture(scope="module")
def uboot():
    """U-Boot for the board with its device tree behind it, without the boot ROM's header."""
    package = subprocess.run([TOP / "scripts/fetch-deb", "armhf", "u-boot-imx"], check=True,
                             capture_output=True, text=True).stdout.strip()
    imx = pathlib.Path(package) / "usr/lib/u-boot/mx6qsabrelite/u-boot-dtb.imx"
    LOGS.mkdir(parents=True, exist_ok=True)
    binary = LOGS / "u-boot.bin"
    binary.write_bytes(imx.read_bytes()[IMX_HEADER:])
    return binary


def in_ram(file, address):
    """QEMU's options that put a file into RAM, as U-Boot's `load` would."""
    return ["-device", f"loader,file={file},addr={address:#x},force-raw=on"]


def boot(uboot, image, log):
    """U-Boot at its prompt (on the second UART); what the hypervisor says on the first goes to `log`."""
    command = ["qemu-system-arm", *BOARD.qemu_options(), "-m", str(UBOOT_MIB), "-display", "none",
               "-nic", "none", "-monitor", "none", "-no-reboot",
               "-semihosting-config", "enable=on,target=native",
               *in_ram(uboot, UBOOT_AT), "-device", f"loader,addr={UBOOT_AT:#x},cpu-num=0",
               *in_ram(image, IMAGE_AT), *in_ram(BOARD.dtb_path(), DTB_AT),
               "-serial", f"file:{log}", "-serial", "stdio"]
    process = pexpect.spawn(command[0], command[1:], timeout=120, encoding="utf-8")
    process.expect("Hit any key to stop autoboot")
    process.send(" ")
    process.expect_exact(PROMPT)
    process.sendline(f"bootz {IMAGE_AT:#x} - {DTB_AT:#x}")
    process.expect_exact("Starting kernel ...")
    return process


@pytest.mark.timeout(400)
def test_bootz(uboot):
    image = build_image("sabrelite", "test1", {"guest0": OUT / "guest" / "tests" / "hello.bin"},
                        OUT / "check" / "images" / "uboot.img")
    log = LOGS / "uboot-hypervisor.log"
    process = boot(uboot, image, log)
    process.expect(pexpect.EOF)
    process.close()
    text = log.read_text()
    assert "physical ones arrive as FIQ" in text, text
    assert process.exitstatus == 0, text


@pytest.mark.long
@pytest.mark.timeout(600)
def test_bootz_of_two_linux(uboot):
    log = LOGS / "uboot-linux.log"
    process = boot(uboot, build_image("sabrelite", "linux2"), log)
    try:
        assert has_lines(process, log, ("dom0: shell ready", "domU: shell ready"), 300), log.read_text()
    finally:
        process.close(force=True)


def has_lines(process, log, lines, timeout):
    """Whether all of `lines` come into the file before the time (s) is over or QEMU ends."""
    for _ in range(timeout):
        text = log.read_text(errors="replace")
        if all(line in text for line in lines):
            return True
        if process.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=1) == 0:
            return False
    return False
