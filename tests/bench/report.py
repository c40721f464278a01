# SPDX-License-Identifier: Apache-2.0
"""Figures with their budgets, as a table and as a file; profiles by function."""

import dataclasses
import operator
import re
import sys

from elf import Elf
from exenboot.images import OUT
from measure import read_tsv

HYPERVISOR_ELF = OUT / "bench" / "exen.elf"


@dataclasses.dataclass
class Row:
    """One line of budgets.tsv: what a figure is called and what it may be."""

    name: str
    unit: str
    budget: float               # None: no budget
    meaning: str


def _parse_budget(text):
    return None if text == "-" else float(text)


_DIGITS = {"ratio": 2, "percent": 1}      # behind the point


class Figures:
    """Values by the names of budgets.tsv."""

    def __init__(self, path):
        self._rows = [Row(name, unit, _parse_budget(budget), meaning)
                      for name, budget, unit, meaning in read_tsv(path)]
        self._values = {}
        self.runs = {}          # name of a run: Run, for profiles
        self._notes = []

    def set(self, name, value):
        """Notes a figure; its name must be in budgets.tsv."""
        if name not in [row.name for row in self._rows]:
            raise LookupError(f"{name} is not in budgets.tsv")
        self._values[name] = value

    def add(self, name, value, combine=operator.add):
        """Combines a figure that starts as 0 with a value."""
        self.set(name, combine(self._values.get(name, 0), value))

    def note(self, text):
        """A line below the table."""
        self._notes.append(text)

    def missing(self):
        """Names without a value."""
        return [row.name for row in self._rows if row.name not in self._values]

    def _measured(self):
        for row in self._rows:
            if row.name in self._values:
                value = self._values[row.name]
                text = f"{value:.{_DIGITS.get(row.unit, 0)}f}"
                over = row.budget is not None and float(text) > row.budget
                budget = "-" if row.budget is None else f"{row.budget:.10g}"
                yield row, text, budget, over

    def write_tsv(self, path):
        """name, value, unit, budget."""
        lines = ["# name\tvalue\tunit\tbudget"]
        lines += ["\t".join((row.name, text, row.unit, budget))
                  for row, text, budget, _ in self._measured()]
        path.write_text("\n".join(lines) + "\n")

    def print_table(self):
        """For people, grouped by the first word of the names; over budget: marked."""
        group, nr_over = None, 0
        for row, text, budget, over in self._measured():
            head = row.name.split(".")[0]
            if head != group:
                print(f"\n{'':32}{'value':>12} {'budget':>10}")
                group = head
            unit = "" if row.unit in ("ratio", "instructions") else f" [{row.unit}]"
            print(f"{row.name:32}{text:>12} {budget:>10} {'OVER' if over else '':4} {row.meaning}{unit}")
            nr_over += over
        print("\n" + "\n".join(self._notes))
        print(f"\n{len(self._values)} figures (instructions if nothing else is said), "
              f"{nr_over} over budget")


def _by_function(elf, counts):
    """From {address: executions}: {function: instructions} and {function: {caller: calls}}."""
    instructions = {address: text for code in elf.code.values() for address, text in code}
    functions, calls = {}, {}
    for address, count in counts.items():
        function = elf.function_at(address)
        functions[function] = functions.get(function, 0) + count
        call = re.fullmatch(r"bl?\w* <([^>]+)>", instructions.get(address, ""))
        if call:
            callers = calls.setdefault(call.group(1), {})
            callers[function] = callers.get(function, 0) + count
    return functions, calls


def _most(counts, nr):
    return sorted(counts.items(), key=lambda item: -item[1])[:nr]


def print_profiles(runs, sections):
    """Functions of the hypervisor by instructions per sample, and who calls them how often."""
    elf = Elf(HYPERVISOR_ELF)
    for section in sections:
        for name, run in runs.items():
            if section in run.profiles:
                print(f"\n{name}: {section}")
                _print_profile(elf, *run.profiles[section])
    sys.stdout.flush()


def _print_profile(elf, samples, counts):
    base = elf.symbols["__text_start"]
    functions, calls = _by_function(elf, {base + offset: n for offset, n in counts.items()})
    print(f"  {sum(functions.values()) / samples:12.1f}  in the hypervisor, mean of {samples}")
    for function, count in _most(functions, 30):
        callers = ", ".join(f"{caller} {n / samples:.4g}"
                            for caller, n in _most(calls.get(function, {}), 3))
        print(f"  {count / samples:12.1f}  {function:28} {'< ' + callers if callers else ''}")
