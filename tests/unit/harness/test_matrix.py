# SPDX-License-Identifier: Apache-2.0
"""tests/matrix: what it plans, and what it makes of results."""

import pathlib
import sys

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "matrix"))

from machine import FAILED, NOT_RUN, OK, judge      # noqa: E402
from plan import TESTS, Cell, Run, all_cells, impossible, known_failures, run_for, runs_for     # noqa: E402
from report import BEGIN, END, table, tsv, write_page       # noqa: E402
from verdict import CANNOT, Judge                   # noqa: E402

A9_DOMU = Cell("vexpress-a9", "domU", "v5")
A9_NATIVE = Cell("vexpress-a9", "native", "v6v7")


def results(run, **roles):
    """What a run left: {role: (boot, user, stress)}."""
    return {run.name: {"date": "2020-01-01",
                       "roles": {role: {test: [result, "detail"] for test, result in zip(TESTS, found)}
                                 for role, found in roles.items()}}}


def verdict(cell, found, test="boot", known=()):
    return Judge(found, list(known)).verdict(cell, test).result


def test_each_run_shows_its_cells():
    for cell in all_cells():
        assert run_for(cell).cells()[cell.role] == cell


def test_runs_are_not_repeated_and_native_ones_come_first():
    runs = runs_for(all_cells())
    assert len(set(runs)) == len(runs)
    natives = [bool(run.native) for run in runs]
    assert natives == sorted(natives, reverse=True)
    assert len({run.name for run in runs}) == len(runs)


def test_dom_u_runs_beside_the_kernel_of_the_board():
    assert run_for(A9_DOMU) == Run("vexpress-a9", dom0="v6v7", domu="v5")


@pytest.mark.parametrize("cell, word", [
    (Cell("versatilepb", "domU", "v6"), "instructions"), (Cell("versatilepb", "native", "v6v7"), "instructions"),
    (Cell("vexpress-a9", "native", "v5"), "devices"), (Cell("versatilepb-arm1176", "native", "v5"), "know"),
    (Cell("vexpress-a9", "dom0", "v5"), "devices")])
def test_what_cannot_be(cell, word):
    assert word in impossible(cell)


@pytest.mark.parametrize("cell", [A9_DOMU, A9_NATIVE, Cell("versatilepb", "native", "v5"),
                                  Cell("versatilepb-arm1176", "dom0", "v5"), Cell("vexpress-a9", "domU", "v6")])
def test_what_can_be(cell):
    assert impossible(cell) is None


def test_verdicts_of_cells_that_can_be():
    run = run_for(A9_DOMU)
    assert verdict(A9_DOMU, results(run, domU=(OK, OK, OK))) == OK
    assert verdict(A9_DOMU, results(run, domU=(FAILED, NOT_RUN, NOT_RUN))) == FAILED
    assert verdict(A9_DOMU, results(run, domU=(FAILED, NOT_RUN, NOT_RUN)), "stress") == FAILED
    assert verdict(A9_DOMU, {}) == NOT_RUN


def test_what_works_although_it_cannot_fails():
    cell = Cell("versatilepb", "domU", "v6v7")
    assert verdict(cell, results(run_for(cell), domU=(OK, OK, OK))) == FAILED
    assert verdict(cell, results(run_for(cell), domU=(FAILED, NOT_RUN, NOT_RUN))) == CANNOT


def test_a_reason_needs_a_native_failure():
    domu = Cell("vexpress-a9", "domU", "v6v7")
    known = [("vexpress-a9", "*", "*", "stress", "a reason")]
    here = results(run_for(domu), domU=(OK, OK, FAILED))
    works = results(run_for(A9_NATIVE), native=(OK, OK, OK))
    fails = results(run_for(A9_NATIVE), native=(OK, OK, FAILED))
    assert verdict(domu, {**here, **works}, "stress", known) == FAILED
    assert verdict(domu, {**here, **fails}, "stress", known) == CANNOT
    assert verdict(A9_NATIVE, {**here, **fails}, "stress", known) == CANNOT
    assert verdict(A9_NATIVE, {**here, **works}, "stress", known) == FAILED


def test_judge_reads_what_systems_print():
    assert judge("user", 0, "ok - jit\nok - swap # SKIP no zram\n") == (OK, "1 passed, skipped: swap")
    assert judge("user", 1, "ok - jit\nnot ok - swp: lost\n") == (FAILED, "swp: lost")
    assert judge("user", 0, "ok - swap # SKIP no zram\n")[0] == FAILED
    assert judge("stress", 0, "stress: ok, 12 rounds\n") == (OK, "12 rounds")
    assert judge("stress", 1, "FAILED: wrong sum\nstress: FAILED\n")[0] == FAILED
    assert judge("stress", 0, "")[0] == FAILED


def test_table_and_file_name_every_board():
    verdicts = Judge({}, known_failures()).verdicts(all_cells())
    assert len(tsv(verdicts).splitlines()) == len(verdicts) + 1
    text = "\n".join(table(verdicts, ["today"]))
    for cell in all_cells():
        assert f"| {cell.board} |" in text


def test_page_is_written_between_its_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_page(["new"], page)
    assert page.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    page.write_text("no place\n")
    with pytest.raises(ValueError):
        write_page(["new"], page)
