# SPDX-License-Identifier: Apache-2.0
"""Large amounts through a domU's disks and network in all patterns, every byte checked at both ends (guest/user/io).

A slice of it always; as much as the issue asks for in the tests marked long. EXEN_TRANSFER_MIB says another amount for both.
"""

import os
import re

import pytest

import cards
from cards import MIB
from exenboot.images import TOP, build_image, payload_files
from outside import exen_io, stream_server

SHELL_S = 240
LARGE_MIB = 512                 # from there on disks are larger, too
CARD_SHARE = 4                  # where there is a virtio disk, a multiple as fast, the card gets a quarter
LIMIT_S = 3 * 3600              # for all
DOM0, DOMU, OUTSIDE = "10.0.2.15", "10.0.2.20", "10.0.2.2"
PORT = 9000
SLICE_MIB = 24
AMOUNTS = {"vexpress-a9": 1024, "realview-eb-arm926": 128, "realview-eb-arm1176": 128}
SLOWEST_MIB_PER_S = 0.02       # small direct requests to a card, on a busy machine
VIRTIO = """
			virtio {
				compatible = "exen,block";
				exen,source = "/dev/vda";
			};
"""


def amount(board, is_long):
    """MiB to move."""
    return int(os.environ.get("EXEN_TRANSFER_MIB", AMOUNTS[board] if is_long else SLICE_MIB))


class System:
    """dom0, and domU with disks that exen-io has filled: {device: file}."""

    def __init__(self, lab, board, disk_mib, folder):
        self.files = {}
        is_vexpress = board == "vexpress-a9"
        for number, device in enumerate(["xvda", "xvdb"] if is_vexpress else ["xvda"]):
            self.files[device] = cards.new_file(f"{folder.name}.{device}")
            os.truncate(self.files[device], disk_mib * MIB)
            exen_io("fill", self.files[device], self.seed(number))
        source = (TOP / "image/configs/disk.dts").read_text().replace("exen.bridge=eth0", f"exen.bridge=eth0 exen.ip={DOM0}/24")
        source = source.replace('rdinit=/init";', f'rdinit=/init exen.ip={DOMU}/24";')
        at = source.index("network {")
        config = folder / "transfer.dts"
        config.write_text(source[:at] + (VIRTIO.strip() + "\n\n\t\t\t" if is_vexpress else "") + source[at:])
        image = build_image(board, config, payloads=payload_files(board, "disk"), output=config.with_suffix(".img"))
        self.session = lab.boot(board, image, network=True, virtio_network=is_vexpress, disk=self.files["xvda"],
                                virtio_disks=[self.files["xvdb"]] if is_vexpress else [])
        self.output = self.session.output
        for domain in ("dom0", "domU"):
            self.session.shell(domain, SHELL_S)
        self.output("domU", f"until {' && '.join(f'[ -b /dev/{disk} ]' for disk in self.files)} && "
                            f"ping -c 1 -W 1 {DOM0} >/dev/null; do sleep 0.1; done")

    def share(self, disk, mib):
        """How many of the MiB are moved through a disk."""
        if len(self.files) == 1:
            return mib
        return mib // CARD_SHARE if disk == "xvda" else mib - mib // CARD_SHARE

    @staticmethod
    def seed(number):
        """Of the disk with that number."""
        return 1000 + number

    def start(self, domain, name, command):
        """Runs a command in the background of a domain."""
        self.output(domain, f"rm -f /tmp/{name}.*; ({{ {command}; }} >/tmp/{name}.log 2>&1; echo $? >/tmp/{name}.end) "
                            "</dev/null >/dev/null 2>&1 &")

    def finish(self, domain, name, timeout):
        """What it wrote, once it has ended, which must be with success."""
        text = self.output(domain, f"until [ -s /tmp/{name}.end ]; do sleep 0.1; done; cat /tmp/{name}.end /tmp/{name}.log",
                           timeout)
        assert text.split()[0] == "0", text
        return text


@pytest.fixture(params=[("vexpress-a9", False), *(
    pytest.param((board, True), marks=[pytest.mark.long, pytest.mark.timeout(LIMIT_S)]) for board in AMOUNTS)],
                ids=lambda param: f"{param[0]}-{'all' if param[1] else 'slice'}")
def system(request, lab, tmp_path):
    """A System, how many MiB to move through it, and seconds that it may take."""
    board, is_long = request.param
    mib = amount(board, is_long)
    return System(lab, board, 32 if mib >= LARGE_MIB else 8, tmp_path), mib, SHELL_S + mib / SLOWEST_MIB_PER_S


def test_disks(system):
    """All disks of the domain at once. What domU has written is what the files on this machine have then."""
    machine, mib, seconds = system
    for number, disk in enumerate(machine.files):
        machine.start("domU", disk, f"exen-io move /dev/{disk} {machine.seed(number)} {machine.share(disk, mib)}")
    for number, (disk, file) in enumerate(machine.files.items()):
        share = machine.share(disk, mib)
        text = machine.finish("domU", disk, seconds)
        print(f"{disk}: {text}", flush=True)
        assert sum(map(int, re.findall(r"(\d+) MiB(?: mixed|,)", text))) >= share - 3
        exen_io("check", file, machine.seed(number), share)
    # This machine writes, domU reads.
    for number, (disk, file) in enumerate(machine.files.items()):
        exen_io("fill", file, 5 + number)
        machine.output("domU", f"echo 3 >/proc/sys/vm/drop_caches; exen-io check /dev/{disk} {5 + number} 0", seconds)


def test_network(system):
    """A quarter of the amount each way between dom0 and domU, and between domU and this machine, all at once."""
    machine, mib, seconds = system
    share = mib // 4
    machine.start("dom0", "serve", f"exen-io serve {PORT} 7 {share}")
    machine.output("dom0", f"until netstat -ltn | grep -q :{PORT}; do sleep 0.1; done")
    with stream_server(8, share) as port:
        machine.start("domU", "dom0", f"exen-io connect {DOM0} {PORT} 7 {share}")
        machine.start("domU", "outside", f"exen-io connect {OUTSIDE} {port} 8 {share}")
        for domain, name in (("domU", "dom0"), ("dom0", "serve"), ("domU", "outside")):
            assert f"received {share} MiB" in machine.finish(domain, name, seconds)
