# SPDX-License-Identifier: Apache-2.0
"""Disks and networks of a domU, served by dom0 through Xen's split drivers: data, errors, life and death.

The card holds known bytes, so that what domU reads is compared with a file, and what it writes is read
from that file.
"""

import contextlib
import hashlib
import os
import random
import re

import pytest

from deadlines import SHELL_S
from exenboot import XEN
from exenboot.errors import Timeout
from exenboot.images import TOP, build_image, payload_files
from outside import http_server

CARD_MIB = 32
MIB = 1 << 20
FREE_AT = 16                    # MiB from which on the tests write
CYCLES = int(os.environ.get("EXEN_CYCLES", "4"))
BOARDS = ["vexpress-a9", "realview-eb-arm926", pytest.param("realview-eb-arm1176", marks=pytest.mark.long)]
# In front of any other device: the card once more, read-only
READ_ONLY = """
			reader {
				compatible = "exen,block";
				exen,device = "xvdb";
				exen,source = "/dev/mmcblk0";
				exen,read-only;
			};
"""


class Card:
    """The SD card's file on this machine."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(random.Random(4).randbytes(CARD_MIB * MIB))

    def md5(self, offset, size):
        """Of a range of its bytes, as md5sum prints it."""
        with self.path.open("rb") as file:
            file.seek(offset)
            return hashlib.md5(file.read(size)).hexdigest()


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    return Card(tmp_path_factory.mktemp("card") / "card")


@pytest.fixture(scope="module", params=BOARDS)
def system(request, module_lab, card, tmp_path_factory):
    """dom0 and domU with their shells, domU's devices connected."""
    source = (TOP / "image/configs/disk.dts").read_text()
    config = tmp_path_factory.mktemp("config") / "disk.dts"
    at = source.index("network {")
    config.write_text(source[:at] + READ_ONLY.strip() + "\n\n\t\t\t" + source[at:])
    image = build_image(request.param, config, payloads=payload_files(request.param, "disk"),
                        output=config.with_suffix(".img"))
    session = module_lab.boot(request.param, image, network=True, disk=card.path)
    session.shell("dom0", SHELL_S)
    session.shell("domU", SHELL_S)
    connected(session)
    return session


def connected(session):
    """Waits until domU has its disks and its interface is up, with an address of its own."""
    session.output("domU", "until [ -b /dev/xvda ] && [ -b /dev/xvdb ] && [ -e /sys/class/net/eth0 ]; do sleep 0.1; "
           "done; ip link set eth0 up; ip addr replace 10.9.0.2/24 dev eth0")
    session.output("dom0", "ip addr replace 10.9.0.1/24 dev xenbr0")


# -- disks

@pytest.mark.parametrize("block", [512, 4096, 65536, MIB])
def test_reads_what_is_on_the_card(system, card, block):
    size = min(2 * MIB, 256 * block)
    text = system.output("domU", f"dd if=/dev/xvda bs={block} count={size // block} iflag=direct 2>/dev/null | md5sum")
    assert text.split()[0] == card.md5(0, size)


@pytest.mark.parametrize("block", [512, 4096, 65536, MIB])
def test_what_it_writes_is_on_the_card(system, card, block):
    size = min(2 * MIB, 256 * block)
    sums = system.output("domU", f"dd if=/dev/urandom of=/tmp/data bs={size} count=1 2>/dev/null; md5sum </tmp/data; "
                  f"dd if=/tmp/data of=/dev/xvda bs={block} seek={FREE_AT * MIB // block} oflag=direct conv=notrunc "
                  f"2>/dev/null; dd if=/dev/xvda bs={MIB} skip={FREE_AT} count=2 iflag=direct 2>/dev/null | "
                  f"head -c {size} | md5sum").split()
    assert sums[0] == sums[2] == card.md5(FREE_AT * MIB, size)


