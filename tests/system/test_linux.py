# SPDX-License-Identifier: Apache-2.0
"""Two Linux systems side by side: shells, devices, xenstore, and a domU that comes and goes."""

import re
import time

import pytest

from deadlines import SHELL_S
from exenboot import BOARDS, XEN
from exenboot.images import OUT, PAYLOADS, build_image, build_native

DISK_MIB = 16
# Machines of QEMU's with a PL031.  A busy host reads the answer late
CLOCKS = {"vexpress-a9", "versatilepb", "realview-eb", "realview-pb-a8"}
CLOCK_S = 60
DISK_TEXT = b"the first sector of the card\n"


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    """A raw SD card with something in its first sector."""
    path = tmp_path_factory.mktemp("disk") / "card"
    path.write_bytes(DISK_TEXT.ljust(512, b"\0") + bytes(DISK_MIB * 1024 * 1024 - 512))
    return path


# Each generation of processors and kind of interrupt controller, with FIQ and (RealView) without
BOARDS_2 = ["vexpress-a9", "sabrelite", "versatilepb", "versatilepb-arm1176", "realview-eb-cortex-a8"]
MORE_BOARDS_2 = ["xilinx-zynq-a9", "versatilepb-arm1136", "realview-eb-arm926", "realview-eb-arm1136",
                 "realview-eb-arm1176", "realview-eb-cortex-a9", "realview-pb-a8"]


@pytest.fixture(scope="module", params=[
    *BOARDS_2, *(pytest.param(board, marks=pytest.mark.long) for board in MORE_BOARDS_2)])
def linux2(request, module_lab):
    """Both systems at their shells."""
    session = module_lab.boot(request.param, build_image(request.param, "linux2"))
    session.shell("dom0", SHELL_S)
    session.shell("domU", SHELL_S)
    return session


@pytest.fixture(scope="module")
def vexpress(module_lab, disk):
    """Both systems on the board with all devices."""
    session = module_lab.boot("vexpress-a9", build_image("vexpress-a9", "linux2"), network=True,
                              disk=disk)
    session.shell("dom0", SHELL_S)
    session.shell("domU", SHELL_S)
    return session


# -- all boards

def test_both_run_the_same_kernel(linux2):
    versions = [linux2.output(domain, "uname -rv") for domain in ("dom0", "domU")]
    assert versions[0] == versions[1]
    assert versions[0].startswith("6.1.")


def test_xen_is_what_they_see(linux2):
    for domain in ("dom0", "domU"):
        assert "Xen" in linux2.output(domain, "dmesg | grep -i xen")
        assert linux2.output(domain, "cat /sys/hypervisor/type").strip() == "xen"


def test_they_compute_the_same_at_the_same_time(linux2):
    command = "seq 1 60000 | gzip -c | gunzip -c | md5sum"
    wanted = linux2.output("dom0", command)
    linux2.run("domU", f"( {command} ) >/run/sum 2>&1 &")
    for _ in range(3):
        assert linux2.output("dom0", command) == wanted
    assert linux2.output("domU", "while ! [ -s /run/sum ]; do sleep 0.1; done; cat /run/sum") == wanted


def test_processes_come_and_go(linux2):
    for domain in ("dom0", "domU"):
        assert linux2.output(domain, "for i in $(seq 1 100); do true | cat; done; echo $i", 120) == "100\n"


def test_time_goes_on_alike(linux2):
    uptimes = []
    for _ in range(2):
        for domain in ("dom0", "domU"):
            uptimes.append(float(linux2.output(domain, "cat /proc/uptime").split()[0]))
        linux2.run("domU", "sleep 1")
    assert uptimes[2] - uptimes[0] >= 1
    assert uptimes[3] - uptimes[1] >= 1


def test_time_of_day(linux2):
    """From the board's clock, in both from the start on."""
    if linux2.machine.board.machine not in CLOCKS:
        pytest.skip("no clock with a battery on this board, or QEMU doesn't model it")
    for domain in ("dom0", "domU"):
        assert abs(time.time() - int(linux2.output(domain, "date +%s"))) < CLOCK_S
    assert "pl031" in linux2.output("dom0", "cat /sys/class/rtc/rtc0/name")


