# SPDX-License-Identifier: Apache-2.0
"""What goes wrong in dom0 reaches the domU's as errors, in bounded time, and nobody else: disk full, bad sector, card
pulled, link down, interfaces taken away. What works again afterwards, and how.

domU's disks: xvda the SD card with a file system and a raw partition, xvdb a sparse file of a file system of dom0's that is smaller, xvdc one with a bad sector
(QEMU's blkdebug). domU2 has a disk of its own; it must not notice anything.
"""

import os
import time

import pytest

import cards
from cards import MIB
from deadlines import SHELL_S
from exenboot.images import TOP, build_image, payload_files
from outside import http_server, stream_server

BOUND_S = 60                    # for an error, on a busy machine; Linux's own limits are below 10 s
BOARD = "vexpress-a9"
DOM0, DOMU, DOMU2, OUTSIDE = "10.0.2.15", "10.0.2.20", "10.0.2.21", "10.0.2.2"
FS_MIB, RAW_MIB = 8, 16         # partitions of the card
FULL_MIB, FILE_MIB, FILLER_MIB = 24, 64, 8      # a file system, what is promised of it, what can be freed in it
BAD_SECTOR = 4096
DISKS = """
			full {
				compatible = "exen,block";
				exen,source = "/dev/loop0";
			};

			bad {
				compatible = "exen,block";
				exen,source = "/dev/vdb";
			};
"""
SECOND = f"""
		domU2 {{
			compatible = "xen,domain";
			memory = <0 0xa000>;
			cpus = <1>;

			kernel {{
				compatible = "multiboot,kernel", "multiboot,module";
				exen,image = "linux";
				bootargs = "console=hvc0 rdinit=/init exen.name=domU2 exen.ip={DOMU2}/24";
			}};

			ramdisk {{
				compatible = "multiboot,ramdisk", "multiboot,module";
				exen,image = "domu-initrd";
			}};

			disk {{
				compatible = "exen,block";
				exen,source = "/dev/vda";
			}};

			network {{
				compatible = "exen,network";
			}};
		}};
"""
VBD = "vbd-1-51712"             # domU's xvda in dom0


