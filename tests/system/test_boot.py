# SPDX-License-Identifier: Apache-2.0
"""The hypervisor alone on every board: what it finds out, and how it ends."""

import pytest

from exenboot import BOARDS, XEN
from exenboot.images import HYPERVISOR
from statuses import REFUSED

NAMES = {"vexpress-a9": "Versatile Express A9", "sabrelite": "SABRE Lite",
         "xilinx-zynq-a9": "Zynq-7000", "versatilepb": "Versatile PB"}
CPUS = {"vexpress-a9": "Cortex-A9", "sabrelite": "Cortex-A9", "xilinx-zynq-a9": "Cortex-A9",
        "versatilepb": "ARM926EJ-S"}
HAS_FIQ = {"vexpress-a9": True, "sabrelite": True, "xilinx-zynq-a9": False, "versatilepb": True}


def refusal(session, timeout=60):
    """What the hypervisor says when it refuses to go on."""
    assert session.wait_exit(timeout) == REFUSED
    return session.text(XEN) + session.machine.errors()


@pytest.mark.parametrize("board", BOARDS)
def test_hypervisor_without_domains(lab, board):
    session = lab.boot(board, HYPERVISOR)
    text = refusal(session)
    assert f"on {NAMES[board]}\n" in text
    assert f"CPU: {CPUS[board]} (" in text
    assert f"memory: {BOARDS[board].memory_mib} MiB at {BOARDS[board].ram_base:08x}" in text
    assert f"physical ones arrive as {'FIQ' if HAS_FIQ[board] else 'IRQ'};" in text
    assert "boot: no domains" in text


@pytest.mark.parametrize("cpu, name", [("arm1136", "ARM1136"), ("arm1176", "ARM1176")])
def test_other_processors_of_the_same_board(lab, cpu, name):
    assert f"CPU: {name} (" in refusal(lab.boot("versatilepb", HYPERVISOR, cpu=cpu))


@pytest.mark.parametrize("board, cpu", [("versatilepb", "pxa270"), ("versatilepb", "cortex-a15")])
def test_unknown_processor(lab, board, cpu):
    assert "unknown CPU, main ID register" in refusal(lab.boot(board, HYPERVISOR, cpu=cpu))


@pytest.mark.parametrize("machine", ["realview-eb", "integratorcp"])
def test_unknown_board(lab, machine):
    session = lab.boot("versatilepb", HYPERVISOR, extra=["-M", machine])
    assert "unknown board: machine" in refusal(session)


@pytest.mark.parametrize("memory_mib", [4, 8])
def test_too_little_memory(lab, memory_mib):
    session = lab.boot("vexpress-a9", HYPERVISOR, memory_mib=memory_mib)
    assert f"too little memory: {memory_mib} MiB of RAM" in refusal(session)