def test_dom_u_sees_no_hardware(linux2):
    interrupts = linux2.output("domU", "cat /proc/interrupts")
    assert not re.search(r"(?i)uart|mmc|eth|ahci|usb|pl0", interrupts), interrupts
    assert linux2.output("domU", "ls /sys/class/mmc_host /sys/class/tty 2>/dev/null; true").find("AMA") < 0
    assert "eth" not in linux2.output("domU", "ls /sys/class/net")


def test_dom_u_has_only_its_memory(linux2):
    total_kib = int(re.search(r"MemTotal: +(\d+)", linux2.output("domU", "cat /proc/meminfo"))[1])
    assert 20 * 1024 < total_kib < 40 * 1024


# -- devices of dom0

def test_disk(vexpress):
    assert vexpress.output("dom0", "head -n 1 /dev/mmcblk0").encode() == DISK_TEXT
    assert vexpress.output("dom0", "set -e; dd if=/dev/urandom of=/tmp/x bs=64k count=32 2>/dev/null; "
                  "dd if=/tmp/x of=/dev/mmcblk0 bs=64k seek=8 2>/dev/null; sync; "
                  "echo 3 >/proc/sys/vm/drop_caches; "
                  "dd if=/dev/mmcblk0 bs=64k skip=8 count=32 2>/dev/null | cmp - /tmp/x && echo same",
                  120) == "same\n"


def test_network(vexpress):
    vexpress.output("dom0", "ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up")
    assert " 0% packet loss" in vexpress.output("dom0", "ping -c 3 -W 5 10.0.2.2")


def test_framebuffer_and_input(linux2):
    if linux2.machine.board.name == "sabrelite":
        pytest.skip("QEMU's i.MX6 has no display and no keyboard")
    assert "pl111" in linux2.output("dom0", "cat /proc/fb").lower()
    names = linux2.output("dom0", "cat /proc/bus/input/devices")
    assert re.search("(?i)keyboard", names) and re.search("(?i)mouse", names)


def test_keyboard_of_the_board(vexpress):
    # Open before the key comes: evdev keeps nothing for who opens later.
    vexpress.run("dom0", "exec 3</dev/input/event0; ( dd bs=16 count=1 <&3 2>/dev/null | wc -c ) >/run/key &")
    vexpress.machine.qmp.command("send-key", keys=[{"type": "qcode", "data": "a"}])
    assert vexpress.output("dom0", "while ! [ -s /run/key ]; do sleep 0.1; done; cat /run/key") == "16\n"


def test_interrupts_of_devices_arrive(vexpress):
    def count():
        text = vexpress.output("dom0", "cat /proc/interrupts")
        return sum(int(line.split()[1]) for line in text.splitlines() if "mmci" in line)
    before = count()
    vexpress.output("dom0", "dd if=/dev/mmcblk0 of=/dev/null bs=64k count=16 iflag=direct 2>&1 || "
           "dd if=/dev/mmcblk0 of=/dev/null bs=64k skip=64 count=16 2>&1")
    assert count() > before


# The keyboard's controller is behind a second interrupt controller on versatilepb, where Linux finds no card
# in the slot without hypervisor either.
@pytest.mark.long
@pytest.mark.parametrize("board, sees_card", [
    ("versatilepb", False), ("versatilepb-arm1176", False), ("realview-eb-arm926", True),
    ("realview-eb-arm1136", True), ("realview-eb-cortex-a9", True), ("realview-pb-a8", True)])
def test_devices_of_other_boards(lab, disk, board, sees_card):
    session = lab.boot(board, build_image(board, "linux2"), network=True, disk=disk)
    session.shell("dom0", SHELL_S)
    session.output("dom0", "ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up")
    assert " 0% packet loss" in session.output("dom0", "ping -c 3 -W 5 10.0.2.2")
    if sees_card:
        assert session.output("dom0", "head -n 1 /dev/mmcblk0").encode() == DISK_TEXT
    interrupts = session.output("dom0", "cat /proc/interrupts")
    counts = [int(count) for count in re.findall(r"(?m)^ *\d+: +(\d+) .*kmi-pl050$", interrupts)]
    assert len(counts) == 2 and all(counts), interrupts