class System:
    """dom0, domU, domU2 with their shells, and what can be done to their devices from here."""

    def __init__(self, lab, folder):
        self.card = cards.Card("errors.card", [self.some_files(folder), cards.random_file("errors.raw", RAW_MIB * MIB, 31)])
        self.bad = cards.random_file("errors.bad", 4 * MIB, 32)
        self.other = cards.random_file("errors.other", 4 * MIB, 33)
        config = folder / "errors.dts"
        config.write_text(self.configuration())
        image = build_image(BOARD, config, payloads=payload_files(BOARD, "disk"), output=config.with_suffix(".img"))
        bad = (f"if=none,id=bad,format=raw,rerror=report,werror=report,file.driver=blkdebug,file.image.driver=file,"
               f"file.image.filename={self.bad},file.inject-error.0.event=none,file.inject-error.0.sector={BAD_SECTOR}")
        # Linux finds what is last on QEMU's command line first: other, bad and full are its vda, vdb, vdc.
        other = f"if=none,id=other,format=raw,file={self.other}"
        self.session = lab.boot(BOARD, image, disk=self.card.path, virtio_network=True, virtio_disks=[self.full(folder)],
                                extra=["-drive", bad, "-device", "virtio-blk-device,drive=bad",
                                       "-drive", other, "-device", "virtio-blk-device,drive=other"])
        for domain in ("dom0", "domU", "domU2"):
            self.session.shell(domain, SHELL_S)
        self.connected("domU", "xvda", "xvdb", "xvdc")
        self.connected("domU2", "xvda")

    @staticmethod
    def configuration():
        """disk.dts with more."""
        source = (TOP / "image/configs/disk.dts").read_text()
        source = source.replace("exen.bridge=eth0", f"exen.loop=/dev/vdc:disk exen.bridge=eth0 exen.ip={DOM0}/24")
        source = source.replace('rdinit=/init";', f'rdinit=/init exen.ip={DOMU}/24";')
        at, end = source.index("network {"), source.rindex("\t};\n};")
        return source[:at] + DISKS.strip() + "\n\n\t\t\t" + source[at:end] + SECOND + source[end:]

    @staticmethod
    def some_files(folder):
        """A file system with a file."""
        (folder / "card").mkdir()
        (folder / "card/file").write_bytes(os.urandom(MIB))
        return cards.file_system("errors.fs", FS_MIB, folder / "card")

    @staticmethod
    def full(folder):
        """A file system with a sparse file that is larger than it, and a file that fills it."""
        (folder / "files").mkdir()
        (folder / "files/disk").touch()
        os.truncate(folder / "files/disk", FILE_MIB * MIB)
        (folder / "files/filler").write_bytes(os.urandom(FILLER_MIB * MIB))
        return cards.file_system("errors.full", FULL_MIB, folder / "files")

    def run(self, domain, command, timeout=120):
        """(status, text, seconds) of a command."""
        start = time.monotonic()
        result = self.session.run(domain, command, timeout)
        return result.status, result.text, time.monotonic() - start

    def output(self, domain, command, timeout=120):
        """What a command that must succeed writes."""
        return self.session.output(domain, command, timeout)

    def fails(self, domain, command):
        """What a command writes that must fail, and soon."""
        status, text, seconds = self.run(domain, command, BOUND_S)
        assert status, f"{command}: {text}"
        print(f"{domain}: {command}: status {status} after {seconds:.1f} s: {text}")
        return text

    def connected(self, domain, *disks):
        """Waits until a domain has its disks and reaches dom0."""
        there = " && ".join([f"[ -b /dev/{disk} ]" for disk in disks])
        self.output(domain, f"until {there} && ping -c 1 -W 1 {DOM0} >/dev/null; do sleep 0.1; done")

    def in_background(self, name, command):
        """Starts a command in domU whose output goes to /tmp/NAME and whose status to /tmp/NAME.end."""
        self.output("domU", f"rm -f /tmp/{name}.end; ({{ {command}; }} >/tmp/{name} 2>&1; echo $? >/tmp/{name}.end) "
                            "</dev/null >/dev/null 2>&1 &")

    def end_of(self, name, timeout=BOUND_S):
        """(status, text) of that."""
        text = self.output("domU", f"until [ -s /tmp/{name}.end ]; do sleep 0.1; done; cat /tmp/{name}.end /tmp/{name}", timeout)
        status, _, rest = text.partition("\n")
        return int(status), rest

    def others_live(self):
        """dom0 and domU2 do what they did before."""
        assert self.output("dom0", "echo alive").strip() == "alive"
        assert self.output("domU2", "dd if=/dev/xvda bs=64k iflag=direct 2>/dev/null | md5sum").split()[0] == \
            cards.md5(self.other.read_bytes())
        assert " 0% packet loss" in self.output("domU2", f"ping -c 2 {DOM0}")

    def qmp(self, name, /, **arguments):
        """A command to QEMU."""
        return self.session.machine.qmp.command(name, **arguments)


@pytest.fixture(scope="module")
def system(module_lab, tmp_path_factory):
    return System(module_lab, tmp_path_factory.mktemp("errors"))


def read_direct(system, disk, mib, count=1):
    """The md5 of some MiB of one of domU's disks."""
    return system.output("domU", f"dd if=/dev/{disk} bs=1M skip={mib} count={count} iflag=direct 2>/dev/null | md5sum").split()[0]


# -- disk full

@pytest.fixture(scope="module")
def filled(system):
    """domU has written until it went no further: (how many MiB went there, what was said then)."""
    system.output("domU", "dd if=/dev/urandom of=/tmp/data bs=1M count=1 2>/dev/null")
    for mib in range(FILE_MIB):
        status, text, _ = system.run("domU", f"dd if=/tmp/data of=/dev/xvdb bs=1M seek={mib} oflag=direct conv=notrunc",
                                     BOUND_S)
        if status:
            return mib, text
    return FILE_MIB, ""


