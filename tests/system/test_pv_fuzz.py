# SPDX-License-Identifier: Apache-2.0
"""A domain that attacks dom0's block and network backends (guest/fuzz): they serve on, nothing is left behind, nobody else suffers.

EXEN_FUZZ_SECONDS says how long (default 120; 3600 for a nightly run), EXEN_FUZZ_SEED with which seed (default 1).

What the others get done is counted in time that QEMU makes from instructions (-icount): the load of this machine doesn't matter. dom0
reads its disk and computes, domU reads its disk and fetches files from dom0, both as fast as they can. The attacker has a lower
exen,priority, as a domain should that nobody trusts: then the others must get 80 % of what they get while it rests. With equal
priorities it has its share of the processor, attacking or not: then 80 % of what they get beside an honest user of the disk.
"""

import os
import re
import struct

import pytest

import complaints
from deadlines import SHELL_S
from exenboot import Timeout
from exenboot.images import TOP, build_image, payload_files
from exenboot.machine import PACED_OPTIONS

BOARD = "vexpress-a9"
SECONDS = int(os.environ.get("EXEN_FUZZ_SECONDS", "120"))
SEED = int(os.environ.get("EXEN_FUZZ_SEED", "1"))
DISK_MIB = 8
ROUND_S = 120           # the longest round, on a slow machine
SLACK_KIB = 1024        # of dom0's memory, nothing that grows
SETTLE_TRIES = 10
WARM_UP_S = 15          # after which each kind of node has been there once
FUZZ = "domU2"
FUZZ_ID = 2
# What Xen's tools do when they detach and attach an interface, each time that pv-fuzz asks.
RENEW = f"""cd /sys/bus/xen-backend/drivers/vif
xenstore-watch /local/domain/{FUZZ_ID}/data/renew | while read path; do
	if [ -e vif-{FUZZ_ID}-0 ]; then echo vif-{FUZZ_ID}-0 >unbind; fi; echo vif-{FUZZ_ID}-0 >bind
done
"""
WINDOW_S = 6            # of measuring, in the machine's time
PAIRS = 3
LEAST = 0.8
WORK = """
read up rest </proc/uptime; end=$((${up%%.*} + $1)); n=0
while read up rest </proc/uptime; [ ${up%%.*} -lt $end ]; do
	UNIT
	n=$((n + 1))
done
echo $n
"""
UNITS = {"dom0": "md5sum /tmp/www/file >/dev/null; dd if=/dev/vda of=/dev/null bs=64k count=16 iflag=direct 2>/dev/null",
         "domU": "dd if=/dev/xvda of=/dev/null bs=64k count=16 iflag=direct 2>/dev/null; "
                 "wget -q -O /dev/null http://10.9.0.1:8000/file"}


def numbered_sectors(path):
    """A disk whose sectors begin with their number, as pv-fuzz expects."""
    path.write_bytes(b"".join(struct.pack("<Q", number).ljust(512, b"\0") for number in range(DISK_MIB * 2048)))
    return path


class Run:
    """A machine under attack."""

    def __init__(self, session):
        self.session = session
        self.output = self.session.output
        self.rounds = 0
        self.current = "rest"           # the order that pv-fuzz has

    def order(self, word):
        """Tells pv-fuzz what to do; returns when it has finished what it did before.  It only acknowledges what is new."""
        if word == self.current:
            return
        start = self.session.mark(FUZZ)
        self.output("dom0", f"xenstore-write /local/domain/{FUZZ_ID}/data/fuzz {word}")
        self.wait(rb"pv-fuzz: " + word.encode() + rb"\r?$", ROUND_S, start)
        self.current = word

    def wait(self, pattern, timeout, start=0):
        """Waits for what pv-fuzz says, or that it fails."""
        index, match = self.session.wait_for_any(FUZZ, [rb"pv-fuzz: FAILURE.*", pattern], timeout, start)
        assert index, match.text
        return match

    def attack(self, seconds):
        """Lets it attack; the number of rounds."""
        start = self.session.mark(FUZZ)
        self.order("attack")
        try:
            pytest.fail(self.session.wait_for(FUZZ, rb"pv-fuzz: FAILURE.*", seconds, start).text)
        except Timeout:
            self.order("rest")
        return self.session.text(FUZZ)[start:].count(": good")

    def prepare_work(self):
        """Puts into both domains what they are to do."""
        self.output("dom0", "mkdir -p /tmp/www; dd if=/dev/urandom of=/tmp/www/file bs=256k count=1 2>/dev/null; "
                            "httpd -p 8000 -h /tmp/www")
        for domain, unit in UNITS.items():
            self.output(domain, f"cat >/tmp/work <<'END'\n{WORK.replace('UNIT', unit)}END")

    def work(self, order):
        """What dom0 and domU get done in a window in which pv-fuzz has this order: {domain: units}, its rounds."""
        self.order(order)
        start = self.session.mark(FUZZ)
        self.output("dom0", f"rm -f /tmp/done; (sh /tmp/work {WINDOW_S} >/tmp/n; echo >/tmp/done) </dev/null >/dev/null 2>&1 &")
        units = {"domU": int(self.output("domU", f"sh /tmp/work {WINDOW_S}"))}
        units["dom0"] = int(self.output("dom0", "until [ -e /tmp/done ]; do sleep 0.1; done; cat /tmp/n"))
        rounds = self.session.text(FUZZ)[start:].count(": good")
        self.order("rest")
        return units, rounds

    def compare(self, order):
        """What is left to dom0 and domU of what they get done beside pv-fuzz under an order, when it attacks."""
        self.prepare_work()
        quiet = {domain: 0 for domain in UNITS}
        attacked = dict(quiet)
        attacks = 0
        for _ in range(PAIRS):
            for phase, sums in ((order, quiet), ("attack", attacked)):
                units, rounds = self.work(phase)
                for domain, number in units.items():
                    sums[domain] += number
                attacks += rounds if phase == "attack" else 0
        assert attacks >= PAIRS, "it had no time to attack"
        return {domain: attacked[domain] / quiet[domain] for domain in UNITS}

    def left_behind(self):
        """What dom0 and the hypervisor hold of pv-fuzz, which is at rest."""
        grants = self.session.hypervisor_command("grants 0")
        ports = self.session.hypervisor_command("evtchn 0")
        store = self.session.hypervisor_command("xenstore").splitlines()    # one error node a device stays, as ever
        memory = self.output("dom0", "grep -E '^(MemFree|CmaFree|Slab)' /proc/meminfo")
        return {"mappings": len(re.findall(rf"of domain {FUZZ_ID},", grants)),
                "ports": len(re.findall(rf"to domain {FUZZ_ID} ", ports)),
                "nodes": sum("/error/backend" not in line for line in store),
                "memory": [int(kib) for kib in re.findall(r"(\d+) kB", memory)]}

    def left_behind_at_last(self):
        """On a busy machine dom0's memory is back a little later than what has used it."""
        for _ in range(SETTLE_TRIES):
            found = self.left_behind()
            if found["memory"][0] > self.before["memory"][0] - SLACK_KIB:
                break
            self.output("dom0", "sleep 2")
        return found


