# SPDX-License-Identifier: Apache-2.0
"""What a kernel and its user space need of a processor, read from what they were built as.

Names are those of image/lib/cpu.c, which alone knows what follows from them.
"""

import bz2
import dataclasses
import gzip
import lzma
import re
import struct

# As numbers: the greatest is what a domain needs.
ARCHS = ("any", "armv5te", "armv6", "armv6k", "armv7", "armv8")

# Linux's arch/arm/mm/Kconfig; the first that is set is the oldest that the kernel is built for.
KERNEL_ARCHS = (("CPU_32v3", "armv5te"), ("CPU_32v4", "armv5te"), ("CPU_32v4T", "armv5te"),
                ("CPU_32v5", "armv5te"), ("CPU_V6", "armv6"), ("CPU_V6K", "armv6k"), ("CPU_V7", "armv7"))

# Addenda to the ABI for the Arm Architecture (2023Q3), 3.3.5: tags of the section .ARM.attributes.
TAG_FILE = 1
TAG_CPU_ARCH, TAG_FP_ARCH, TAG_SIMD_ARCH, TAG_COMPATIBILITY = 6, 10, 12, 32
STRING_TAGS = (4, 5, 65, 67)
CPU_ARCHS = ("armv5te",) * 6 + ("armv6", "armv6k", "armv7", "armv6k", "armv7")  # by Tag_CPU_arch; then v8
FP_ARCHS = ((), ("vfpv2",), ("vfpv2",), ("vfpv3", "vfpd32"), ("vfpv3",), ("vfpv4", "vfpd32"), ("vfpv4",))

EM_ARM, ET_EXEC, ET_DYN, PT_INTERP, SHT_ARM_ATTRIBUTES = 40, 2, 3, 3, 0x70000003
CPIO_MAGICS, CPIO_HEADER = (b"070701", b"070702"), 110
DECOMPRESSORS = ((b"\x1f\x8b", gzip.decompress), (b"\xfd7zXZ\0", lzma.decompress),
                 (b"BZh", bz2.decompress), (b"\x5d\0\0", lzma.decompress))


@dataclasses.dataclass(frozen=True)
class Needs:
    """The least processor for something."""

    arch: str = "any"
    features: frozenset = frozenset()

    def __or__(self, other):
        return Needs(max(self.arch, other.arch, key=ARCHS.index), self.features | other.features)

    def __str__(self):
        return " ".join([self.arch, *sorted(self.features)])


def of_kernel(config):
    """Needs of a kernel, from the text of its .config; nothing if that is none of an ARM kernel."""
    options = set(re.findall(r"(?m)^CONFIG_(\w+)=y$", config))
    if "ARM" not in options:
        return Needs()
    arch = next((arch for option, arch in KERNEL_ARCHS if option in options), "any")
    if "THUMB2_KERNEL" in options:
        arch = "armv7"
    return Needs(arch, frozenset({"lpae"} if "ARM_LPAE" in options else ()))


def _uleb128(content, at):
    """(number, offset behind it)"""
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _attributes(section):
    """{tag: number} of the vendor "aeabi", for the whole file."""
    tags, at = {}, 1
    while at + 4 <= len(section):
        length = struct.unpack_from("<I", section, at)[0]
        vendor_end = section.index(0, at + 4)
        if section[at + 4:vendor_end] == b"aeabi" and section[vendor_end + 1] == TAG_FILE:
            size = struct.unpack_from("<I", section, vendor_end + 2)[0]
            tags.update(_file_attributes(section[vendor_end + 6:vendor_end + 1 + size]))
        at += max(length, 4)
    return tags


def _file_attributes(content):
    """(tag, number) of each attribute that is a number."""
    at = 0
    while at < len(content):
        tag, at = _uleb128(content, at)
        value = 0
        if tag not in STRING_TAGS:
            value, at = _uleb128(content, at)
        if tag in STRING_TAGS or tag == TAG_COMPATIBILITY:
            at = content.index(0, at) + 1
        yield tag, value


def of_elf(content):
    """Needs of a program for ARM; nothing for any other file."""
    if len(content) < 52 or content[:6] != b"\x7fELF\1\1" or \
       struct.unpack_from("<H", content, 18)[0] != EM_ARM:
        return Needs()
    section_at = struct.unpack_from("<I", content, 32)[0]
    section_size, nr_sections = struct.unpack_from("<2H", content, 46)
    needs = Needs("armv5te")
    for n in range(nr_sections):
        _, kind, _, _, offset, size = struct.unpack_from("<6I", content, section_at + n * section_size)
        if kind == SHT_ARM_ATTRIBUTES:
            needs |= _of_attributes(_attributes(content[offset:offset + size]))
    return needs


def _of_attributes(tags):
    arch, fp_arch = tags.get(TAG_CPU_ARCH, 0), tags.get(TAG_FP_ARCH, 0)
    features = set(FP_ARCHS[min(fp_arch, len(FP_ARCHS) - 1)])
    if tags.get(TAG_SIMD_ARCH):
        features.add("neon")
    return Needs(CPU_ARCHS[arch] if arch < len(CPU_ARCHS) else "armv8", frozenset(features))


def _is_program(name, content):
    """Libraries are left out: many look at run time what the processor has."""
    if content[:4] != b"\x7fELF" or len(content) < 52:
        return False
    kind, at = struct.unpack_from("<H", content, 16)[0], struct.unpack_from("<I", content, 28)[0]
    size, count = struct.unpack_from("<2H", content, 42)
    base = name.rpartition("/")[2]
    if ".so" in base:
        return base.startswith("ld-")
    return kind == ET_EXEC or kind == ET_DYN and any(
        struct.unpack_from("<I", content, at + n * size)[0] == PT_INTERP for n in range(count))


def _cpio_files(content):
    """(name, bytes) of each regular file of cpio archives one behind the other (Linux's
    Documentation/driver-api/early-userspace/buffer-format.rst)."""
    at = 0
    while at + CPIO_HEADER <= len(content):
        if content[at:at + 6] not in CPIO_MAGICS:
            if content[at:at + 4] != bytes(4):
                return
            at += 4
            continue
        mode, size, name_size = (int(content[at + n:at + n + 8], 16) for n in (14, 54, 94))
        name = content[at + CPIO_HEADER:at + CPIO_HEADER + name_size - 1]
        start = at + CPIO_HEADER + name_size + 3 & ~3
        if mode & 0o170000 == 0o100000:
            yield name.decode(errors="replace"), content[start:start + size]
        at = start + size + 3 & ~3


def of_ramdisk(content):
    """Needs of the programs in an initramfs; nothing if it is something else."""
    needs = Needs()
    try:
        for magic, decompress in DECOMPRESSORS:
            if content.startswith(magic):
                content = decompress(content)
        for name, body in _cpio_files(content):
            if _is_program(name, body):
                needs |= of_elf(body)
    except (struct.error, IndexError, ValueError, EOFError, OSError, lzma.LZMAError):
        pass                    # no archive that Linux would unpack: what was found is all there is
    return needs
