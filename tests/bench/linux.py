# SPDX-License-Identifier: Apache-2.0
"""Linux native, as dom0 and as domU: the same operations, by linux/bench.c, and booting."""

from machines import check_marks, hypervisor_elf, linux_payloads, run_image, run_native
from measure import MeasureError

# Compared by the middle sample: a timer tick falls into few.
OPERATIONS = ("null_syscall", "getppid_loop", "page_fault", "mmap", "fork_exit", "pipe_pingpong",
              "context_switch", "nanosleep_1ms")
COLUMNS = {"dom0": ("d0-kernel", "d0-user"), "domU": ("d1-kernel", "d1-user")}
BOTH = ("stops=2",)             # the plugin's option for linux/both.dts: the machine ends after the second
COPY_AND_HASH = r"sha256\w*|hash_block|mem(cpy|move)|copy_words|move_window"


def operation(run, section):
    """Instructions of everybody for one operation."""
    if section == "console_line":
        return run.median("console_line") - run.median("console_idle")
    return run.median(section)


def to_shell(run, domain):
    """(own, hypervisor's) instructions from the kernel's entry to the program in the shell's place."""
    kernel, user = COLUMNS[domain]
    return [run.snapshot("shell", *names) - run.snapshot(f"{domain}_entry", *names)
            for names in ((kernel, user), ("hypervisor", "processor"))]


def domain_run(run, domain):
    """The part of a machine's Run that one domain has marked."""
    return run.of(COLUMNS[domain][0].split("-")[0])


def _compare(table, run, native, domain):
    for section in (*OPERATIONS, "console_line"):
        table.set(f"{section}.{domain}", operation(run, section) / operation(native, section))
    for section in OPERATIONS:
        if section not in ("nanosleep_1ms", "getppid_loop"):
            for column in ("hypervisor", "entries", "processor"):
                table.set(f"{section}.{domain}.{column}", run.median(section, column))


def _boot(table, run, native, domain):
    own, hypervisor = to_shell(run, domain)
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
    """Everything that needs Linux on the board that is looked at closely."""
    kernel = linux_payloads()["linux"].resolve()
    native = run_native(table)
    check_marks(native, "empty")
    for section in (*OPERATIONS, "console_line"):
        table.set(f"{section}.native", operation(native, section))
    table.set("boot.native", native.snapshot("shell"))
    run = run_image(table, "linux2", "linux/both.dts", linux_payloads(), BOTH)
    for domain in COLUMNS:
        _compare(table, domain_run(run, domain), native, domain)
        _boot(table, domain_run(run, domain), native, domain)
    _boot_hypervisor(table, run)
    if linux_payloads()["linux"].resolve() != kernel:
        raise MeasureError("the kernel was built anew meanwhile: the ratios mean nothing")