def boot(lab, folder, priority):
    """A machine whose pv-fuzz rests, with this exen,priority."""
    source = (TOP / "image/configs/fuzz.dts").read_text()
    source = source.replace("seed=1", f"seed={SEED}").replace("exen,priority = <1>", f"exen,priority = <{priority}>")
    config = folder / f"fuzz{priority}.dts"
    config.write_text(source)
    image = build_image(BOARD, config, payloads=payload_files(BOARD, "fuzz"), output=config.with_suffix(".img"))
    disks = [numbered_sectors(folder / name) for name in ("good", "bad")]
    run = Run(lab.boot(BOARD, image, network=True, virtio_disks=disks, extra=PACED_OPTIONS))
    run.session.shell("dom0", SHELL_S)
    run.session.shell("domU", SHELL_S)
    run.wait(rb"pv-fuzz: rest", SHELL_S)
    run.output("dom0", f"cat >/tmp/renew <<'END'\n{RENEW}END\n(sh /tmp/renew) </dev/null >/dev/null 2>&1 &")
    return run


@pytest.fixture(scope="module")
def run(module_lab, tmp_path_factory):
    """All of it, once; the tests look at what has come out."""
    run = boot(module_lab, tmp_path_factory.mktemp("fuzz"), 1)
    run.rounds = run.attack(WARM_UP_S)
    run.kept = run.compare("rest")
    run.before = run.left_behind()
    run.rounds += run.attack(SECONDS)
    run.after = run.left_behind_at_last()
    return run


def test_the_backends_serve_after_each_round(run):
    """Each round ends with reads, writes and an answered ARP request; it takes a second or so."""
    assert run.rounds >= SECONDS // 10
    print(f"{run.rounds} rounds")


def test_the_others_keep_their_throughput(run):
    print(run.kept)
    assert min(run.kept.values()) >= LEAST


def test_nothing_is_left_behind(run):
    print(run.before, run.after)
    assert run.after["mappings"] == run.after["ports"] == 0
    assert run.after["nodes"] == run.before["nodes"]
    free, slab, cma = (after - before for after, before in zip(run.after["memory"], run.before["memory"]))
    assert free > -SLACK_KIB and cma > -SLACK_KIB and slab < SLACK_KIB


def test_dom0_does_not_stumble(run):
    """Refused requests are no oops and no warning."""
    complaints.check_none(run.session)


def test_dom0_says_which_domain_it_was(run):
    text = run.session.text("dom0")
    assert re.search(rf"vbd vbd-{FUZZ_ID}-\d+: operation \d+ refused", text)
    assert re.search(rf"vbd vbd-{FUZZ_ID}-\d+: Frontend provided bogus ring requests", text)
    assert re.search(rf"vif vif-{FUZZ_ID}-0 vif{FUZZ_ID}.0: fatal error; disabling device", text)


def test_domu_comes_back_while_it_attacks(run):
    """What it does to xenstore hides no birth of another's device."""
    run.order("attack")
    for _ in range(3):
        start = run.session.mark("domU")
        run.session.send("domU", b"reboot -f\r")
        run.session.wait_for("domU", rb"Linux version", start=start)
        run.session.forget_shell("domU")
        run.session.shell("domU", SHELL_S)
        run.output("domU", "until [ -b /dev/xvda ] && [ -e /sys/class/net/eth0 ]; do sleep 0.1; done")
    run.order("rest")


def test_the_others_work_on(run):
    """The other domain's disk and network, after all that."""
    assert int(run.output("domU", "dd if=/dev/xvda bs=512 skip=77 count=1 iflag=direct 2>/dev/null | od -An -t u4 -N 4")) == 77
    assert " 0% packet loss" in run.output("domU", "ping -c 3 10.9.0.1")


@pytest.mark.long
def test_no_worse_than_an_honest_neighbour(lab, tmp_path):
    """With equal priorities."""
    kept = boot(lab, tmp_path, 3).compare("work")
    print(kept)
    assert min(kept.values()) >= LEAST
