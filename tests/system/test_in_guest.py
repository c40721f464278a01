# SPDX-License-Identifier: Apache-2.0
"""Every test of guest/tests on every board that it names: one domain or two on the guest kit."""

import json
import re

import pytest

from exenboot import BOARDS
from exenboot.images import HYPERVISOR, OUT, TOP, build_image
from statuses import ERROR, FAILURE, SKIP, SUCCESS

LIST = OUT / "guest" / "tests.json"
# Each generation of processors, each interrupt controller, with and without FIQ; the others are `long`
ESSENTIAL = {"vexpress-a9", "sabrelite", "xilinx-zynq-a9", "versatilepb", "versatilepb-arm1176",
             "realview-eb-cortex-a8"}
MEANING = {FAILURE: "FAILURE: what is tested is wrong", ERROR: "ERROR: the test could not be carried out",
           SKIP: "SKIP"}


def cases():
    """(test, board) for each; none if the guest kit is not built, which test_there_are_tests notes."""
    tests = json.loads(LIST.read_text()) if LIST.exists() else []
    return [pytest.param(test, board, id=f"{test['name']}-{board}",
                         marks=() if board in ESSENTIAL else pytest.mark.long)
            for test in tests for board in test["boards"]]


def test_there_are_tests():
    tests = json.loads(LIST.read_text())
    assert tests
    for test in tests:
        assert test["boards"] and set(test["boards"]) <= set(BOARDS), test["name"]


def run(lab, test, board, hypervisor=HYPERVISOR, **options):
    """One test; the machine ends with what it found out.  hypervisor: its binary."""
    build = "" if hypervisor == HYPERVISOR else f"-{hypervisor.parent.parent.name}"
    image = build_image(board, TOP / test["config"],
                        {name: TOP / test["binary"] for name in test["payloads"]},
                        OUT / "check" / "images" / f"{test['name']}-{board}{build}.img", hypervisor)
    # time is instructions: a busy host delays nothing
    session = lab.boot(board, image, icount=True, **options)
    session.expect_panic = True
    status = session.wait_exit(test["timeout"])
    said = session.transcript.decode(errors="replace").replace("\r", "")
    results = re.findall(rf"RESULT {re.escape(test['name'])} (\w+) ?(.*)", said)
    if status == SKIP:
        pytest.skip(results[-1][1] if results else "no reason given")
    assert status == SUCCESS, MEANING.get(status, f"the machine ended with status {status}")
    assert results and results[-1][0] == "SUCCESS"
    for pattern in test["expect"]:
        assert re.search(pattern, said, re.MULTILINE), f"the console does not show {pattern}"


@pytest.mark.parametrize("test, board", cases())
def test_in_guest(lab, test, board):
    run(lab, test, board)


# ARM1136 before r1, as in the i.MX31: no thread registers, no clrex.
@pytest.mark.parametrize("name", ["hello", "register-integrity", "grant-map", "irq-masking", "exec-threads"])
def test_in_guest_on_an_early_arm1136(lab, name):
    test = next(test for test in json.loads(LIST.read_text()) if test["name"] == name)
    run(lab, test, "versatilepb-arm1136", cpu="arm1136-r2")
