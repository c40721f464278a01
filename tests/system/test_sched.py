# SPDX-License-Identifier: Apache-2.0
"""The hypervisor's command `sched`: priorities and budgets, shown and changed while two Linux systems run."""

import re

import pytest

from deadlines import SHELL_S
from exenboot.images import build_image



@pytest.fixture(scope="module")
def vexpress(module_lab):
    session = module_lab.boot("vexpress-a9", build_image("vexpress-a9", "linux2"), icount=True)
    for domain in ("dom0", "domU"):
        session.shell(domain, SHELL_S)
    return session


def terms(session, domid):
    """The domain's row of `sched`: [priority, budget, period, used, exhausted ...]."""
    row = re.search(rf"(?m)^ +{domid} \w+ +(.*)$", session.hypervisor_command("sched"))
    return row[1].replace(",", "").split()


def cpu_ms(session):
    """CPU time of dom0 and domU."""
    times = re.findall(r"(?m)(\d+)\.(\d{3}) s$", session.hypervisor_command("domains"))
    return [int(seconds) * 1000 + int(ms) for seconds, ms in times]


def share_of_domu(session):
    """In 1/100 of what both get; both compute all the time."""
    before = cpu_ms(session)
    assert session.run("dom0", "sleep 1").status == 0
    used = [now - then for now, then in zip(cpu_ms(session), before)]
    return 100 * used[1] / sum(used)


def test_no_latency(vexpress):
    assert "CONFIG_LATENCY" in vexpress.hypervisor_command("latency")


def test_without_budgets(vexpress):
    for domid in (0, 1):
        assert terms(vexpress, domid) == ["3", "-", "-", "-", "-"]


@pytest.mark.parametrize("line", ["0 prio 0", "1 prio 8", "1 prio", "1 prio 3 3", "1 prio x", "1 budget", "1 budget 100",
                                  "1 budget 9 1000", "1 budget 50 99", "1 budget 1001 1000", "1 budget 10 1000001",
                                  "1 budget 4294967306 1000", "1 budget none 1000", "1 budget 100 1000 5", "1 x", "1"])
def test_usage(vexpress, line):
    assert "sched DOM prio N" in vexpress.hypervisor_command(f"sched {line}")
    assert terms(vexpress, 1) == ["3", "-", "-", "-", "-"]


@pytest.mark.parametrize("domain", ["7", "8", "x", "32752", "65536", "-1"])
def test_no_such_domain(vexpress, domain):
    assert f"no domain {domain}" in vexpress.hypervisor_command(f"sched {domain} prio 5")


def test_budgets_leave_dom0_something(vexpress):
    vexpress.hypervisor_command("sched 1 prio 4")
    said = vexpress.hypervisor_command("sched 1 budget 1000 1000")
    assert "refused: budgets above dom0's priority would be 100.0 % of the CPU" in said
    vexpress.hypervisor_command("sched 1 prio 3")
    assert vexpress.hypervisor_command("sched 1 budget 1000 1000").strip() == ""
    assert "refused" in vexpress.hypervisor_command("sched 1 prio 4")
    assert "refused" in vexpress.hypervisor_command("sched 0 prio 2")
    assert terms(vexpress, 1)[:3] == ["3", "1000", "1000"]
    vexpress.hypervisor_command("sched 1 budget none")


def test_a_runaway_of_high_priority(vexpress):
    """domU never sleeps: it gets what its budget says, from then on, until it has none and dom0's priority."""
    vexpress.hypervisor_command("sched 1 budget 2000 10000")
    vexpress.hypervisor_command("sched 1 prio 6")
    for domain in ("dom0", "domU"):
        assert vexpress.run(domain, "while :; do :; done </dev/null >/dev/null 2>&1 &").status == 0
    assert 18 <= share_of_domu(vexpress) <= 22
    priority, budget, period, _, exhausted, *_ = terms(vexpress, 1)
    assert (priority, budget, period) == ("6", "2000", "10000") and int(exhausted) > 10
    vexpress.hypervisor_command("sched 1 budget 5000 10000")
    assert 47 <= share_of_domu(vexpress) <= 53
    vexpress.hypervisor_command("sched 1 budget 500 10000")
    assert 4 <= share_of_domu(vexpress) <= 7
    vexpress.hypervisor_command("sched 1 prio 3")
    vexpress.hypervisor_command("sched 1 budget none")
    assert 40 <= share_of_domu(vexpress) <= 60
    assert vexpress.run("domU", "echo alive").text.split() == ["alive"]
