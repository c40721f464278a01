# SPDX-License-Identifier: Apache-2.0
"""In-guest tests on a hypervisor that looks for frames cached at two addresses (CONFIG_DEBUG_ALIASES),
where data caches have such aliases: see Documentation/caches.md."""

import json
import subprocess

import pytest

from exenboot.images import OUT, TOP
from test_in_guest import LIST, run

DEBUG = OUT / "debug"
BOARDS = ["versatilepb", "versatilepb-arm1136"]
BREAK_THE_RULE = ["alias-grant", "alias-shared-page"]
ESSENTIAL = ["grant-copy", "grant-map", "memory-isolation"]


@pytest.fixture(scope="module")
def hypervisor():
    """The debug build's binary."""
    subprocess.run([TOP / "scripts" / "configure", "--output", DEBUG, "--set", "DEBUG_ALIASES=y"], check=True)
    subprocess.run(["make", "-s", "-C", TOP / "hypervisor", f"OUT_TOP={DEBUG}"], check=True)
    return DEBUG / "hypervisor" / "exen.bin"


def cases():
    """(test, board): those that break the rule and a few others; all the others are long ones."""
    tests = json.loads(LIST.read_text()) if LIST.exists() else []
    return [pytest.param(test, board, id=f"{test['name']}-{board}",
                         marks=() if test["name"] in BREAK_THE_RULE + ESSENTIAL else pytest.mark.long)
            for test in tests for board in BOARDS if board in test["boards"]]


@pytest.mark.parametrize("test, board", cases())
def test_in_guest(lab, hypervisor, test, board):
    try:
        run(lab, test, board, hypervisor)
    except pytest.skip.Exception as skipped:
        assert test["name"] not in BREAK_THE_RULE, f"not caught: {skipped}"
        raise
