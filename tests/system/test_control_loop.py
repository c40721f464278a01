# SPDX-License-Identifier: Apache-2.0
"""guest/demos/control-loop: a loop of 1 kHz on the executive, its operator in another domain."""

import re

import pytest

from exenboot.images import OUT, TOP, build_image

BINARY = OUT / "guest" / "demos" / "control-loop.bin"
WORST_NS = 50_000       # QEMU counts an instruction as a nanosecond


# Physical interrupts as FIQ, as IRQ, and an ARMv5
@pytest.mark.parametrize("board", ["vexpress-a9", "xilinx-zynq-a9", "versatilepb"])
def test_the_motor_follows_the_operator(lab, board):
    image = build_image(board, TOP / "guest" / "demos" / "control-loop" / "config.dts",
                        {"guest0": BINARY, "control": BINARY},
                        OUT / "check" / "images" / f"control-loop-{board}.img")
    session = lab.boot(board, image, icount=True)
    assert session.wait_exit(60) == 0
    said = session.transcript.decode(errors="replace").replace("\r", "")
    found = re.search(r"operator: SUCCESS, cycles begin at most (\d+) ns late, (\d+) overruns", said)
    assert found, "the operator was not content"
    assert int(found.group(1)) < WORST_NS
    assert int(found.group(2)) == 0
    assert "control-loop: a command of 7 bytes is not understood" in said
    print(found.group(0))
