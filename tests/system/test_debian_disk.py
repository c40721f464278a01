# SPDX-License-Identifier: Apache-2.0
"""Debian in a domU whose root file system is on a disk, and all kinds of disks that dom0 may serve.

What domU wrote is read from the disk's file afterwards.
"""

import pytest

import cards
from cards import MIB
from deadlines import SHELL_S
from exenboot import XEN
from exenboot.images import TOP, build_image, payload_files

SMALL_MIB = 4
# Behind the root file system: a partition, read-only; a file of a file system that dom0 mounts; a virtio disk
PARTITIONS = """
			partition {
				compatible = "exen,block";
				exen,source = "/dev/mmcblk0p3";
				exen,read-only;
			};

			loop {
				compatible = "exen,block";
				exen,source = "/dev/loop0";
			};
"""
VIRTIO = """
			virtio {
				compatible = "exen,block";
				exen,source = "/dev/vda";
			};
"""
PROGRAM = """#include <stdio.h>
int main(void) { printf("%.3f\\n", 355 / 113.0); }
"""


class Debian:
    """dom0 and domU with their shells, and the disks' files."""

    def __init__(self, lab, board, arch, folder):
        self.virtio = cards.random_file(f"{board}.virtio", SMALL_MIB * MIB, 3) if board == "vexpress-a9" else None
        self.read_only = cards.random_file(f"{board}.read-only", SMALL_MIB * MIB, 2)
        (folder / "files").mkdir()
        (folder / "files" / "disk").write_bytes(bytes(SMALL_MIB * MIB))
        files = cards.file_system(f"{board}.files", 32, folder / "files")
        self.card = cards.Card(f"{board}.card", [files, cards.root_file_system(arch), self.read_only])
        config = folder / "debian-disk.dts"
        config.write_text(self.configuration())
        image = build_image(board, config, payloads=payload_files(board, "debian-disk"),
                            output=config.with_suffix(".img"))
        self.session = lab.boot(board, image, network=True, disk=self.card.path,
                                virtio_disks=[self.virtio] if self.virtio else [])
        self.session.shell("domU", SHELL_S)

    def configuration(self):
        """debian-disk.dts with more disks."""
        source = (TOP / "image/configs/debian-disk.dts").read_text()
        source = source.replace('"/dev/mmcblk0"', f'"PARTUUID={cards.SIGNATURE:08x}-02"')
        source = source.replace("exen.bridge=", "exen.loop=/dev/mmcblk0p1:disk exen.bridge=")
        at = source.index("network {")
        more = PARTITIONS + (VIRTIO if self.virtio else "")
        return source[:at] + more.strip() + "\n\n\t\t\t" + source[at:]

    def output(self, command, domain="domU", timeout=120):
        """What a command that must succeed writes."""
        return self.session.output(domain, command, timeout)


@pytest.fixture(scope="module", params=[
    ("vexpress-a9", "armhf"), pytest.param(("realview-eb-arm926", "armel"), marks=pytest.mark.long)], ids="-".join)
def debian(request, module_lab, tmp_path_factory):
    return Debian(module_lab, *request.param, tmp_path_factory.mktemp("disk"))


def test_root_is_the_disk(debian):
    device, folder, kind, options = debian.output("grep ' / ' /proc/mounts").split()[:4]
    assert (device, folder, kind) == ("/dev/root", "/", "ext4") or device == "/dev/xvda"
    assert options.split(",")[0] == "rw"
    assert debian.output("cat /sys/dev/block/$(mountpoint -d /)/uevent").count("DEVNAME=xvda\n") == 1
    assert debian.output("cat /etc/debian_version").startswith("12.")


def test_programs_run(debian):
    text = debian.output(f"cat >a.c <<'END'\n{PROGRAM}END\ngcc -O2 a.c -o a.out && ./a.out; "
                         "python3 -c 'print(sum(range(1000)))'", timeout=600)
    assert text.split() == ["3.142", "499500"]


def test_disk_of_a_partition_is_read_only(debian):
    size = int(debian.output("cat /sys/block/xvdb/size"))
    assert size * cards.SECTOR == SMALL_MIB * MIB
    assert debian.output("cat /sys/block/xvdb/ro").strip() == "1"
    assert debian.output("md5sum </dev/xvdb").split()[0] == cards.md5(debian.read_only.read_bytes())
    assert debian.session.run("domU", "dd if=/dev/zero of=/dev/xvdb bs=4k count=1 conv=fsync").status != 0


def test_disk_of_virtio(debian):
    if not debian.virtio:
        pytest.skip("this machine has no virtio-mmio")
    assert debian.output("md5sum </dev/xvdd").split()[0] == cards.md5(debian.virtio.read_bytes())
    text = debian.output(f"head -c {MIB} /dev/urandom >v; dd if=v of=/dev/xvdd bs=64k seek=16 conv=fsync 2>/dev/null; md5sum v")
    assert text.split()[0] == cards.md5(debian.virtio.read_bytes()[MIB:2 * MIB])


def test_disk_of_a_file(debian):
    """It is empty; domU makes a file system there."""
    assert debian.output("md5sum </dev/xvdc").split()[0] == cards.md5(bytes(SMALL_MIB * MIB))
    debian.output("busybox mke2fs /dev/xvdc >/dev/null && mount /dev/xvdc /mnt && "
                  "head -c 2M /dev/urandom >/mnt/file && umount /mnt")
    sums = debian.output("mount -o ro /dev/xvdc /mnt; md5sum </mnt/file; umount /mnt; md5sum </dev/xvdc").split()
    debian.loop_md5s = sums[0], sums[2]


def test_writes_survive_a_reboot(debian):
    debian.written = debian.output("head -c 3M /dev/urandom >file; mkdir folder; ln -s ../file folder/link; md5sum file").split()[0]
    start = debian.session.mark("domU")
    debian.session.send("domU", b"reboot\r")
    debian.session.wait_for("domU", rb"Linux version", start=start)
    debian.session.forget_shell("domU")
    debian.session.shell("domU", SHELL_S)
    assert debian.output("md5sum folder/link").split()[0] == debian.written
    assert debian.output("dmesg | grep -c 'xvda.*recovery' || true").strip() == "0"


def test_all_is_on_the_card_afterwards(debian):
    """domU ends, dom0 lets go of the file; then this machine looks."""
    debian.session.send("domU", b"poweroff\r")
    debian.session.wait_for(XEN, rb"dom1 .domU.: halted")
    debian.output("until losetup -d /dev/loop0 && umount /mnt/mmcblk0p1; do sleep 0.1; done", "dom0")
    root = debian.card.partition(2)
    cards.check_file_system(root)
    assert cards.md5(cards.read_file(root, "root/file")) == debian.written
    files = debian.card.partition(1)
    cards.check_file_system(files)
    disk = cards.read_file(files, "disk")
    assert cards.md5(disk) == debian.loop_md5s[1]
    assert cards.md5(debian.card.partition(3).read_bytes()) == cards.md5(debian.read_only.read_bytes())
