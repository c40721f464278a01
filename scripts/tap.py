# SPDX-License-Identifier: Apache-2.0
"""One line a check, as the Test Anything Protocol writes it; scripts/check counts them."""


class Report:
    """Collects checks and prints each as it is known."""

    def __init__(self):
        self.failed = 0
        self._number = 0

    def check(self, name, problems):
        """A check that holds if `problems` (lines) is empty."""
        self._number += 1
        print(f"{'not ok' if problems else 'ok'} {self._number} - {name}")
        for problem in problems:
            print(f"# {problem}")
        self.failed += bool(problems)

    def finish(self):
        """Prints the plan; returns the exit status."""
        print(f"1..{self._number}")
        return 1 if self.failed else 0
