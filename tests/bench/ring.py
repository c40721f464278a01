# SPDX-License-Identifier: Apache-2.0
"""What the hypervisor executed before an interrupt that was late: what plugin/ring.c wrote, by function."""

import itertools
import re

from machines import hypervisor_elf
from measure import BENCH

PLUGIN = BENCH / "libring.so"
GUEST = "guest"         # who executes what is not the hypervisor's
NR_ENTRIES = 12         # into the hypervisor, up to the mark: the last few are the handler's own


def option(output):
    """Machine's plugin= for it to write to `output`."""
    return f"{PLUGIN},out={output}"


def _by_function(blocks):
    """[(function, instructions)] in order; blocks: (address, instructions) in order."""
    elf = hypervisor_elf()
    begin, end = elf.symbols["__text_start"], elf.symbols["__text_end"]

    def name(block):
        return elf.function_at(block[0]) if begin <= block[0] < end else GUEST

    return [(function, sum(count for _, count in group)) for function, group in itertools.groupby(blocks, name)]


def _lines(runs):
    """One for each entry into the hypervisor: instructions of all, of each function; and for the guest between."""
    for is_guest, group in itertools.groupby(runs, lambda run: run[0] == GUEST):
        group = list(group)
        total = sum(count for _, count in group)
        yield f"  {total:6} guest" if is_guest else f"  {total:6} " + ", ".join(f"{name} {n}" for name, n in group)


def write_table(blocks, output):
    """For each interrupt that was late the last entries into the hypervisor, the oldest first."""
    late = re.findall(r"^late\n(.*?)^end$", blocks.read_text(), re.MULTILINE | re.DOTALL)
    with open(output, "w") as table:
        for number, text in enumerate(late):
            found = [(int(va, 16), int(count)) for va, count in re.findall(r"^([0-9a-f]+) (\d+)$", text, re.MULTILINE)]
            print(f"{number}:", *list(_lines(_by_function(found)))[-2 * NR_ENTRIES:], sep="\n", file=table)
