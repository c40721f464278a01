# SPDX-License-Identifier: Apache-2.0
"""/dev/rtlink0: Linux as the operator of guest/demos/control-loop (image/configs/realtime.dts)."""

import re

import pytest

from deadlines import SHELL_S
from exenboot import XEN
from exenboot.images import build_image

CONTROL = 2
# Whole lines of the loop, one a read: the last of NUMBER
READ = "dd if=/dev/rtlink0 bs=120 count=%d 2>/dev/null | tail -n 1"
STATE = r"t=([\d.]+) set=(-?\d+) speed=(-?\d+) out=(-?\d+) late=\d+ worst=(\d+) overruns=(\d+) lost=\d+"


@pytest.fixture(scope="module", params=["vexpress-a9", pytest.param("realview-eb-arm926", marks=pytest.mark.long)])
def session(request, module_lab):
    """A machine whose dom0 has its shell and the link."""
    session = module_lab.boot(request.param, build_image(request.param, "realtime"), icount=True)
    session.shell("dom0", SHELL_S)
    session.output("dom0", "until [ -c /dev/rtlink0 ]; do sleep 0.1; done")
    return session


def state(session, number):
    """The set-point, the speed and the cycles left out, as the NUMBERth message from now on says."""
    found = re.fullmatch(STATE, session.output("dom0", READ % number).strip())
    assert found, "not a line of the loop's"
    return int(found[2]), int(found[3]), int(found[6])


def test_state_and_set_point(session):
    for rpm in (1500, -800):
        session.output("dom0", f"echo set {rpm} >/dev/rtlink0")
        set_rpm, speed, _ = state(session, 100)
        assert set_rpm == rpm and abs(speed - rpm) <= 5


def test_drawn(session):
    """Live: the speed (o) runs after a set-point (|) that changes meanwhile."""
    session.output("dom0", "echo set -1000 >/dev/rtlink0")
    assert state(session, 100)[1] == -1000
    text = session.output("dom0", "(sleep 0.5; echo set 1200 >/dev/rtlink0) & exen-draw 60")
    lines = re.findall(r"(?m)^[\d.]+ (.{61}) +(-?\d+) rpm, late \d+ ns$", text)
    assert len(lines) == 60
    for line, rpm in lines:
        assert line.index("o") == int((int(rpm) + 1800) * 60 / 3600 + 0.5)
    assert any(line.find("|") == 50 > line.index("o") for line, _ in lines)
    assert abs(int(lines[-1][1]) - 1200) <= 5


def test_a_message_is_a_message(session):
    """Too long a one is refused, whoever asks for less than one gets nothing, a command that is none is named."""
    start = session.mark(f"d{CONTROL}")
    assert "Message too long" in session.run("dom0", "head -c 121 /dev/zero | dd of=/dev/rtlink0 bs=121").text
    assert session.run("dom0", "dd if=/dev/rtlink0 of=/dev/null bs=119 count=1").status != 0
    session.output("dom0", "printf faster >/dev/rtlink0")
    session.wait_for(f"d{CONTROL}", rb"a command of 6 bytes is not understood", start=start)


def test_the_loop_waits_for_nobody(session):
    """Without a reader its ring is full, and it counts what is lost."""
    before = state(session, 1)
    session.output("dom0", "sleep 2")
    lost = int(re.search(r"lost=(\d+)", session.output("dom0", READ % 64))[1])
    assert lost > 0 and state(session, 1)[2] == before[2]


def test_who_waits_gets_what_comes_after_a_restart(session):
    """The loop's domain is crashed from outside; a reader of before has an end, the next one gets the new loop's states."""
    start = session.mark(XEN)
    session.output("dom0", "cat /dev/rtlink0 >/tmp/states & echo $! >/tmp/reader; sleep 0.5")
    session.hypervisor_command(f"crash {CONTROL}")
    session.wait_for(XEN, rb"domain 2 .control. crashed: from the hypervisor", start=start)
    session.output("dom0", "until [ -c /dev/rtlink0 ]; do sleep 0.1; done")
    assert state(session, 50)[0] == 1000
