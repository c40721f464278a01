# SPDX-License-Identifier: Apache-2.0
"""What the results of runs mean: each test of each cell works, fails, or cannot be for a reason."""

from dataclasses import dataclass

from machine import FAILED, NOT_RUN, OK
from plan import TESTS, Cell, impossible, known_reason, run_for

CANNOT = "cannot"


@dataclass(frozen=True)
class Verdict:
    """One test of one cell.  detail: what it counted, how it failed, or why it cannot be."""

    cell: Cell
    test: str
    result: str             # OK, FAILED, NOT_RUN or CANNOT
    detail: str
    date: str = ""


class Judge:
    """results: {run name: {"date": ..., "roles": {role: {test: [result, detail]}}}}"""

    def __init__(self, results, known):
        self._results = results
        self._known = known

    def _result(self, cell, test):
        run = self._results.get(run_for(cell).name)
        if run is None or cell.role not in run["roles"]:
            return NOT_RUN, "", ""
        return (*run["roles"][cell.role][test], run["date"])

    def _fails_natively(self, cell, test):
        """Whether the same kernel fails on the same board without hypervisor, as a run showed."""
        native = Cell(cell.board, "native", cell.kernel)
        return any(self._result(native, each)[0] == FAILED for each in {"boot", test})

    def verdict(self, cell, test):
        """A reason excuses only what has been seen to fail, without the hypervisor too."""
        result, detail, date = self._result(cell, test)
        reason = impossible(cell)
        if reason:
            if result == OK:
                return Verdict(cell, test, FAILED, f"it works, though {reason}", date)
            if cell.role == "native" and not date:
                return Verdict(cell, test, NOT_RUN, "", date)
            return Verdict(cell, test, CANNOT, reason, date)
        reason = known_reason(self._known, cell, test)
        if reason and result == OK:
            return Verdict(cell, test, FAILED, f"it works: take it out of reasons.tsv ({reason})", date)
        if reason and result == FAILED and (cell.role == "native" or self._fails_natively(cell, test)):
            return Verdict(cell, test, CANNOT, reason, date)
        if result == NOT_RUN and date:
            result, detail = FAILED, "an earlier test has failed"
            if known_reason(self._known, cell, "boot"):
                return Verdict(cell, test, CANNOT, known_reason(self._known, cell, "boot"), date)
        return Verdict(cell, test, result, detail, date)

    def verdicts(self, cells):
        """All tests of these cells."""
        return [self.verdict(cell, test) for cell in cells for test in TESTS]