def test_disk_full_is_an_error(system, filled):
    mib, text = filled
    assert 4 <= mib < FULL_MIB
    assert "Input/output error" in text or "No space" in text
    assert "Input/output error" in system.fails("domU", f"dd if=/tmp/data of=/dev/xvdb bs=64k seek={16 * (FILE_MIB - 2)} "
                                           "conv=notrunc,fsync")
    assert int(system.output("dom0", "df -k /mnt/vdc | awk 'END { print $4 }'")) < 1024
    system.others_live()


def test_what_was_written_before_it_was_full_is_right(system, filled):
    md5 = system.output("domU", "md5sum </tmp/data").split()[0]
    system.output("dom0", "sync; echo 3 >/proc/sys/vm/drop_caches")
    assert {read_direct(system, "xvdb", mib) for mib in range(filled[0])} == {md5}


def test_what_is_there_can_be_written_again(system, filled):
    md5 = system.output("domU", "dd if=/dev/urandom of=/tmp/data bs=1M count=1 2>/dev/null; md5sum </tmp/data").split()[0]
    system.output("domU", "dd if=/tmp/data of=/dev/xvdb bs=1M seek=1 oflag=direct conv=notrunc 2>/dev/null")
    assert read_direct(system, "xvdb", 1) == md5


def test_freed_space_can_be_written(system, filled):
    system.output("dom0", "rm /mnt/vdc/filler; sync")
    md5 = system.output("domU", "dd if=/dev/urandom of=/tmp/data bs=1M count=1 2>/dev/null; md5sum </tmp/data; "
                        f"for mib in 0 1 2 3; do dd if=/tmp/data of=/dev/xvdb bs=1M seek=$(({filled[0]} + mib)) "
                        "oflag=direct conv=notrunc 2>/dev/null || exit; done; rm /tmp/data").split()[0]
    system.output("dom0", "sync; echo 3 >/proc/sys/vm/drop_caches")
    assert {read_direct(system, "xvdb", filled[0] + mib) for mib in range(4)} == {md5}


# -- a bad sector

def test_bad_sector_is_an_error(system):
    for block in (512, 65536):
        for command in (f"if=/dev/xvdc of=/dev/null bs={block} skip={BAD_SECTOR * 512 // block} count=1 iflag=direct",
                        f"if=/dev/zero of=/dev/xvdc bs={block} seek={BAD_SECTOR * 512 // block} count=1 oflag=direct conv=notrunc"):
            assert "Input/output error" in system.fails("domU", f"dd {command}")
    assert "Input/output error" in system.fails("domU", f"dd if=/dev/xvdc of=/dev/null bs=4k skip={BAD_SECTOR // 8} count=1")
    assert "vbd vbd-1-51744: operation" in system.session.text("dom0")


