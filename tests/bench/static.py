# SPDX-License-Identifier: Apache-2.0
"""What is known without running: sizes of the hypervisor, deepest use of its stacks."""

from machines import hypervisor_elf
from stack import CallGraph, StackError

CORE_ENTRIES = ("hypercall_entry", "fiq_entry", "irq_entry")
THREAD_ENTRIES = ("boot_main", "main_start")
FATAL_ENTRIES = ("vector_common",)      # on a stack of their own


def _deepest(graph, entries):
    return max(graph.deepest(entry) for entry in entries)


def sizes(figures, elf=None):
    """Sections, and stacks, of the hypervisor that is measured or of another."""
    elf = elf or hypervisor_elf()
    sections = elf.section_sizes()
    for name in (".text", ".rodata", ".data", ".bss"):
        padding = elf.symbols["__text_end"] - elf.symbols["__rodata_end"] if name == ".rodata" else 0
        figures.set(f"size{name}", sections[name] - padding)
    figures.set("size.image", sections[".text"] + sections[".rodata"] + sections[".data"])
    graph = CallGraph(elf)
    reset = elf.function_at(elf.symbols["_start"])
    unreached = graph.unreached([reset, *CORE_ENTRIES, *THREAD_ENTRIES, *FATAL_ENTRIES])
    if unreached:
        raise StackError(f"nobody calls {' '.join(unreached)}: a row is missing in indirect.tsv")
    for name, entries in (("core", CORE_ENTRIES), ("thread", THREAD_ENTRIES)):
        size, chain = _deepest(graph, entries)
        figures.set(f"stack.{name}", size)
        figures.note(f"stack.{name}: {' > '.join(chain)}")
