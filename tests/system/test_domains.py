# SPDX-License-Identifier: Apache-2.0
"""How many domains fit: dom0 and three domU's in 256 MiB, dom0 and one in 48 MiB, all with console, disk and network.

And a disk whose driver uses DMA: what a domU writes is in its own frames, which are not dom0's.
"""

import re

import pytest

import cards
from deadlines import SHELL_S
from exenboot import XEN
from exenboot.images import TOP, build_image, payload_files

MIB = 1 << 20
DOMUS = ["domU", "domU2", "domU3"]
PARTITION_MIB = 10


def connect(session, domains):
    """dom0 is 10.9.0.1, the others 10.9.0.2 and so on."""
    session.output("dom0", "ip addr replace 10.9.0.1/24 dev xenbr0")
    for number, domain in enumerate(domains):
        session.output(domain, "until [ -b /dev/xvda ] && [ -e /sys/class/net/eth0 ]; do sleep 0.1; done; "
               f"ip link set eth0 up; ip addr add 10.9.0.{number + 2}/24 dev eth0")


def budget(session):
    """(MiB of RAM, MiB for domains, [MiB of each domain]), as the boot log has it."""
    text = session.text(XEN)
    memory = re.search(r"memory: (\d+) MiB at \w+, (\d+) of them for domains", text)
    return int(memory[1]), int(memory[2]), [int(mib) for mib in re.findall(r"^dom\d+ \"\w+\": (\d+) MiB at", text, re.M)]


@pytest.fixture(scope="module")
def four(module_lab):
    """Session, and the card with a partition for each domU."""
    card = cards.Card("four", [cards.random_file(f"four.{number}", PARTITION_MIB * MIB, number) for number in range(3)])
    session = module_lab.boot("vexpress-a9", build_image("vexpress-a9", "four", memory_mib=256), memory_mib=256,
                              network=True, disk=card.path)
    for domain in ["dom0", *DOMUS]:
        session.shell(domain, SHELL_S)
    connect(session, DOMUS)
    return session, card


def test_four_fit_into_256_mib(four):
    ram, for_domains, sizes = budget(four[0])
    assert ram == 256 and len(sizes) == 4 and sum(sizes) <= for_domains


def test_each_has_its_disk(four):
    session, card = four
    for number, domain in enumerate(DOMUS):
        text = session.output(domain, "cat /sys/block/xvda/size; md5sum </dev/xvda")
        assert text.split()[:2] == [str(PARTITION_MIB * 2048), cards.md5(card.partition(number + 1).read_bytes())]


def test_all_write_at_once(four):
    """Different data, at the same time; each in its own partition afterwards."""
    session, card = four
    for domain in DOMUS:
        session.output(domain, "rm -f /tmp/done; dd if=/dev/urandom of=/tmp/data bs=1M count=4 2>/dev/null; "
               "(dd if=/tmp/data of=/dev/xvda bs=64k seek=32 oflag=direct conv=notrunc 2>/tmp/log; echo $? >/tmp/done) "
               "</dev/null >/dev/null 2>&1 &")
    for number, domain in enumerate(DOMUS):
        text = session.output(domain, "until [ -s /tmp/done ]; do sleep 0.1; done; cat /tmp/done; md5sum </tmp/data; "
                      "rm /tmp/data")
        written = card.partition(number + 1).read_bytes()[2 * MIB:6 * MIB]
        assert text.split()[:2] == ["0", cards.md5(written)]


def test_all_reach_each_other(four):
    session, _ = four
    for domain in ["dom0", *DOMUS]:
        for number in range(1, 5):
            assert " 0% packet loss" in session.output(domain, f"ping -c 2 -s 1000 10.9.0.{number}")


def test_mappings_are_what_there_is_room_for(four):
    """dom0's table of mappings holds what three interfaces and three busy disks need."""
    text = four[0].hypervisor_command("grants 0")
    assert 6 <= int(re.search(r"(\d+) mappings of others'", text)[1]) <= 2048
    assert "no page left to map" not in four[0].output("dom0", "dmesg")


def test_the_smallest(lab):
    """A domU of 16 MiB beside a dom0 of 18, on a board of 48."""
    card = cards.Card("smallest", [cards.random_file("smallest.1", 14 * MIB, 7)])
    session = lab.boot("vexpress-a9", build_image("vexpress-a9", "smallest", memory_mib=48), memory_mib=48,
                       network=True, disk=card.path)
    for domain in ("dom0", "domU"):
        session.shell(domain, SHELL_S)
    ram, for_domains, sizes = budget(session)
    assert ram == 48 and len(sizes) == 2 and sum(sizes) <= for_domains
    connect(session, ["domU"])
    assert session.output("domU", "md5sum </dev/xvda").split()[0] == cards.md5(card.path.read_bytes())
    sent = session.output("domU", "dd if=/dev/urandom of=/tmp/data bs=64k count=8 2>/dev/null; md5sum </tmp/data; "
                  "dd if=/tmp/data of=/dev/xvda bs=64k seek=64 oflag=direct conv=notrunc 2>/dev/null; rm /tmp/data")
    assert sent.split()[0] == cards.md5(card.path.read_bytes()[4 * MIB:4 * MIB + (512 << 10)])
    for domain, peer in (("dom0", "10.9.0.2"), ("domU", "10.9.0.1")):
        assert " 0% packet loss" in session.output(domain, f"ping -c 5 -s 1400 {peer}")
    for domain in ("dom0", "domU"):
        assert "invoked oom-killer" not in session.text(domain)


def test_disk_by_dma(lab, tmp_path):
    """sabrelite's controller is a bus master (ADMA); its card is dom0's mmcblk3."""
    card = cards.Card("dma", [cards.random_file("dma.1", 14 * MIB, 8)])
    config = tmp_path / "dma.dts"
    config.write_text((TOP / "image/configs/disk.dts").read_text().replace("/dev/mmcblk0", "/dev/mmcblk3"))
    image = build_image("sabrelite", config, payloads=payload_files("sabrelite", "disk"),
                        output=config.with_suffix(".img"))
    session = lab.boot("sabrelite", image, disk=card.path)
    for domain in ("dom0", "domU"):
        session.shell(domain, SHELL_S)
    assert "using ADMA" in session.output("dom0", "dmesg | grep mmc3")
    session.output("domU", "until [ -b /dev/xvda ]; do sleep 0.1; done")
    for block in (512, 4096, 65536, MIB):
        size = min(8 * MIB, 512 * block)
        read = session.output("domU", f"dd if=/dev/xvda bs={block} count={size // block} iflag=direct 2>/dev/null | md5sum")
        assert read.split()[0] == cards.md5(card.path.read_bytes()[:size])
        size = min(2 * MIB, 512 * block)
        sent = session.output("domU", f"dd if=/dev/urandom of=/tmp/data bs={size} count=1 2>/dev/null; md5sum </tmp/data; "
                      f"dd if=/tmp/data of=/dev/xvda bs={block} seek={8 * MIB // block} oflag=direct conv=notrunc 2>/dev/null")
        assert sent.split()[0] == cards.md5(card.path.read_bytes()[8 * MIB:8 * MIB + size])
