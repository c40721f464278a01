#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks hypervisor/domain/ in one place at a time and expects a test to fail.  Prints TAP.

Each line of MUTANTS: file, text that occurs once in it, what stands there instead, a test that must fail.
"""

import pathlib
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[3]
COPY = TOP / "out" / "tests" / "domain-mutants"
DOMAIN = "hypervisor/domain/"
PARTS = ("abi", "hypervisor/arch/host", "hypervisor/include", "hypervisor/domain", "tests/unit")

MUTANTS = (
    # events reach shared_info only in the guest's own calls, and none is lost
    ("evtchn.c", "\tvcpu_irq_raise(v, EXEN_IRQ_EVTCHN);\n\tif (v->state",
     "\tevtchn_publish(v);\n\tvcpu_irq_raise(v, EXEN_IRQ_EVTCHN);\n\tif (v->state", "publish_not_by_the_sender"),
    ("evtchn.c", "\tvcpu_irq_raise(v, EXEN_IRQ_EVTCHN);\n\tif (v->state",
     "\tif (!(shared_mask(d)[port / 32] & BIT(port % 32)))\n\t\tvcpu_irq_raise(v, EXEN_IRQ_EVTCHN);\n\tif (v->state",
     "publish_event_between_mask_and_unmask_without_hypercall"),
    ("evtchn.c", "if (fresh & ~mask[word])", "if (fresh)", "publish_masked_event_is_recorded_but_no_upcall"),
    ("evtchn.c", "\tshared_pending(d)[port / 32] &= ~BIT(port % 32);\n}", "}", "evtchn_close_forgets_what_was_pending"),
    ("evtchn.c", "bool is_wanted = v->poll_nr == 0;", "bool is_wanted = false;", "poll_does_not_wait_for_another_port"),
    ("evtchn.c", "if (is_recorded(d, port)) {", "if (0) {", "unmask_of_an_event_that_is_not_published_yet"),
    ("evtchn.c", "state = EVTCHN_UNBOUND;\n\t\tchn->u.peer", "state = EVTCHN_CLOSED;\n\t\tchn->u.peer",
     "evtchn_close_leaves_the_peer_unbound"),
    ("evtchn.c", "\tif (d->state != DOMAIN_RUNNING)\n\t\treturn;\n", "", "domain_end_masks_its_lines_and_timers"),
    ("evtchn_op.c", "\tevtchn_raise(d, (evtchn_port_t)local);", "", "evtchn_send_before_the_peer_binds"),
    ("evtchn_op.c", "remote->u.allowed != d->domid", "0", "evtchn_bind_interdomain_is_refused"),
    ("evtchn_op.c", "if (port >= MAX_EVTCHN_PORTS)\n\t\treturn NULL;", "", "evtchn_send_is_refused"),
    ("evtchn_op.c", "if (!domain_owns_irq(d, op->pirq))\n\t\treturn -EPERM;", "", "evtchn_bind_pirq_is_refused"),
    ("irq_op.c", "return domain_owns_irq(current_domain(), irq) ? 0 : -EPERM;", "return 0;",
     "irq_lines_belong_to_their_owner"),
    ("irq_op.c", "irq < EXEN_IRQ_LINE || irq >= EXEN_NR_IRQS", "irq < EXEN_IRQ_LINE",
     "irq_operations_check_the_number"),
    ("vcpu_irq.c", "\tif (!(irqs->enabled[word] & BIT(irq % 32)))\n\t\treturn;\n", "",
     "irq_masked_interrupt_stays_pending"),
    # grants
    ("gnttab_map.c", "if (!is_quiet(g->owner))", "if (0)", "gnttab_map_waits_for_a_masked_section"),
    ("gnttab_map.c", "\twrite_flags(owner->gnttab, map->ref);\n", "\tif (is_quiet(owner))\n\t\twrite_flags(owner->gnttab, map->ref);\n",
     "gnttab_unmap_in_a_masked_section_is_shown_at_once"),
    ("gnttab_map.c", "return slot_contains_frame(&owner->slot, g->frame) ? GNTST_okay : GNTST_bad_page;", "return GNTST_okay;",
     "gnttab_map_only_frames_of_the_granting_domain"),
    ("gnttab_map.c", "if (write && (flags & GTF_readonly))", "if (0)", "gnttab_map_readonly"),
    ("gnttab_map.c", "READ_ONCE(entry->domid) != user->domid", "0", "gnttab_map_is_refused"),
    ("gnttab_map.c", "!pin || (flags & GTF_type_mask) != GTF_permit_access", "!pin", "gnttab_revoked_while_mapped_twice"),
    ("gnttab_map.c", "pin_readers(pin) : pin_writers(pin)) == MAX_PINS", "pin_readers(pin) : pin_writers(pin)) == 1000",
     "gnttab_pins_of_one_entry_run_out"),
    ("gnttab_map.c", "handle >= MAX_GRANT_MAPS || ", "", "gnttab_unmap_is_refused"),
    ("gnttab_copy.c", "op->dest.offset + (uint32_t)op->len > PAGE_SIZE", "0", "copy_over_the_end_of_a_page"),
    ("gnttab_copy.c", "if (!slot_contains_frame(&current_domain()->slot, ptr->u.gmfn))\n\t\treturn GNTST_bad_page;", "",
     "copy_by_frame_only_of_ones_own"),
    ("gnttab_copy.c", "find_frame(&to, &op->dest, op->flags & GNTCOPY_dest_gref, true)",
     "find_frame(&to, &op->dest, op->flags & GNTCOPY_dest_gref, false)", "copy_is_refused"),
    ("gnttab_op.c", "\t\tsched_preempt_point();\n", "", "gnttab_arrays_can_be_preempted"),
    # ends and starts
    ("domain.c", "gnttab_is_mapped_by_others(d) || ", "", "gnttab_end_of_the_owner"),
    ("domain.c", "\tgnttab_end(d);\n", "", "gnttab_end_of_the_mapper"),
    ("domain.c", "\tevtchn_end(d);\n", "", "shutdown_ends_the_caller"),
    ("domain.c", "\tdomain_console_event(d);\t/* its last words */\n", "", "console_last_words"),
    ("domain.c", "\tmask_irqs(d);\n", "", "domain_end_masks_its_lines_and_timers"),
    # pointers and indices
    ("hypercall.c", "if (e->op >= NR_HYPERCALLS)\n\t\treturn -ENOSYS;", "", "multicall_results"),
    ("hypercall.c", "current_domain()->is_privileged ? do_##name(a0, a1, a2, a3, a4) : -EPERM",
     "do_##name(a0, a1, a2, a3, a4)", "settime"),
    ("hvm_op.c", "return op->index < HVM_NR_PARAMS ? 0 : -EINVAL;", "return 0;", "hvm_params_are_checked"),
    ("sched_op.c", "if (port[i] >= MAX_EVTCHN_PORTS)\n\t\t\treturn -EINVAL;", "", "poll_is_refused"),
    ("sched_op.c", "\tevtchn_publish(v);\n", "", "poll_needs_no_interrupt"),
    ("sched_op.c", "if (!vcpu_irq_pending(v))\n\t\tsched_sleep(v, VCPU_BLOCKED);", "sched_sleep(v, VCPU_BLOCKED);",
     "block_returns_at_once"),
    ("vcpu_op.c", "MIN(deadline_ns, MAX_DEADLINE_NS)", "deadline_ns", "singleshot_timer_stopped"),
    ("console.c", "if (used > sizeof(ring->out)) {", "if (0) {", "console_ring_with_broken_indices"),
    ("console.c", ">= sizeof(ring->in))\n\t\treturn;", ">= UINT32_MAX)\n\t\treturn;", "console_ring_input"),
    ("platform_op.c", "op.time.secs >= MAX_SECONDS", "0", "settime"),
    ("platform_op.c", "time->system_time + current_domain()->started_ns", "time->system_time", "settime_of_a_domain_that_started_later"),
    ("domain.c", "\td->started_ns = time_now_ns();\n", "", "settime_of_a_domain_that_started_later"),
)


def prepare():
    """A copy of what is needed, built once."""
    shutil.rmtree(COPY, ignore_errors=True)
    for part in PARTS:
        shutil.copytree(TOP / part, COPY / part)


def failing_tests():
    """Names of the tests that fail; None if the tests don't compile."""
    made = subprocess.run(["make", "-s", "-C", COPY / "tests/unit/domain", "all",
                           "EXTRA_CFLAGS=-Wno-error"], capture_output=True, text=True)
    if made.returncode:
        print("# " + made.stderr.replace("\n", "\n# "))
        return None
    run = subprocess.run([COPY / "out/tests/domain/unit"], capture_output=True, text=True)
    lines = [line for line in run.stdout.splitlines() if line.startswith(("ok", "not ok"))]
    failed = [line.split(" - ")[1] for line in lines if line.startswith("not ok")]
    if "1.." not in run.stdout:
        failed.append(f"(died after {lines[-1].split(' - ')[1] if lines else 'nothing'})")
    return failed


def verdict(failed, expected):
    """Has the expected test failed, or the sanitizers ended the program?"""
    return bool(failed) and any(expected in name or name.startswith("(died") for name in failed)


def main():
    prepare()
    if failing_tests() != []:
        sys.exit("the tests fail without a mutant")
    missed = 0
    for number, (name, old, new, expected) in enumerate(MUTANTS, 1):
        path = COPY / DOMAIN / name
        text = path.read_text()
        if text.count(old) != 1:
            sys.exit(f"{name}: occurs {text.count(old)} times: {old!r}")
        path.write_text(text.replace(old, new))
        failed = failing_tests()
        path.write_text(text)
        good = verdict(failed, expected)
        missed += not good
        print(f"{'' if good else 'not '}ok {number} - {name}: {expected}", flush=True)
        if not good:
            print(f"# failed instead: {failed}")
    print(f"1..{len(MUTANTS)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
