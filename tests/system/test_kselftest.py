# SPDX-License-Identifier: Apache-2.0
"""The kernel's own kselftest in a domU: each program's results are those it has natively on the same board.

What a program needs and the kernel's configuration lacks (huge pages, swap) it skips, or fails, in both.  The
results are kept in out/kselftest-BOARD-KERNEL.tsv.
"""

import pytest

from exenboot.images import OUT
from userspace import Systems, initramfs

SYSTEMS = [("vexpress-a9", "v6v7"), ("versatilepb", "v5")]
LIMIT_S = 120

# Collection: programs, with arguments.  Not here: what sets the clock, measures accuracy against another
# clock of the machine (QEMU's under load is not accurate), or needs huge pages or test modules; futex_wait_timeout
# passes 32-bit times to a call that takes 64-bit ones, and waits for ever.
PROGRAMS = {
    "futex/functional": (
        "futex_requeue", "futex_requeue_pi", "futex_requeue_pi -b", "futex_requeue_pi -b -l",
        "futex_requeue_pi_mismatched_ops", "futex_requeue_pi_signal_restart", "futex_wait",
        "futex_wait_private_mapped_file", "futex_wait_uninitialized_heap",
        "futex_wait_wouldblock", "futex_waitv"),
    "mqueue": ("mq_open_tests /test1",),
    "ipc": ("msgque",),
    "timers": ("posix_timers", "nanosleep", "inconsistency-check -t 2", "threadtest -t 5 -n 4"),
    "sigaltstack": ("sas",),
    "membarrier": ("membarrier_test_single_thread", "membarrier_test_multi_thread"),
    "vm": ("map_fixed_noreplace", "map_populate", "mlock-random-test", "mlock2-tests", "mrelease_test",
           "mremap_dontunmap", "mremap_test", "on-fault-limit", "madv_populate", "soft-dirty", "memfd_secret",
           "userfaultfd anon 4 4", "userfaultfd shmem 4 4", "ksm_tests -M"),
}
CASES = [f"{collection} {program}" for collection, programs in PROGRAMS.items() for program in programs]


@pytest.fixture(scope="module")
def systems(request, module_lab, tmp_path_factory):
    """The Systems of the test's parameter, and the file that gets the results."""
    board, kernel = request.param
    archive = initramfs("armel", tmp_path_factory.mktemp("debian"))
    both = Systems(module_lab, board, kernel, archive, icount=True)   # a busy host delays no timer
    both.results = OUT / f"kselftest-{board}-{kernel}.tsv"
    both.results.write_text("program\tnative\tdomU\tresults\tsame\n")
    yield both
    both.close()


def outcome(text):
    """What a run's first line, "status N", means."""
    status = text.split("\n", 1)[0].removeprefix("status ")
    return {"0": "pass", "4": "skip", "124": "timeout"}.get(status, f"fail ({status})")


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("systems", SYSTEMS, ids="-".join, indirect=True)
def test_results_are_native_ones(systems, case):
    command = f"sh /opt/programs/kselftest.sh {LIMIT_S} {case}"
    native, dom_u = (systems.run(where, command, LIMIT_S + 60).text for where in ("native", "domU"))
    with open(systems.results, "a", encoding="utf-8") as file:
        file.write(f"{case}\t{outcome(native)}\t{outcome(dom_u)}\t{len(native.splitlines()) - 1}\t"
                   f"{'yes' if native == dom_u else 'no'}\n")
    assert "status 127" not in native and "status 126" not in native, "the program is not there"
    assert outcome(native) != "timeout"
    assert dom_u == native