# -- xenstore

def test_xenstore_tools(vexpress):
    assert re.search(r'(?m)^ *local = ""', vexpress.output("dom0", "xenstore-ls"))
    vexpress.output("dom0", "xenstore-write /test/a one /test/b two")
    assert vexpress.output("dom0", "xenstore-read /test/a /test/b") == "one\ntwo\n"
    assert vexpress.output("dom0", "xenstore-list /test") == "a\nb\n"
    vexpress.output("dom0", "xenstore-chmod /test/a b1")
    assert "b1" in vexpress.output("dom0", "xenstore-ls -p /test")
    vexpress.output("dom0", "xenstore-rm /test")
    assert vexpress.run("dom0", "xenstore-read /test/a").status != 0


def test_xenstore_watch(vexpress):
    vexpress.output("dom0", "xenstore-watch -n 3 /watched >/run/watched & "
           "while ! [ -s /run/watched ]; do sleep 0.1; done; "      # an event when it is set up
           "for i in 1 2; do xenstore-write /watched/$i x; done; wait")
    assert vexpress.output("dom0", "cat /run/watched") == "/watched\n/watched/1\n/watched/2\n"


def test_xenstore_says_what_domains_there_are(vexpress):
    assert vexpress.output("dom0", "xenstore-list /local/domain").split() == ["0", "1"]
    assert vexpress.output("dom0", "xenstore-read /local/domain/1/name").strip() == "domU"


# -- the hypervisor's console

def test_keyboard_goes_round(vexpress):
    for target in ("dom0", "domU", XEN, "dom0"):
        vexpress.select(target)
        assert vexpress.keyboard == {"dom0": "d0", "domU": "d1", XEN: XEN}[target]


def test_console_commands(vexpress):
    listed = vexpress.hypervisor_command("help")
    for command in ("help", "domains", "evtchn", "grants", "xenstore", "irqs", "log", "reboot"):
        assert re.search(rf"(?m)^{command} ", listed)
    domains = vexpress.hypervisor_command("domains")
    assert re.search(r"(?m)^ +0 dom0 +running ", domains)
    assert re.search(r"(?m)^ +1 domU +running ", domains)
    assert len(vexpress.hypervisor_command("irqs").splitlines()) > 2
    assert "local" in vexpress.hypervisor_command("xenstore")
    assert vexpress.hypervisor_command("evtchn 1").strip()
    assert "no domain 7" in vexpress.hypervisor_command("evtchn 7")


def test_last_lines_of_a_domain(vexpress):
    vexpress.run("domU", "echo remember me >/dev/console")
    assert "| remember me" in vexpress.hypervisor_command("log 1")


# -- domU ends

def end(session, command):
    """Types `command`, which ends domU; returns the place in its text where that was."""
    start = session.mark("domU")
    session.forget_shell("domU")
    session.send("domU", command.encode() + b"\r")
    return start


def restart(session, command, timeout=SHELL_S):
    """domU ends by `command` and comes back to a shell."""
    start = end(session, command)
    session.wait_for("domU", rb"Linux version 6\.1", timeout, start)
    session.shell("domU", timeout)


def test_dom_u_restarts(vexpress):
    uptime = float(vexpress.output("dom0", "cat /proc/uptime").split()[0])
    for _ in range(5):
        restart(vexpress, "reboot -f")
        assert vexpress.output("domU", "echo alive") == "alive\n"
    assert float(vexpress.output("dom0", "cat /proc/uptime").split()[0]) > uptime
    assert re.search(r"(?m)^ +1 domU +running .* 6 +\d+\.\d+ s$", vexpress.hypervisor_command("domains"))


