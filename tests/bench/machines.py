# SPDX-License-Identifier: Apache-2.0
"""The machines under measurement: images, where the plugin looks, what is common to their figures."""

import contextlib
import functools
import shutil
import subprocess
import sys

from elf import Elf
from exenboot import Machine, Session
from exenboot.boards import BOARDS
from exenboot.errors import BootFailure, Timeout
from exenboot.images import OUT, TOP, build_image, build_native, payload_files
from measure import BENCH, MeasureError, hypervisor_options, measure, measure_once, section_ids, slots
from report import HYPERVISOR_ELF

BOARD = "vexpress-a9"
COLUMN_HYPERVISOR, COLUMN_D0, COLUMN_D1 = 2, 4, 6       # as count.h numbers them
HYPERVISOR = BENCH / "exen.bin"
KERNEL_OFFSET = 0x8000          # of a raw Image, and of a guest kit's binary, in its slot
LINUX_ARGUMENTS = "rdinit=/init quiet lpj=5000000"      # lpj: a delay loop is not measured for its length

# Functions that say what a time with interrupts masked is for, if they are the first that is called.
TAGS = (r"do_\w+|timer_interrupt|vcpu_physical_irq|(console|domain|evtchn|gnttab|sched|thread|xs)_\w+"
        r"|output|idle|schedule|\w+_work")


@functools.cache
def hypervisor_elf():
    """The hypervisor that is measured."""
    return Elf(HYPERVISOR_ELF)


def keep_hypervisor():
    """Copies the hypervisor: all machines run the same, and profiles can be looked at later."""
    for path in (HYPERVISOR_ELF, HYPERVISOR):
        shutil.copy2(OUT / "hypervisor" / path.name, path)


def place(kind, section, address, column):
    """Plugin option: a section's begin, end or snapshot where `column` executes `address`."""
    return f"{kind}={section_ids()[section]}:{address:#x}:{column}"


def linux_payloads(board=BOARD, kernels=None):
    """{payload: file} of two Linux systems that have the measuring program, too.

    kernels: {domain: kernel}, as exenboot.images.payload_files() takes them.
    """
    files = payload_files(board, "linux2", kernels)
    return {name: _with_bench(file) if name.endswith("-initrd") else file for name, file in files.items()}


def _with_bench(initrd):
    """An initramfs with /bench behind it: Linux unpacks one archive after the other."""
    output = BENCH / initrd.name
    contents = initrd.read_bytes() + _bench_archive()
    if not output.exists() or output.read_bytes() != contents:
        output.write_bytes(contents)
    return output


@functools.cache
def _bench_archive():
    return subprocess.run([TOP / "scripts/mkcpio", BENCH / "initramfs"], check=True,
                          capture_output=True).stdout


def _masked_options():
    """Where the hypervisor masks interrupts and lets them in again; see plugin/masked.c."""
    elf = hypervisor_elf()
    places = [("enter", name, elf.symbols[name])
              for name in ("hypercall_entry", "fiq_entry", "irq_entry")]
    places += [("leave", "hypercall", elf.find("hypercall_entry", "msr CPSR_c, r5")),
               ("leave", "interrupt", elf.find("interrupt_return", "movs pc, lr")),
               ("save", "thread", elf.symbols["irq_save"]),
               ("restore", "thread", elf.symbols["irq_restore"]),
               ("start", "boot", elf.symbols["thread_run"])]
    places += [("poll", name, address)
               for name, address in elf.functions("sched_preempt_point|sched_is_preempted").items()]
    places += [("tag", name, address) for name, address in elf.functions(TAGS).items()
               if name not in ("irq_save", "irq_restore", "sched_preempt_point", "sched_is_preempted")]
    return [f"masked={event}:{name}:{address:#x}" for event, name, address in places]


def _entries(board, image):
    """Plugin options: the first instruction of each domain."""
    domains = ((0, "dom0_entry", COLUMN_D0), (1, "domU_entry", COLUMN_D1))
    found = slots(BOARDS[board], image)
    return [place("snapshot", section, found[number][0] + KERNEL_OFFSET, column)
            for number, section, column in domains if number in found]


def check_marks(run, section):
    """A section with nothing in it must count nothing, or no other can be trusted."""
    if any(run.values(section)):
        raise MeasureError(f"{section}: {max(run.values(section))} instructions between marks with none")


def _note(figures, name, run, nr_others):
    """What every machine is asked: does it repeat, how long were interrupts off?"""
    figures.runs[name] = run
    figures.add("bench.differing", nr_others)
    if nr_others:
        figures.note(f"bench.differing: {name}")
    if run.masked:
        entry, tag, _, _, longest = max(run.masked, key=lambda kind: kind[4])
        figures.add("masked.longest", longest, max)
        figures.note(f"masked.longest of {name}: {longest}, {entry} > {tag}")


def run_image(figures, name, config, payloads, places=(), board=BOARD, how=measure):
    """Measures an image of a board with a configuration of this folder; how: measure() or measure_once()."""
    image = build_image(board, TOP / "tests/bench" / config, payloads=payloads,
                        output=BENCH / f"{name}.img", hypervisor=HYPERVISOR)
    options = hypervisor_options(board, hypervisor_elf(), image) + _masked_options()
    options += _entries(board, image)
    run, nr_others = how(name, board, image, [*options, *places])
    if not run.masked:
        raise MeasureError(f"{name}: no entry into the hypervisor was seen")
    _note(figures, name, run, nr_others)
    return run


def run_native(figures, name="native", board=BOARD, kernel=None, how=measure):
    """The same kernel, by default the board's, user space and device tree without the hypervisor."""
    run, nr_others = measure_native(name, linux_payloads(board)["dom0-initrd"], "exen.init=/bench+3", board, kernel, how)
    _note(figures, name, run, nr_others)
    return run


def measure_native(name, initrd, arguments, board=BOARD, kernel=None, how=measure_once, **options):
    """The Run, and how many others differ, of Linux without the hypervisor."""
    board = BOARDS[board]
    end = board.ram_base + (board.memory_mib << 20)
    return how(name, board.name, build_native(board.name, kernel), [f"guest=native:{board.ram_base:#x}:{end:#x}"],
               **native_options(initrd, arguments, board.name), **options)


def native_options(initrd, arguments, board=BOARD):
    """Options of a machine whose kernel is build_native()'s; arguments: on its command line, what init does."""
    board = BOARDS[board]
    return {"dtb": board.dtb_path(), "initrd": initrd,
            "append": f"console={board.native_console} {LINUX_ARGUMENTS} {arguments}"}


@contextlib.contextmanager
def booted(name, *machine, prefixes=True, **options):
    """The Session of a Machine whose time is instructions; what it waits for and doesn't come is a MeasureError.

    name: of the console in out/bench; prefixes: as Session takes it; options: Machine's.
    """
    print(f"  RUN     {name}", file=sys.stderr, flush=True)
    with Machine(*machine, log=BENCH / f"{name}.console", icount=True, **options) as running:
        session = Session(running, prefixes)
        try:
            yield session
        except (Timeout, BootFailure) as error:
            raise MeasureError(f"{name}: {error}\n{session.last_lines()}") from None
