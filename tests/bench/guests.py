# SPDX-License-Identifier: Apache-2.0
"""Bare-metal guests: what the hypervisor does for them, in instructions."""

import re

from elf import Elf
from machines import (BENCH, COLUMN_D0, COLUMN_D1, COLUMN_HYPERVISOR, check_marks,
                      hypervisor_elf, linux_payloads, place, run_image)
from measure import MeasureError


def run_guests(figures, name, config, **options):
    """Measures guests/guest.c with a configuration; options: of run_image()."""
    elf, vector = hypervisor_elf(), Elf(BENCH / "guest.elf").symbols["vector_irq"]
    places = [place("end", "evtchn_send_vector", vector, COLUMN_D1)]
    places += [place("end", section, vector, COLUMN_D0)
               for section in ("timer_vector", "irq_running_vector", "irq_blocked_vector")]
    places += [place("begin", "domain_switch", elf.symbols["switch_to"], COLUMN_HYPERVISOR),
               place("end", "domain_switch", elf.find("switch_to", r"(pop|ldm).*pc.*"), COLUMN_HYPERVISOR)]
    guest = BENCH / "guest.bin"
    run = run_image(figures, name, config, {"guest0": guest, "guest1": guest}, places, **options)
    check_marks(run, "guest_empty")
    return run


def operations(figures):
    """Hypercalls, events, grants, interrupts, switches."""
    run = run_guests(figures, "guest", "guests/guest.dts")
    for section in ("null_hypercall", "evtchn_send_vector", "evtchn_send_handler",
                    "evtchn_round_trip", "yield_alone", "grant_map_unmap", "timer_set",
                    "timer_interrupt", "timer_vector", "irq_running", "irq_running_vector",
                    "irq_blocked_vector", "domain_switch"):
        figures.set(f"hypervisor.{section}", run.median(section, "hypervisor"))
    figures.set("hypervisor.yield_switch", run.median("yield_switch", "hypervisor") / 2)


def latency(figures):
    """guests/rt.c beside Linux: from the timer's deadline to the guest's first instruction.

    Linux has booted long before the second half of the reports.
    """
    vector = Elf(BENCH / "rt.elf").symbols["vector_irq"]
    payloads = linux_payloads()
    del payloads["dom0-initrd"]
    payloads["rt"] = BENCH / "rt.bin"
    run = run_image(figures, "rt", "guests/rt.dts", payloads,
                    [place("begin", "rt_handler", vector, COLUMN_D0)])
    console = (BENCH / "rt.0.console").read_text(errors="replace")
    latest = [int(ns) - run.median("rt_handler")
              for ns in re.findall(r"bench: \d+ interrupts, latest (\d+) ns", console)]
    if len(latest) < 10:
        raise MeasureError(f"the real-time guest reports {len(latest)} times")
    figures.set("latency.rt_boot", max(latest))
    figures.set("latency.rt_worst", max(latest[len(latest) // 2:]))
