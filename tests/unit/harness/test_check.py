# SPDX-License-Identifier: Apache-2.0
"""The totals of scripts/check, from what the different kinds of suites print."""

import importlib.machinery
import importlib.util
import subprocess
import sys

import pytest

from exenboot.images import TOP

TAP = "1..4\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP no board\nok - d\n# ok is not a result\n"
CMOCKA = "[==========] Running 3 test(s).\n[  PASSED  ] 2 test(s).\n[  FAILED  ] x: 1 test(s), listed:\n"
PYTEST = "tests/a.py::b PASSED [ 50%]\n===== 1 failed, 20 passed, 3 skipped, 2 errors in 3.41s =====\n"


@pytest.fixture(scope="module")
def check():
    loader = importlib.machinery.SourceFileLoader("check_suites", str(TOP / "scripts" / "check"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_suites", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("output, counts", [
    (TAP, [2, 1, 1]),
    (PYTEST, [20, 3, 3]),
    ("22 passed in 3.93s\n", [22, 0, 0]),
    ("3 passed, 1 failed\n", [3, 1, 0]),
    ("ok 1 - counted below\nxenstore: 7 passed, 0 failed, 2 skipped\n", [7, 0, 2]),
    ("[  PASSED  ] 12 test(s).\n", [12, 0, 0]),
    (CMOCKA, [2, 1, 0]),
    ("nothing\n", [0, 0, 0]),
], ids=["tap", "pytest", "pytest -q", "plain", "plain before tap", "cmocka", "cmocka failed", "none"])
def test_counts(check, output, counts):
    assert check.count(output) == counts


@pytest.mark.parametrize("command, counts", [
    ("echo '3 passed, 0 failed'", [3, 0, 0]),
    ("echo '3 passed, 0 failed'; exit 1", [3, 1, 0]),
    ("echo hello", [0, 1, 0]),
    ("echo 'not ok 1 - x'; exit 1", [0, 1, 0]),
], ids=["passes", "passes but ends badly", "runs no test", "fails"])
def test_judgement(check, command, counts, tmp_path):
    suite = check.Suite("x", ["sh", "-c", command])
    assert check.judge(suite, *check.run(suite, tmp_path / "log")) == counts


def test_no_such_suite():
    done = subprocess.run([TOP / "scripts" / "check", "frobnicate"], capture_output=True, check=False)
    assert done.returncode == 2
