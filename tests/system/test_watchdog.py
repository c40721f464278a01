# SPDX-License-Identifier: Apache-2.0
"""The board's watchdog: what the hypervisor cannot preempt ends with a reset, and nothing else does."""

import re

import pytest

from deadlines import SHELL_S
from exenboot import XEN
from exenboot.images import TOP, build_image

BOARDS = ["sabrelite", "imx25-pdk"]
NODES = {"sabrelite": "20bc000", "imx25-pdk": "53fdc000"}
FOR_EVER = b"\xfe\xff\xff\xea"      # b . (interrupts masked)
STARTED = rb"^EmbeddedXEN, Xen ABI"
NOT_ASKED_FOR = "last reset: by the watchdog, or from outside: the hypervisor had not asked for it"
BOOT_S = 60
RESET_S = 60        # of this machine's time


def boot(lab, board):
    """A session with dom0's shell and the domain that hangs on demand."""
    session = lab.boot(board, build_image(board, "watchdog"), icount=True, icount_shift=5, may_reset=True)
    assert not session.machine.qmp.events()         # from now on they are told
    session.wait_for(XEN, rb"^watchdog: i.MX WDOG resets the board after 5 s without the hypervisor$", BOOT_S)
    session.wait_for("d1", rb"faults: ready", BOOT_S)
    session.shell("dom0", SHELL_S)
    return session


def hang(session, key):
    session.send("d1", key)
    session.wait_for("d1", rb"faults: " + key, BOOT_S)


def starts(session):
    """How often the hypervisor has started."""
    return len(re.findall(STARTED, bytes(session.console.text(XEN)), re.MULTILINE))


def kicks(session):
    """How often the watchdog has been kicked."""
    return int(re.search(r"(?m)^watchdog: 5 s, kicked (\d+) times$", session.hypervisor_command("domains"))[1])


def start_again(session, start):
    """The hypervisor, after `start` of its text, and dom0 come up once more."""
    session.forget_shell("dom0")
    session.keyboard = None         # nobody's, until the hypervisor says so
    start = session.wait_for(XEN, STARTED, RESET_S, start).end
    session.wait_for(XEN, rb"Serial input to dom0", BOOT_S, start)
    session.shell("dom0", SHELL_S)
    assert session.run("dom0", "true").status == 0


def reasons(session):
    """What it has said of resets."""
    return [line for line in session.text(XEN).splitlines() if line.startswith("last reset: ")]


@pytest.mark.parametrize("board", BOARDS)
def test_a_domain_masks_fiq_for_ever(lab, board):
    """The board is reset, says why, and dom0 is there again."""
    session = boot(lab, board)
    assert not reasons(session)
    start = session.mark(XEN)
    hang(session, b"F")
    start_again(session, start)
    assert reasons(session) == [NOT_ASKED_FOR]
    assert starts(session) == 2
    assert "WATCHDOG" in session.machine.qmp.events()


@pytest.mark.parametrize("board", BOARDS)
def test_load_is_no_fault(lab, board):
    """Everybody computes for three times the limit."""
    session = boot(lab, board)
    node = session.output("dom0", f"find /proc/device-tree/ -name '*@{NODES[board]}'").strip()
    assert "disabled" in session.output("dom0", f"cat {node}/status")       # it is the hypervisor's
    hang(session, b"c")
    session.run("dom0", "while :; do :; done &")
    before = kicks(session)
    session.poll(lambda: kicks(session) >= before + 12, RESET_S, "kicks of three times the limit")
    assert session.run("dom0", "true").status == 0
    assert starts(session) == 1
    assert "WATCHDOG" not in session.machine.qmp.events()


def test_reset_on_purpose(lab):
    """The hypervisor's own reset is not put down to the watchdog, one from outside is not to be told apart."""
    session = boot(lab, "sabrelite")
    start = session.mark(XEN)
    session.select(XEN)
    session.send(XEN, b"reboot\r")
    start_again(session, start)
    assert not reasons(session)
    kicks(session)                  # dom0's prompt has its line's end: the next start is seen
    start = session.mark(XEN)
    session.machine.qmp.command("system_reset")
    start_again(session, start)
    assert reasons(session) == [NOT_ASKED_FOR]


@pytest.mark.parametrize("board, seconds, message", [
    ("sabrelite", 0, rb"exen,watchdog is 0, and this one \(i.MX WDOG\) takes 1 to 128 seconds"),
    ("kzm", 129, rb"exen,watchdog is 129, and this one \(i.MX WDOG\) takes 1 to 128 seconds"),
    ("versatilepb", 10, rb"no driver for one on this board"),
])
def test_bad_value(lab, tmp_path, board, seconds, message):
    """One line says what is wrong, and the domain starts."""
    guest, config = tmp_path / "for-ever.bin", tmp_path / "bad.dts"
    guest.write_bytes(FOR_EVER)
    config.write_text((TOP / "image/configs/test1.dts").read_text().replace(
        "chosen {", f"chosen {{\n\t\texen,watchdog = <{seconds}>;", 1))
    session = lab.boot(board, build_image(board, config, {"guest0": guest}, tmp_path / "bad.img"))
    session.wait_for(XEN, rb"^watchdog: not started: " + message + rb"$", BOOT_S)
    session.wait_for(XEN, rb"Serial input to guest0", BOOT_S)
