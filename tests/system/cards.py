# SPDX-License-Identifier: Apache-2.0
"""SD cards as files: partitions, Debian's root file system, what is on them afterwards."""

import hashlib
import os
import random
import re
import shutil
import struct
import subprocess

from exenboot.images import OUT, TOP

CARDS = OUT / "check" / "cards"
MIB = 1 << 20
SECTOR = 512
LINUX = 0x83
SIGNATURE = 0x6578656e          # of the partition table: PARTUUID=6578656e-01 and so on
LIBRARIES = ("usr/lib/arm-linux-gnueabihf", "usr/lib/arm-linux-gnueabi")


def root_file_system(arch, form="ext4"):
    """Debian's for a disk, built if need be; not to be written to."""
    done = subprocess.run([TOP / "scripts/build-rootfs", arch, form], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return OUT / f"rootfs-{arch}.{form}"


def new_file(name):
    """An empty file for a disk."""
    CARDS.mkdir(parents=True, exist_ok=True)
    path = CARDS / name
    path.unlink(missing_ok=True)
    path.touch()
    return path


def random_file(name, size, seed):
    """A file of bytes that nothing else has."""
    path = new_file(name)
    path.write_bytes(random.Random(seed).randbytes(size))
    return path


def file_system(name, size_mib, folder):
    """An ext4 with what is in a folder."""
    path = new_file(name)
    subprocess.run(["fakeroot", "mke2fs", "-q", "-t", "ext4", "-d", folder, path, f"{size_mib}M"], check=True)
    return path


def copy_sparse(source, target, offset=0):
    """Writes a file into another one from an offset; zeroes stay holes."""
    with open(source, "rb") as reader, open(target, "r+b") as writer:
        at = offset
        while block := reader.read(MIB):
            if block.strip(b"\0"):
                writer.seek(at)
                writer.write(block)
            at += len(block)


class Card:
    """A card with partitions, each made from a file; all start at a multiple of 1 MiB."""

    def __init__(self, name, partitions):
        """partitions: up to four files."""
        self.path = new_file(name)
        self.starts = []
        table, at = b"", MIB
        for file in partitions:
            size = file.stat().st_size
            copy_sparse(file, self.path, at)
            table += struct.pack("<4sB3xII", b"", LINUX, at // SECTOR, size // SECTOR)
            self.starts.append((at, size))
            at += -(-size // MIB) * MIB
        with self.path.open("r+b") as file:
            file.write(bytes(440) + struct.pack("<I2x", SIGNATURE) + table.ljust(64, b"\0") + b"\x55\xaa")
            file.truncate(1 << (at - 1).bit_length())      # QEMU wants a power of two

    def partition(self, number):
        """A copy of a partition as it is now, in a file of its own."""
        start, size = self.starts[number - 1]
        path = new_file(f"{self.path.name}.{number}")
        with self.path.open("rb") as file:
            file.seek(start)
            path.write_bytes(file.read(size))
        return path


def check_file_system(path):
    """fsck's findings as an assertion: there must be none."""
    done = subprocess.run(["e2fsck", "-fn", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def read_file(path, name):
    """The content of a file of an ext4."""
    return subprocess.run(["debugfs", "-R", f"cat {name}", path], capture_output=True, check=True).stdout


def _stat(path, name):
    """What debugfs says of a file of an ext4; "" if there is none."""
    return subprocess.run(["debugfs", "-R", f"stat {name}", path], capture_output=True, text=True, check=True).stdout


def copy_programs(path, folder, programs):
    """Takes programs out of an ext4, with their libraries, for a ramdisk in `folder`."""
    missing = list(programs)
    while missing:
        name = missing.pop()
        target = folder / name
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        source = name
        while link := re.search(r'ink dest: "(.*)"', _stat(path, source)):
            source = os.path.normpath(os.path.join(os.path.dirname(source), link[1])).lstrip("/")
        target.write_bytes(read_file(path, source))
        target.chmod(0o755)
        needs = subprocess.run(["readelf", "-dl", target], capture_output=True, text=True, check=True).stdout
        for library in re.findall(r"\(NEEDED\).*\[(.*)\]", needs):
            found = [f"{place}/{library}" for place in LIBRARIES if _stat(path, f"{place}/{library}")]
            assert found, f"{name}: no {library}"
            missing.append(found[0])
        missing += [f"lib/{loader}" for loader in re.findall(r"interpreter: /lib/(.*)\]", needs)]


def write_file(path, name, source):
    """Puts a file into an ext4, with the mode that it has here."""
    done = subprocess.run(["debugfs", "-w", "-R", f"write {source} {name}", path], capture_output=True, text=True,
                          check=True)
    assert "Allocated inode" in done.stdout, done.stdout + done.stderr


def md5(data):
    """As md5sum prints it."""
    return hashlib.md5(data).hexdigest()


def copy(source, name):
    """A copy that may be written to."""
    path = new_file(name)
    shutil.copystat(source, path)
    copy_sparse(source, path)
    with path.open("r+b") as file:
        file.truncate(source.stat().st_size)
    return path
