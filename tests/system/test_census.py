# SPDX-License-Identifier: Apache-2.0
"""Which system operations guests and hypervisor execute, against the lists of tests/census/allow.

QEMU takes every cache operation for nothing, defined on the processor or not, and flushes its TLB more
often than asked: what is wrong with them shows here and nowhere else.
"""

import json
import re
import subprocess
import sys

import pytest

from exenboot import BOARDS
from exenboot.images import OUT, TOP

sys.path.insert(0, str(TOP / "tests" / "census"))

import boots  # noqa: E402 (the path comes first)
import census  # noqa: E402

# (board, kernel of domU; None: the board's)
LINUX = [("vexpress-a9", None), ("versatilepb", None),
         *(pytest.param(board, kernel, marks=pytest.mark.long) for board, kernel in (
             ("vexpress-a9", "v5"), ("vexpress-a9", "v6"), ("versatilepb-arm1136", None),
             ("versatilepb-arm1176", "v5"), ("realview-eb-cortex-a8", None),
             ("realview-eb-cortex-a8", "v5")))]
CLEAN_LINE = "mcr p15,0,c7,c14,1"       # clean and invalidate a line by its address
# Bytes of a line where mapping a grant cleans lines, 0: nothing is to be cleaned
LINES = [("realview-eb-arm926", 32), pytest.param("realview-eb-arm1176", 32, marks=pytest.mark.long), ("vexpress-a9", 0)]
WRITTEN_MIB = (1, 5)            # in two machines; what they differ by is what mapping costs
SWITCHING = "grant-map"         # an in-guest test of two domains that wait for each other


@pytest.fixture(scope="module", autouse=True)
def plugin():
    """The plugin is built."""
    census.build()


def check(result):
    """Nothing is wrong, and something was looked at."""
    wrong = census.judge(result.census, result.cpu, result.kernels, result.symbols)
    assert not wrong, "\n".join(wrong)
    # Thumb code isn't looked into; programs may be of it, because what is privileged is undefined to them, and the
    # hypervisor, because its Thumb has no such instruction
    assert not [column for column in result.census.thumb if not column.endswith("-user") and column != "hypervisor"]


def test_thumb_code_of_the_hypervisor():
    """It is ARMv5's: of two bytes, or a pair of them that is a call.  System registers are out of its reach."""
    code = subprocess.run(["arm-linux-gnueabi-objdump", "-d", OUT / "hypervisor/exen.elf"], check=True,
                          capture_output=True, text=True).stdout
    narrow = re.findall(r"^[0-9a-f]+:\t[0-9a-f]{4} +\t(\w+)", code, re.MULTILINE)
    wide = re.findall(r"^[0-9a-f]+:\t[0-9a-f]{4} [0-9a-f]{4} +\t(\w+)", code, re.MULTILINE)
    assert len(narrow) > 10000
    assert not {name for name in narrow if re.match(r"cps|setend|svc|wf[ei]|hlt", name)}
    assert set(wide) <= {"bl", "blx"}


def kernel_is_built(name):
    """Skips the test without the kernel."""
    if not (OUT / f"linux-{name}" / "Image").exists():
        pytest.skip(f"kernel {name} is not built")


@pytest.mark.parametrize("board, kernel", LINUX)
def test_two_linux_systems(lab, board, kernel):
    for name in {BOARDS[board].kernel, kernel or BOARDS[board].kernel}:
        kernel_is_built(name)
    result = boots.two_systems(lab.boot, board, kernel)
    check(result)
    assert result.census.switches > 100
    assert any(site.who == "window" for site in result.census.sites), "no function of the window was called"


@pytest.mark.parametrize("board, line", LINES)
def test_mapped_pages_are_cleaned(lab, board, line):
    """dom0 maps each page that domU writes to its disk once: its lines are cleaned before and after, and not more often.

    Documentation/decisions/0040. MMC reads the pages by the processor, without cleaning any of them itself.
    """
    kernel_is_built(BOARDS[board].kernel)
    results = [boots.disk_writes(lab.boot, board, mib) for mib in WRITTEN_MIB]
    for result in results:
        check(result)
    few, many = (result.census.calls(0, CLEAN_LINE) for result in results)
    pages = (WRITTEN_MIB[1] - WRITTEN_MIB[0] << 20) // 4096
    print(f"{(many - few) / pages:.1f} lines cleaned for each of {pages} pages")
    promised = 2 * 4096 // line * pages if line else 0
    # One cleaning less or more would be a half. What else runs until the shells are there differs by a tenth.
    assert 0.85 * promised <= many - few <= 1.25 * promised + 16 * pages


@pytest.mark.parametrize("board", BOARDS)
def test_switches(lab, board):
    test = next(test for test in json.loads((OUT / "guest" / "tests.json").read_text())
                if test["name"] == SWITCHING)
    if board not in test["boards"]:
        pytest.skip(f"{SWITCHING} is not for this board")
    result = boots.in_guest(lab.boot, board, test)
    check(result)
    assert result.census.switches > 400


def test_native(lab):
    """The list itself: what a kernel does without the hypervisor is defined on its processor."""
    kernel_is_built(BOARDS["vexpress-a9"].kernel)
    result = boots.native(lab.boot, "vexpress-a9")
    result.kernels.clear()
    check(result)
    assert any(site.operation == "mcr p15,0,c2,c0,0" for site in result.census.sites)
