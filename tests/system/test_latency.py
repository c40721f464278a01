# SPDX-License-Identifier: Apache-2.0
"""A hypervisor with CONFIG_LATENCY: what its command `latency` says of two Linux systems, drawn by tools/exen-latency."""

import re
import subprocess

import pytest

from deadlines import SHELL_S
from exenboot.images import OUT, TOP, build_image

LATENCY = OUT / "latency"


@pytest.fixture(scope="module")
def vexpress(module_lab):
    subprocess.run([TOP / "scripts" / "configure", "--output", LATENCY, "--set", "LATENCY=y"], check=True)
    subprocess.run(["make", "-s", "-C", TOP / "hypervisor", f"OUT_TOP={LATENCY}"], check=True)
    subprocess.run(["make", "-s", "-C", TOP / "tools/exen-latency"], check=True)
    image = build_image("vexpress-a9", "linux2", hypervisor=LATENCY / "hypervisor" / "exen.bin",
                        output=OUT / "check" / "images" / "latency.img")
    session = module_lab.boot("vexpress-a9", image)
    for domain in ("dom0", "domU"):
        session.shell(domain, SHELL_S)
    return session


def counts(text):
    """{(domid, kind): number of times}"""
    found = {}
    for part in re.split(r"(?m)^latency of domain ", text)[1:]:
        domid, kind = re.match(r"(\d+) \(\w+\), ([a-z ]+):", part).groups()
        found[int(domid), kind] = sum(int(n) for n in re.findall(r"(?m)^  below \d+ ns: (\d+)", part))
    return found


def test_all_domains_and_kinds(vexpress):
    text = vexpress.hypervisor_command("latency")
    found = counts(text)
    assert sorted(found) == [(domid, kind) for domid in (0, 1) for kind in ("interrupt to handler", "wake to run")]
    assert all(n > 10 for n in found.values()), found
    worst = re.findall(r"(?m)^  worst (\d+) ns at \d+ ms beside domain (\d+) pc \w{8} psr \w{8}.*$", text)
    assert len(worst) == 4 and all(0 < int(ns) < 2 ** 31 for ns, _ in worst)


def test_one_domain(vexpress):
    assert {domid for domid, _ in counts(vexpress.hypervisor_command("latency 1"))} == {1}
    assert "no domain 7" in vexpress.hypervisor_command("latency 7")


def test_who_kept_it_waiting(vexpress):
    """domU computes, and dom0 is more urgent."""
    assert vexpress.run("domU", "while :; do :; done </dev/null >/dev/null 2>&1 &").status == 0
    vexpress.hypervisor_command("sched 0 prio 5")
    assert vexpress.hypervisor_command("latency reset").strip() == ""
    assert vexpress.run("dom0", "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.05; done").status == 0
    text = vexpress.hypervisor_command("latency 0")
    handler = text.split("latency of domain 0 (dom0), wake to run")[0]
    assert 10 <= counts(text)[0, "interrupt to handler"] < 3000
    assert re.search(r"worst \d+ ns at \d+ ms beside domain \d+ pc", handler)


def longest(text):
    """Of the time without interrupts: ns, and where."""
    found = re.search(r"(?m)^longest time without interrupts: (\d+) ns at \d+ ms, (.+)$", text)
    return int(found[1]), found[2]


def test_longest_path(vexpress):
    """A domain's start cleans the data cache; later there is nothing like it."""
    text = vexpress.hypervisor_command("latency 1")
    ns, where = longest(text)
    assert ns > 0 and re.fullmatch(r"hypercall \d+ \(\d+\) of domain \d+|interrupt of domain \d+ at pc \w{8}|"
                                   r"the hypervisor's thread, masked before \w{8}", where)
    vexpress.hypervisor_command("latency reset")
    vexpress.output("dom0", "for i in 1 2 3 4 5; do sleep 0.01; done")
    assert 0 < longest(vexpress.hypervisor_command("latency"))[0]


def test_dom0_reads_it(vexpress):
    """The same numbers as at the hypervisor's console, which counts on meanwhile."""
    before = counts(vexpress.hypervisor_command("latency 1"))
    text = vexpress.output("dom0", "cat /sys/hypervisor/latency/1")
    after = counts(vexpress.hypervisor_command("latency 1"))
    found = counts(text)
    assert sorted(found) == sorted(before) and all(before[key] <= found[key] <= after[key] for key in found)
    assert longest(text)[0] > 0
    assert vexpress.output("dom0", "ls /sys/hypervisor/latency").split() == list("01234567")
    result = vexpress.run("dom0", "cat /sys/hypervisor/latency/5")
    assert result.status != 0 and "No such process" in result.text
    assert vexpress.run("domU", "ls /sys/hypervisor/latency").status != 0


def test_drawn(vexpress):
    text = vexpress.output("dom0", "cat /sys/hypervisor/latency/[01]") + vexpress.hypervisor_command("latency")
    for options, start in (([], b"domain 0 (dom0), interrupt to handler: "), (["--svg"], b"<svg ")):
        done = subprocess.run([OUT / "tools" / "exen-latency", *options], input=text.encode(), capture_output=True,
                              check=False)
        assert done.returncode == 0 and done.stdout.startswith(start), done.stderr.decode()