def test_sectors_beside_it_are_not(system):
    data = system.bad.read_bytes()
    for page in (BAD_SECTOR // 8 - 1, BAD_SECTOR // 8 + 1):
        text = system.output("domU", f"dd if=/dev/xvdc bs=4k skip={page} count=1 iflag=direct 2>/dev/null | md5sum")
        assert text.split()[0] == cards.md5(data[4096 * page:4096 * (page + 1)])
    assert read_direct(system, "xvdc", 0) == cards.md5(data[:MIB])
    system.others_live()


# -- the network outside

@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """The address of a file that this machine serves."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "file").write_text("outside\n")
    with http_server(folder) as port:
        yield f"http://{OUTSIDE}:{port}/file"


def works_outside(system, web):
    """Within the time that neighbours are asked for again."""
    text = system.output("domU", f"until timeout 5 wget -q -O - {web} 2>/dev/null; do sleep 0.1; done", BOUND_S)
    assert text == "outside\n"


def is_unreachable(system, web):
    """What domU is told who has not spoken with a neighbour lately; others wait for TCP's time, as on any network."""
    assert "100% packet loss" in system.fails("domU", f"ip neigh flush dev eth0 >/dev/null 2>&1; ping -c 3 -w 4 {OUTSIDE}")
    assert "No route to host" in system.fails("domU", f"ip neigh flush dev eth0 >/dev/null 2>&1; wget -O - {web}")


@pytest.fixture
def stream(system):
    """domU has a connection to this machine through which data goes both ways; its end is checked."""
    with stream_server(9, 8) as port:
        system.in_background("stream", f"exen-io connect {OUTSIDE} {port} 9 8")
        yield
        assert system.end_of("stream", 240) == (0, "received 8 MiB\n")


def test_link_down_is_an_error(system, web, stream):
    """For what begins then; a connection that there is already waits for the link."""
    works_outside(system, web)
    system.qmp("set_link", name="network", up=False)
    try:
        system.output("dom0", "until [ \"$(cat /sys/class/net/eth0/carrier)\" = 0 ]; do sleep 0.1; done", BOUND_S)
        is_unreachable(system, web)
        for domain, peer in (("domU", DOM0), ("domU", DOMU2), ("dom0", DOMU), ("domU2", DOMU)):
            assert " 0% packet loss" in system.output(domain, f"ping -c 2 {peer}")
    finally:
        system.qmp("set_link", name="network", up=True)
    works_outside(system, web)


# -- domU's interface in dom0

DOWN_AND_UP = {
    "vif": ("ip link set vif1.0 down", "ip link set vif1.0 up"),
    "port": ("ip link set vif1.0 nomaster", "ip link set vif1.0 master xenbr0"),
    "bridge": ("ip link set xenbr0 down", "ip link set xenbr0 up"),
}


@pytest.mark.parametrize("what", DOWN_AND_UP)
def test_interface_down_is_an_error(system, web, what):
    works_outside(system, web)
    down, up = DOWN_AND_UP[what]
    system.output("dom0", down)
    try:
        is_unreachable(system, web)
        if what != "bridge":
            assert " 0% packet loss" in system.output("domU2", f"ping -c 2 {DOM0}")
    finally:
        system.output("dom0", up)
    works_outside(system, web)
    system.others_live()


def test_backend_unloaded_is_an_error(system, web):
    """Its frontends come back by themselves."""
    works_outside(system, web)
    system.output("dom0", "cd /sys/bus/xen-backend/drivers/vif; for d in vif-*; do echo $d >unbind; done; rmmod xen_netback")
    is_unreachable(system, web)
    system.output("dom0", "insmod /lib/modules/xen-netback.ko")
    works_outside(system, web)
    system.connected("domU2", "xvda")
    system.others_live()


# -- the card is pulled

def eject(system):
    """QEMU's card goes; Linux asks once a second whether it is there."""
    system.qmp("eject", device="sd0", force=True)


def insert(system):
    """The same card again; returns when dom0 has it."""
    system.qmp("blockdev-change-medium", device="sd0", filename=str(system.card.path), format="raw")
    system.output("dom0", "until dd if=/dev/mmcblk0 of=/dev/null bs=4k count=1 2>/dev/null; do sleep 0.1; done")


def file_md5(system, name):
    """Of a file of the card's file system, as this machine sees it."""
    return cards.md5(cards.read_file(system.card.partition(1), name))


def test_card_pulled_is_an_error(system):
    """While domU reads and writes, and for what begins later, raw and in a file system."""
    before = cards.md5(system.card.partition(2).read_bytes()[:RAW_MIB // 2 * MIB])
    assert read_direct(system, "xvda2", 0, RAW_MIB // 2) == before
    assert system.output("domU", "mkdir -p /mnt; mount /dev/xvda1 /mnt && md5sum </mnt/file").split()[0] == file_md5(system, "file")
    system.in_background("read", "while dd if=/dev/xvda2 of=/dev/null bs=64k count=64 iflag=direct; do :; done; false")
    system.in_background("write", "while dd if=/dev/zero of=/dev/xvda2 bs=64k count=64 seek=128 oflag=direct conv=notrunc; "
                                  "do :; done; false")
    system.output("domU", "until [ -s /tmp/read ] && [ -s /tmp/write ]; do sleep 0.1; done")
    eject(system)
    for name in ("read", "write"):
        status, text = system.end_of(name)
        assert status == 1 and "Input/output error" in text
    for command in ("dd if=/dev/xvda2 of=/dev/null bs=4k count=1 iflag=direct", "dd if=/dev/xvda2 of=/dev/null bs=4k count=1",
                    "dd if=/dev/zero of=/dev/xvda2 bs=4k count=1 seek=2048 oflag=direct conv=notrunc",
                    "dd if=/dev/zero of=/dev/xvda2 bs=4k count=1 seek=2048 conv=notrunc,fsync",
                    "echo 3 >/proc/sys/vm/drop_caches; md5sum /mnt/file",
                    "dd if=/dev/zero of=/mnt/new bs=4k count=1 conv=fsync"):
        assert "Input/output error" in system.fails("domU", command)
    for command in ("dd if=/dev/xvda bs=4k count=1 of=/dev/null iflag=direct",
                    "dd if=/dev/zero of=/dev/xvda bs=4k count=1 oflag=direct conv=notrunc"):
        assert "Input/output error" in system.fails("domU", command)
    # What the disk's size is, as domU has it, hasn't changed.
    assert int(system.output("domU", "cat /sys/block/xvda/size")) > 0
    system.output("domU", "umount /mnt")
    system.others_live()
    assert cards.md5(system.card.partition(2).read_bytes()[:RAW_MIB // 2 * MIB]) == before


def works_again(system):
    """domU reads what is on the card and writes there, in both partitions."""
    md5 = cards.md5(system.card.partition(2).read_bytes()[:MIB])
    assert system.output("domU", "until dd if=/dev/xvda2 bs=1M count=1 iflag=direct 2>/dev/null >/tmp/data; do sleep 0.1; done; "
                                 "md5sum </tmp/data").split()[0] == md5
    system.output("domU", "dd if=/tmp/data of=/dev/xvda2 bs=1M seek=12 oflag=direct conv=notrunc 2>/dev/null; "
                          "mkdir -p /mnt; mount /dev/xvda1 /mnt && cat /tmp/data >>/mnt/again && umount /mnt; rm /tmp/data")
    assert cards.md5(system.card.partition(2).read_bytes()[12 * MIB:13 * MIB]) == md5
    fs = system.card.partition(1)
    cards.check_file_system(fs)
    assert cards.read_file(fs, "again").endswith(system.card.partition(2).read_bytes()[:MIB])


def test_card_inserted_again_needs_a_new_backend(system):
    """For Linux it is another disk. dom0 gives it to domU, which need not start anew."""
    insert(system)
    assert "Input/output error" in system.fails("domU", "dd if=/dev/xvda2 of=/dev/null bs=4k count=1 iflag=direct")
    system.output("dom0", f"cd /sys/bus/xen-backend/drivers/vbd; echo {VBD} >unbind; "
                          f"xenstore-rm /local/domain/0/backend/vbd/1/51712/physical-device; echo {VBD} >bind")
    works_again(system)
    system.others_live()


def test_domu_starts_without_the_card_and_waits_for_it(system):
    """Linux's frontends do that for some minutes. No former backend is in the way."""
    eject(system)
    system.fails("domU", "while dd if=/dev/xvda2 of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null; do sleep 0.1; done; false")
    mark = system.session.mark("domU")
    system.session.send("domU", b"reboot -f\r")
    system.session.wait_for("domU", rb"Waiting for devices to initialise: 25s", SHELL_S, mark)
    system.others_live()
    insert(system)
    system.session.forget_shell("domU")
    system.session.shell("domU", SHELL_S)
    system.connected("domU", "xvda", "xvdb", "xvdc")
    works_again(system)
    system.others_live()
