# SPDX-License-Identifier: Apache-2.0
"""Linux native, as dom0 and as domU: the same operations, by linux/bench.c, and booting."""

from machines import check_marks, hypervisor_elf, linux_payloads, run_image, run_native
from measure import MeasureError

# Compared by the middle sample: a timer tick falls into few.
OPERATIONS = ("null_syscall", "getppid_loop", "page_fault", "mmap", "fork_exit", "pipe_pingpong",
              "context_switch", "nanosleep_1ms")
COPY_AND_HASH = r"sha256\w*|hash_block|mem(cpy|move)|copy_words|move_window"


def _operation(run, section):
    """Instructions of everybody for one operation."""
    if section == "console_line":
        return run.median("console_line") - run.median("console_idle")
    return run.median(section)


def _compare(table, run, native, domain):
    for section in (*OPERATIONS, "console_line"):
        table.set(f"{section}.{domain}", _operation(run, section) / _operation(native, section))
    for section in OPERATIONS:
        if section not in ("nanosleep_1ms", "getppid_loop"):
            table.set(f"{section}.{domain}.hypervisor", run.median(section, "hypervisor"))
            table.set(f"{section}.{domain}.entries", run.median(section, "entries"))


def _boot(table, run, native, domain, columns):
    """From the kernel's entry to the program that stands in the shell's place."""
    own, hypervisor = (run.snapshot("shell", *names) - run.snapshot(f"{domain}_entry", *names)
                       for names in (columns, ("hypervisor",)))
    table.set(f"boot.{domain}.total", run.snapshot("shell"))
    table.set(f"boot.{domain}.own", own)
    table.set(f"boot.{domain}.hypervisor", hypervisor)
    table.set(f"boot.{domain}", (own + hypervisor) / native.snapshot("shell"))


def _boot_hypervisor(table, run):
    """From reset to dom0's first instruction, and without copying and hashing what is in the image."""
    total = run.snapshot("dom0_entry")
    elf = hypervisor_elf()
    _, counts = run.profiles["dom0_entry"]
    base = elf.symbols["__text_start"]
    bulk = set(elf.functions(COPY_AND_HASH))
    table.set("boot.dom0_entry.total", total)
    table.set("boot.dom0_entry", total - sum(
        count for offset, count in counts.items() if elf.function_at(base + offset) in bulk))


def figures(table):
    """Everything that needs Linux."""
    kernel = linux_payloads()["linux"].resolve()
    native = run_native(table)
    check_marks(native, "empty")
    for section in (*OPERATIONS, "console_line"):
        table.set(f"{section}.native", _operation(native, section))
    table.set("boot.native", native.snapshot("shell"))
    for domain, columns in (("dom0", ("d0-kernel", "d0-user")), ("domU", ("d1-kernel", "d1-user"))):
        name = domain.lower()
        run = run_image(table, name, f"linux/{name}.dts", linux_payloads(name))
        _compare(table, run, native, domain)
        _boot(table, run, native, domain, columns)
        if domain == "dom0":
            _boot_hypervisor(table, run)
    if linux_payloads()["linux"].resolve() != kernel:
        raise MeasureError("the kernel was built anew meanwhile: the ratios mean nothing")
