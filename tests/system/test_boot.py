# SPDX-License-Identifier: Apache-2.0
"""The hypervisor alone on every board: what it finds out, and how it ends."""

import struct
import subprocess

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

TREE_OFFSET = 0x4000000         # from the start of RAM: where nobody else puts anything


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


@pytest.mark.parametrize("board, cpu, says", [
    ("versatilepb", "pxa270", "implementer 'i', part 411, r0p0, ARMv5TE"),
    ("versatilepb", "cortex-a15", "part c0f, r4p0, ARMv7 or later, with virtualization extensions"),
    ("realview-eb-arm926", "arm1026", "implementer 'A', part a26, r0p2, ARMv5TE"),
])
def test_unknown_processor(lab, board, cpu, says):
    session = lab.boot(board, HYPERVISOR, cpu=cpu)
    assert session.wait_exit(60) == REFUSED
    assert "unknown CPU, main ID register" in session.text(XEN)     # on the board's own port
    assert says in session.text(XEN)


@pytest.mark.parametrize("cpu, midr", [("ti925t", "54029252"), ("arm946", "41059461"),
                                       ("cortex-r5", "411fc153")])
def test_processor_that_cannot_even_say_so(lab, cpu, midr):
    session = lab.boot("versatilepb", HYPERVISOR, cpu=cpu)
    assert f"no processor with MMU of ARMv5TE or later, main ID register {midr}" in refusal(session)


@pytest.mark.parametrize("machine, cpu", [("realview-pbx-a9", "cortex-a9"), ("integratorcp", "arm926")])
def test_unknown_board(lab, machine, cpu):
    session = lab.boot("versatilepb", HYPERVISOR, extra=["-M", machine, "-cpu", cpu])
    assert "unknown board: machine" in refusal(session)


# (board, whose tree it gets, options, is there a serial port that it can be sure of?)
WRONG_TREES = [
    ("vexpress-a9", "sabrelite", [], True),
    ("vexpress-a9", "realview-pb-a8", [], True),
    ("realview-eb-arm926", "versatilepb", [], True),
    ("versatilepb", "realview-eb-arm926", [], True),
    ("realview-eb-cortex-a9", "vexpress-a9", [], True),
    ("realview-pb-a8", "xilinx-zynq-a9", [], True),
    ("xilinx-zynq-a9", "sabrelite", [], True),
    ("sabrelite", "vexpress-a9", ["-smp", "2"], False),     # QEMU gives one CPU alone no CBAR
]


@pytest.mark.parametrize("board, other, extra, has_port", WRONG_TREES)
def test_tree_of_another_board(lab, board, other, extra, has_port):
    session = lab.boot(board, HYPERVISOR, dtb=BOARDS[other].dtb_path(), extra=extra)
    text = refusal(session)
    assert f"this is not {EXPECTED[other][0]}, as device tree" in text
    assert bool(session.text(XEN)) == has_port


def test_tree_with_other_memory(lab, tmp_path):
    """A loader that passes the tree as it is, of a board that has its memory elsewhere.  QEMU writes its
    own memory into a tree that it is given; here a kernel's first instructions take another tree."""
    board = BOARDS["sabrelite"]
    tree = tmp_path / "elsewhere.dtb"
    tree.write_bytes(board.dtb_path().read_bytes())
    subprocess.run(["fdtput", "-t", "x", tree, "/memory@10000000", "reg", "80000000", "20000000"],
                   check=True)
    hypervisor, at = HYPERVISOR.read_bytes(), board.ram_base + TREE_OFFSET
    loader = struct.pack("<4I", 0xe59f2000, 0xea000000, at, 0xe1a00000)   # ldr r2, =at; go on behind it
    image = tmp_path / "image"
    image.write_bytes(loader + hypervisor)
    session = lab.boot(board, image, extra=["-device", f"loader,file={tree},addr={at:#x},force-raw=on"])
    assert "its memory is not where the loader has put things" in refusal(session)


@pytest.mark.parametrize("memory_mib", [4, 8])
def test_too_little_memory(lab, memory_mib):
    session = lab.boot("vexpress-a9", HYPERVISOR, memory_mib=memory_mib)
    assert f"too little memory: {memory_mib} MiB of RAM" in refusal(session)
