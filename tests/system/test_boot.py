# SPDX-License-Identifier: Apache-2.0
"""The hypervisor alone on every board: what it finds out, and how it ends."""

import pytest

from exenboot import BOARDS, XEN
from exenboot.images import HYPERVISOR
from statuses import REFUSED

# board: its name and its processor's, as the hypervisor calls them; do interrupts arrive as FIQ?
EXPECTED = {
    "vexpress-a9": ("Versatile Express A9", "Cortex-A9", True),
    "sabrelite": ("SABRE Lite", "Cortex-A9", True),
    "xilinx-zynq-a9": ("Zynq-7000", "Cortex-A9", False),
    "versatilepb": ("Versatile PB", "ARM926EJ-S", True),
    "versatilepb-arm1136": ("Versatile PB", "ARM1136", True),
    "versatilepb-arm1176": ("Versatile PB", "ARM1176", True),
    "realview-eb-arm926": ("RealView EB", "ARM926EJ-S", False),
    "realview-eb-arm1136": ("RealView EB", "ARM1136", False),
    "realview-eb-arm1176": ("RealView EB", "ARM1176", False),
    "realview-eb-cortex-a8": ("RealView EB", "Cortex-A8", False),
    "realview-eb-cortex-a9": ("RealView EB", "Cortex-A9", False),
    "realview-pb-a8": ("RealView PB-A8", "Cortex-A8", False),
}


def refusal(session, timeout=60):
    """What the hypervisor says when it refuses to go on."""
    assert session.wait_exit(timeout) == REFUSED
    return session.text(XEN) + session.machine.errors()


@pytest.mark.parametrize("board", EXPECTED)
def test_hypervisor_without_domains(lab, board):
    name, cpu, has_fiq = EXPECTED[board]
    text = refusal(lab.boot(board, HYPERVISOR))
    assert f"on {name}\n" in text
    assert f"CPU: {cpu} (" in text
    assert f"memory: {BOARDS[board].memory_mib} MiB at {BOARDS[board].ram_base:08x}" in text
    assert f"physical ones arrive as {'FIQ' if has_fiq else 'IRQ'};" in text
    assert "boot: no domains" in text


@pytest.mark.parametrize("board, cpu", [("versatilepb", "pxa270"), ("versatilepb", "cortex-a15")])
def test_unknown_processor(lab, board, cpu):
    assert "unknown CPU, main ID register" in refusal(lab.boot(board, HYPERVISOR, cpu=cpu))


@pytest.mark.parametrize("machine", ["realview-pbx-a9", "integratorcp"])
def test_unknown_board(lab, machine):
    session = lab.boot("versatilepb", HYPERVISOR, extra=["-M", machine])
    assert "unknown board: machine" in refusal(session)


@pytest.mark.parametrize("memory_mib", [4, 8])
def test_too_little_memory(lab, memory_mib):
    session = lab.boot("vexpress-a9", HYPERVISOR, memory_mib=memory_mib)
    assert f"too little memory: {memory_mib} MiB of RAM" in refusal(session)