def test_buffered_and_in_random_order(system, card):
    """A file system's way: page cache, write-back, reads of single pages here and there."""
    system.output("domU", f"dd if=/dev/urandom of=/tmp/data bs={MIB} count=2 2>/dev/null; "
           f"dd if=/tmp/data of=/dev/xvda bs=3000 seek=$(({FREE_AT * MIB} / 3000 + 1)) conv=notrunc,fsync 2>/dev/null; "
           "echo 3 >/proc/sys/vm/drop_caches")
    start = (FREE_AT * MIB // 3000 + 1) * 3000
    assert system.output("domU", "md5sum </tmp/data").split()[0] == card.md5(start, 2 * MIB)
    places = random.Random(5).sample(range(CARD_MIB * MIB // 4096), 40)
    text = system.output("domU", f"for at in {' '.join(map(str, places))}; do dd if=/dev/xvda bs=4096 skip=$at count=1 "
                  "2>/dev/null | md5sum; done")
    assert text.split()[::2] == [card.md5(4096 * at, 4096) for at in places]


def test_read_only_stays_so(system, card):
    before = card.md5(0, 4096)
    assert system.output("domU", "cat /sys/block/xvdb/ro").strip() == "1"
    assert system.run("domU", "dd if=/dev/zero of=/dev/xvdb bs=4096 count=1 oflag=direct").status != 0
    text = system.output("domU", "dd if=/dev/xvdb bs=4096 count=1 iflag=direct 2>/dev/null | md5sum")
    assert text.split()[0] == before == card.md5(0, 4096)


def test_the_disk_has_an_end(system):
    assert int(system.output("domU", "cat /sys/block/xvda/size")) == CARD_MIB * MIB // 512
    beyond = system.run("domU", f"dd if=/dev/zero of=/dev/xvda bs={MIB} seek={CARD_MIB} count=1 oflag=direct")
    assert beyond.status != 0 and "No space left" in beyond.text


def test_no_copy_between_the_domains(system):
    """dom0 has domU's own pages mapped while it serves: the hypervisor counts them."""
    mappings = re.search(r"(\d+) mappings of others'", system.hypervisor_command("grants 0"))
    assert int(mappings[1]) >= 4


# -- network

def test_ping(system):
    for domain, peer in (("domU", "10.9.0.1"), ("dom0", "10.9.0.2")):
        text = system.output(domain, f"ping -c 5 -s 1400 {peer}")
        assert " 0% packet loss" in text


def test_dhcp_from_outside(system):
    """QEMU's network is reached through the card of dom0, the bridge and the vif."""
    text = system.output("domU", "udhcpc -n -q -i eth0 2>&1")
    assert "lease of 10.0.2." in text
    system.output("domU", "ping -c 2 10.0.2.2; ip addr replace 10.9.0.2/24 dev eth0")


@pytest.fixture
def web(tmp_path):
    """(port, md5) of a file that this machine serves."""
    (tmp_path / "file").write_bytes(random.Random(6).randbytes(MIB))
    with http_server(tmp_path) as port:
        yield port, hashlib.md5((tmp_path / "file").read_bytes()).hexdigest()


def test_http_from_outside(system, web):
    port, md5 = web
    system.output("domU", "udhcpc -n -q -i eth0 2>&1")
    assert system.output("domU", f"wget -q -O - http://10.0.2.2:{port}/file | md5sum").split()[0] == md5
    connected(system)


def test_http_between_the_domains(system):
    """Both ways, larger than any ring."""
    for server, client, address in (("dom0", "domU", "10.9.0.1"), ("domU", "dom0", "10.9.0.2")):
        md5 = system.output(server, "mkdir -p /tmp/www; dd if=/dev/urandom of=/tmp/www/file bs=1M count=3 2>/dev/null; "
                     "pidof httpd >/dev/null || httpd -p 8000 -h /tmp/www; md5sum </tmp/www/file").split()[0]
        assert system.output(client, f"wget -q -O - http://{address}:8000/file | md5sum").split()[0] == md5
        system.output(server, "rm /tmp/www/file")


# -- life and death

UNBIND = "cd /sys/bus/xen-backend/drivers; for d in v??/v??-*; do echo ${d#*/} >${d%%/*}/unbind; done"


def test_backends_are_restarted_while_domu_waits(system, card):
    if not system.output("dom0", "ls /lib/modules").strip():
        pytest.skip("backends are not modules")
    system.output("domU", "(dd if=/dev/xvda bs=64k count=64 iflag=direct 2>/tmp/log | md5sum >/tmp/sum; echo >/tmp/done) "
           "</dev/null >/dev/null 2>&1 & rm -f /tmp/done; sleep 0.2")
    system.output("dom0", f"{UNBIND}; rmmod xen_blkback; rmmod xen_netback")
    assert "xen_blkback" not in system.output("dom0", "lsmod")
    system.output("dom0", "insmod /lib/modules/xen-blkback.ko; insmod /lib/modules/xen-netback.ko")
    text = system.output("domU", "until [ -e /tmp/done ]; do sleep 0.1; done; cat /tmp/sum")
    assert text.split()[0] == card.md5(0, 4 * MIB)
    assert " 0% packet loss" in system.output("domU", "until ping -c 1 -W 1 10.9.0.1 >/dev/null; do :; done; "
                                       "ping -c 3 10.9.0.1")


def counted(session):
    """What a domU's life must not leave behind in dom0 and the hypervisor."""
    mappings = re.search(r"(\d+) mappings of others'", session.hypervisor_command("grants 0"))
    ports = len(re.findall(r"^ *port ", session.hypervisor_command("evtchn 0"), re.M))
    nodes = sum("/backend/" in line for line in session.hypervisor_command("xenstore").splitlines())
    memory = session.output("dom0", "grep -E '^(MemFree|CmaFree)' /proc/meminfo")
    return int(mappings[1]), ports, nodes, [int(kib) for kib in re.findall(r"(\d+) kB", memory)]


@contextlib.contextmanager
def explained(session):
    """If something does not happen in time: what stands where, for who reads the report."""
    try:
        yield
    except Timeout:
        for command in ("domains", "evtchn", "grants", "xenstore"):
            print(f"-- {command}\n{session.hypervisor_command(command)}")
        for command in ("dmesg | tail -n 40", "cat /proc/interrupts", "ps", "ip -s link", "grep -H . /sys/bus/xen-backend/devices/*/state"):
            print(f"-- {command}\n{session.run('dom0', command).text}")
        raise


@pytest.mark.parametrize("end", ["echo c >/proc/sysrq-trigger", "reboot -f", "crash 1"])      # the last one: the hypervisor's command
def test_dies_in_the_middle_and_comes_back(system, card, end):
    figures = []
    for _ in range(CYCLES):
        system.output("domU", "(while :; do dd if=/dev/xvda of=/dev/null bs=64k iflag=direct; done) "
               "</dev/null >/dev/null 2>&1 & (ping -f 10.9.0.1 || ping -A 10.9.0.1) >/dev/null 2>&1 </dev/null & sleep 0.2")
        start = system.mark("domU")
        if end == "crash 1":
            system.hypervisor_command(end)
        else:
            system.send("domU", end.encode() + b"\r")
        system.wait_for("domU", rb"Linux version", start=start)
        system.forget_shell("domU")
        system.shell("domU", SHELL_S)
        connected(system)
        with explained(system):
            text = system.output("domU", "dd if=/dev/xvda bs=64k count=16 iflag=direct 2>/dev/null | md5sum; "
                                         "ping -c 2 10.9.0.1", SHELL_S)
        assert text.split()[0] == card.md5(0, MIB) and " 0% packet loss" in text
        figures.append(counted(system))
        print(f"cycle {len(figures)}: mappings, ports, nodes, free memory: {figures[-1]}", flush=True)
    # From the second cycle on nothing grows but what Linux caches.
    for now in figures[2:]:
        assert now[1:3] == figures[1][1:3]
        assert now[0] <= figures[1][0] + 64
        assert all(kib > before - 512 for kib, before in zip(now[3], figures[1][3]))


def test_powered_off_for_good(system):
    """Its devices go from dom0, and the rest of the system stays."""
    system.send("domU", b"poweroff -f\r")
    system.wait_for(XEN, rb"dom1 .domU.: halted")
    system.output("dom0", "while [ -e /sys/class/net/vif1.0 ] || ls /sys/bus/xen-backend/devices | grep -q .; do sleep 0.1; done")
    assert re.search(r"domain 0: 0 mappings of its frames, 0 mappings of others'", system.hypervisor_command("grants 0"))
