# SPDX-License-Identifier: Apache-2.0
"""A slice of `make matrix`: both domains test user space and then compute under load, at the same time."""

import pathlib
import sys

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "matrix"))

from machine import OK, WORK, Amounts, carry_out    # noqa: E402
from plan import TESTS, Run                         # noqa: E402

SLICE = [
    Run("vexpress-a9", dom0="v6v7", domu="v5"),             # the oldest beside the newest, by FIQ
    Run("versatilepb", dom0="v5", domu="v5"),               # VIVT caches
    Run("versatilepb-arm1176", dom0="v6v7", domu="v6v7"),
    Run("vexpress-a9", dom0="v6v7", domu="v6"),             # the example that the project began with
]


def results_of(run, amounts):
    """{role: {test: (result, detail)}}; every test must have passed."""
    WORK.mkdir(parents=True, exist_ok=True)
    results = carry_out(run, amounts)
    said = (WORK / f"{run.name}.log").read_text(errors="replace").split("\n")[-40:]
    for role, tests in results.items():
        for test in TESTS:
            assert tests[test][0] == OK, f"{role} {test}: {tests[test][1]}\n" + "\n".join(said)
    return results


@pytest.mark.parametrize("run", SLICE, ids=lambda run: run.name)
def test_slice(run):
    results_of(run, Amounts())


@pytest.mark.long
@pytest.mark.parametrize("board, kernel", [("vexpress-a9", "v6v7"), ("versatilepb", "v5"),
                                           ("versatilepb-arm1176", "v6v7")])
def test_domains_pass_what_passes_natively(board, kernel):
    """The same tests, as many, and the same ones skipped; ten times as long."""
    amounts = Amounts(factor=1, stress_s=40)
    native = results_of(Run(board, native=kernel), amounts)["native"]
    domains = results_of(Run(board, dom0=kernel, domu=kernel), amounts)
    for role in ("dom0", "domU"):
        assert domains[role]["user"] == native["user"]