def test_dom_0_sets_the_clock(vexpress):
    """What dom0 is told, a domain that starts later knows."""
    vexpress.output("dom0", "date -s @2000000000")
    restart(vexpress, "reboot -f")
    assert 0 <= int(vexpress.output("domU", "date +%s")) - 2000000000 < CLOCK_S
    vexpress.output("dom0", f"date -s @{int(time.time())}")


def test_dom_u_crashes(vexpress):
    restart(vexpress, "echo c >/proc/sysrq-trigger")
    assert vexpress.output("dom0", "echo unharmed") == "unharmed\n"


def test_watchdog(vexpress):
    """While a program sets it anew domU lives on; then the hypervisor ends it, and its policy starts it again."""
    vexpress.output("domU", "watchdog -T 3 -t 1 /dev/watchdog && sleep 5")
    start, said = vexpress.mark("domU"), vexpress.mark(XEN)
    vexpress.output("domU", "killall -STOP watchdog")
    vexpress.wait_for(XEN, rb"domain 1 .domU. ends: watchdog", start=said)
    vexpress.wait_for("domU", rb"Linux version", start=start)
    vexpress.forget_shell("domU")
    vexpress.shell("domU", SHELL_S)


@pytest.mark.long
def test_dom_u_starts_a_hundred_times(lab):
    session = lab.boot("vexpress-a9", build_image("vexpress-a9", "linux2"))
    session.shell("dom0", SHELL_S)
    session.shell("domU", SHELL_S)
    free = int(session.output("dom0", "awk '/MemFree/ { print $2 }' /proc/meminfo"))
    for _ in range(100):
        restart(session, "reboot -f")
    assert session.output("dom0", "echo alive") == "alive\n"
    assert int(session.output("dom0", "awk '/MemFree/ { print $2 }' /proc/meminfo")) > free * 0.9


# Each interrupt controller, with its own number of lines: those of dom0 are masked at its end, and only those
@pytest.mark.parametrize("board", ["vexpress-a9", "versatilepb", *(pytest.param(board, marks=pytest.mark.long) for board in
                                                                   ("kzm", "raspi0", "cubieboard"))])
def test_dom_0_restarts(lab, board):
    session = lab.boot(board, build_image(board, "linux2"))
    session.shell("domU", SHELL_S)
    session.shell("dom0", SHELL_S)
    start = session.mark("dom0")
    session.send("dom0", b"reboot -f\r")
    session.wait_for("dom0", rb"Linux version 6\.1", SHELL_S, start)
    session.forget_shell("dom0")
    session.shell("dom0", SHELL_S)
    for domain in ("dom0", "domU"):
        assert session.output(domain, "echo alive") == "alive\n"


# -- the end of all

def test_dom_u_powers_off_and_dom_0_goes_on(lab):
    session = lab.boot("vexpress-a9", build_image("vexpress-a9", "linux2"))
    session.shell("domU", SHELL_S)
    start = end(session, "poweroff -f")
    session.wait_for("domU", rb"Power down|System halted", start=start)
    session.select("dom0")
    assert session.output("dom0", "echo alive") == "alive\n"
    assert re.search(r"(?m)^ +1 domU +halted ", session.hypervisor_command("domains"))


@pytest.mark.parametrize("board", ["vexpress-a9", *(
    pytest.param(board, marks=pytest.mark.long)
    for board in ("sabrelite", "xilinx-zynq-a9", "versatilepb-arm1176", "realview-pb-a8"))])
def test_console_reboot_resets_the_board(lab, board):
    session = lab.boot(board, build_image(board, "linux2"))
    session.shell("dom0", SHELL_S)
    session.send(XEN, b"reboot\r")
    assert session.wait_exit(60) == 0


def test_native_kernel_still_boots(lab):
    board = BOARDS["vexpress-a9"]
    session = lab.boot(board, build_native(board.name), prefixes=False, dtb=board.dtb_path(),
                       initrd=OUT / PAYLOADS["linux2"]["dom0-initrd"],
                       append="console=ttyAMA0 rdinit=/init")
    assert session.output("dom0", "dmesg | grep -c -i 'xen support'; true").strip() == "0"
