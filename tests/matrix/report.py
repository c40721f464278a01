# SPDX-License-Identifier: Apache-2.0
"""Writes verdicts: out/matrix.tsv, and the table in Documentation/compatibility.md."""

import csv
import io

from exenboot import BOARDS
from exenboot.images import TOP
from machine import FAILED, OK
from plan import KERNELS, ROLES, TESTS
from verdict import CANNOT

PAGE = TOP / "Documentation" / "compatibility.md"
BEGIN = "<!-- The table is written by `make matrix`. -->"
END = "<!-- End of the table. -->"

COLUMNS = ("board", "processor", "role", "kernel", "test", "result", "detail", "date")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def tsv(verdicts):
    """All verdicts, a line each."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for verdict in verdicts:
        cell = verdict.cell
        writer.writerow([cell.board, BOARDS[cell.board].cpu, cell.role, cell.kernel, verdict.test,
                         verdict.result, verdict.detail, verdict.date])
    return text.getvalue()


class _Notes:
    """Reasons, each with its letter."""

    def __init__(self):
        self._letters = {}

    def letter(self, reason):
        """The mark of a reason, a new one if it is new."""
        return self._letters.setdefault(reason, _LETTERS[len(self._letters) % 26])

    def lines(self):
        """The list below the table."""
        return [f"* {letter}: {reason}" for reason, letter in self._letters.items()]


def _entry(verdicts, notes):
    """What a table says of the three tests of a cell."""
    results = {verdict.result for verdict in verdicts}
    if results == {OK}:
        return "yes"
    reasons = {verdict.detail for verdict in verdicts if verdict.result == CANNOT}
    if results == {CANNOT} and len(reasons) == 1:
        return f"– {notes.letter(reasons.pop())}"
    words = []
    for verdict in verdicts:
        if verdict.result == CANNOT:
            words.append(f"{verdict.test}: – {notes.letter(verdict.detail)}")
        else:
            words.append(f"{verdict.test}: {'**fails**' if verdict.result == FAILED else verdict.result}")
    return ", ".join(words)


def table(verdicts, versions):
    """Markdown: a row for each board, a column for each role and kernel."""
    by_cell = {}
    for verdict in verdicts:
        by_cell.setdefault(verdict.cell, []).append(verdict)
    columns = [(role, kernel) for role in ROLES for kernel in KERNELS]
    notes = _Notes()
    lines = ["| board | CPU | " + " | ".join(f"{role} {kernel}" for role, kernel in columns) + " |",
             "|---|---|" + "---|" * len(columns)]
    for board in BOARDS.values():
        cells = {(cell.role, cell.kernel): found for cell, found in by_cell.items() if cell.board == board.name}
        if not cells:
            continue
        entries = [_entry(cells[column], notes) if column in cells else "" for column in columns]
        lines.append(f"| {board.name} | {board.cpu} | " + " | ".join(entries) + " |")
    counts = {result: sum(verdict.result == result for verdict in verdicts)
              for result in sorted({verdict.result for verdict in verdicts})}
    summary = ", ".join(f"{count} {result}" for result, count in counts.items())
    return [*versions, "", f"Of {len(verdicts)} tests ({', '.join(TESTS)}): {summary}.", "",
            *lines, "", *notes.lines()]


def write_page(lines, path=PAGE):
    """Puts the table between its marks."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    if not rest or END not in rest:
        raise ValueError(f"{path} has no place for the table")
    path.write_text("\n".join([before + BEGIN, *lines, END]) + after, encoding="utf-8")
