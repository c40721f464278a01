# SPDX-License-Identifier: Apache-2.0
"""dom0 runs Debian from a disk and shares a folder by 9P (diod); domU, without a disk, has its root there."""

import re

import pytest

import cards
from deadlines import SHELL_S
from exenboot import XEN
from exenboot.images import TOP, build_image, payload_files

DOM0, DOMU = "10.0.2.15", "10.0.2.20"
SHARE = """#!/bin/sh
mkdir -p /export
mount /dev/vdb /export && diod -c /dev/null -n -l 0.0.0.0:564 -e /export
"""


def configuration():
    """debian-disk.dts, the disk dom0's, domU with a small ramdisk to come up from."""
    source = (TOP / "image/configs/debian-disk.dts").read_text()
    source = re.sub(r"\t\t\tdisk \{.*?\n\t\t\t\};\n\n", """\t\t\tramdisk {
				compatible = "multiboot,ramdisk", "multiboot,module";
				exen,image = "domu-initrd";
			};\n\n""", source, flags=re.S)
    source = source.replace("exen.bridge=eth0", f"exen.bridge=eth0 exen.ip={DOM0}/24 exen.root=/dev/vda")
    return source.replace("root=/dev/xvda rw rootwait exen.ip=dhcp",
                          f"rdinit=/init exen.ip={DOMU}/24 exen.root=9p:{DOM0}:/export")


@pytest.fixture(scope="module")
def session(module_lab, tmp_path_factory):
    """dom0 and domU with their shells, both Debian's."""
    folder = tmp_path_factory.mktemp("share")
    script = folder / "rc.local"
    script.write_text(SHARE)
    script.chmod(0o755)
    files = cards.root_file_system("armhf")
    card, shared = cards.copy(files, "share.dom0"), cards.copy(files, "share.domU")
    cards.write_file(card, "etc/rc.local", script)
    config = folder / "share.dts"
    config.write_text(configuration())
    payloads = payload_files("vexpress-a9", "disk")
    image = build_image("vexpress-a9", config, payloads=payloads, output=config.with_suffix(".img"))
    session = module_lab.boot("vexpress-a9", image, virtio_disks=[card, shared], virtio_network=True)
    session.shared = shared
    for domain in ("dom0", "domU"):
        session.shell(domain, SHELL_S)
    return session


def test_roots(session):
    assert session.output("domU", "stat -f -c %T /").strip() == "v9fs"
    assert session.output("dom0", "stat -f -c %T /").strip() == "ext2/ext3"
    assert "/dev/vdb" in session.output("dom0", "grep /export /proc/mounts")


def test_programs_run(session):
    assert session.output("domU", "python3 -c 'print(sum(range(1000)))'; perl -e 'print 6 * 7'").split() == ["499500", "42"]


def test_both_see_what_one_writes(session):
    written = session.output("domU", "head -c 2M /dev/urandom >file; chmod 640 file; md5sum <file; sync")
    assert session.output("dom0", "md5sum </export$HOME/file") == written
    assert session.output("dom0", "stat -c '%a %u' /export$HOME/file").split() == ["640", "0"]
    written = session.output("dom0", "head -c 2M /dev/urandom >/export$HOME/other; md5sum </export$HOME/other")
    assert session.output("domU", "md5sum <other") == written


def test_it_is_there_after_a_restart(session):
    written = session.output("domU", "md5sum <file; sync")
    start = session.mark("domU")
    session.send("domU", b"reboot\r")
    session.wait_for("domU", rb"Linux version", SHELL_S, start)
    session.forget_shell("domU")
    session.shell("domU", SHELL_S)
    assert session.output("domU", "md5sum <file") == written


def test_its_files_are_whole_afterwards(session):
    written = session.output("domU", "md5sum <file").split()[0]
    session.send("domU", b"poweroff\r")
    session.wait_for(XEN, rb"dom1 .domU.: halted")
    session.output("dom0", "kill $(pidof diod); until umount /export; do sleep 0.1; done")
    cards.check_file_system(session.shared)
    assert cards.md5(cards.read_file(session.shared, "root/file")) == written
