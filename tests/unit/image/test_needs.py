# SPDX-License-Identifier: Apache-2.0
"""What kernels and programs need of a processor: found by the builder, compared with the board's."""

import gzip
import subprocess

import libfdt
import pytest

from conftest import ROOT
import configuration
from needs import Needs, of_elf, of_kernel, of_ramdisk
from test_container import CONFIG, build as build_board, stored

CROSS = "arm-linux-gnueabi-"
SOURCE = """
	.arch	{arch}
	{fpu}
	.globl	_start
_start:	bx	lr
"""


@pytest.fixture
def program(tmp_path):
    """program(arch, fpu): a program that assembler and linker mark so."""
    def make(arch, fpu=None, name="program"):
        source = tmp_path / f"{name}.s"
        source.write_text(SOURCE.format(arch=arch, fpu=f".fpu {fpu}" if fpu else ""))
        for command in (["as", "-o", tmp_path / f"{name}.o", source],
                        ["ld", "-o", tmp_path / name, tmp_path / f"{name}.o"]):
            subprocess.run([CROSS + command[0], *command[1:]], check=True)
        return (tmp_path / name).read_bytes()
    return make


@pytest.fixture
def archive(tmp_path):
    """archive({path: content}): a cpio archive of files."""
    def make(files):
        folder = tmp_path / "root"
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return subprocess.run([ROOT / "scripts/mkcpio", folder], check=True, capture_output=True).stdout
    return make


@pytest.mark.parametrize("arch, fpu, needs", [
    ("armv4t", None, "armv5te"),
    ("armv5te", None, "armv5te"),
    ("armv6", "vfpv2", "armv6 vfpv2"),
    ("armv6k", None, "armv6k"),
    ("armv6kz", None, "armv6k"),
    ("armv7-a", "vfpv3-d16", "armv7 vfpv3"),
    ("armv7-a", "vfpv3", "armv7 vfpd32 vfpv3"),
    ("armv7-a", "neon", "armv7 neon vfpd32 vfpv3"),
    ("armv7-a", "neon-vfpv4", "armv7 neon vfpd32 vfpv4"),
    ("armv8-a", None, "armv8"),
])
def test_program(program, arch, fpu, needs):
    assert str(of_elf(program(arch, fpu))) == needs


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF\x02\x01" + bytes(100)])
def test_no_program(content):
    assert of_elf(content) == Needs()


def test_every_cut_of_a_program(program, archive):
    whole = program("armv7-a", "neon")
    for size in range(0, len(whole), 7):
        of_ramdisk(archive({"bin/sh": whole[:size]}))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_ramdisk(program, archive, pack):
    new = program("armv7-a", "neon")
    ramdisk = archive({"init": b"#!/bin/sh\n", "bin/a": program("armv5te"), "bin/b": program("armv6", "vfpv2"),
                       "lib/libnew.so.1": new})
    assert str(of_ramdisk(pack(ramdisk))) == "armv6 vfpv2"
    assert str(of_ramdisk(pack(ramdisk + archive({"bin/c": new})))) == "armv7 neon vfpd32 vfpv2 vfpv3"


@pytest.mark.parametrize("options, needs", [
    ("ARM CPU_32v5 CPU_ARM926T", "armv5te"),
    ("ARM CPU_32v6 CPU_V6 CPU_32v6K CPU_V7 CPU_32v7", "armv6"),
    ("ARM CPU_32v6 CPU_32v6K CPU_V6K", "armv6k"),
    ("ARM CPU_32v6K CPU_32v7 CPU_V7", "armv7"),
    ("ARM CPU_32v6K CPU_32v7 CPU_V7 ARM_LPAE", "armv7 lpae"),
    ("X86 CPU_V7", "any"),
])
def test_kernel(options, needs):
    config = "".join(f"CONFIG_{option}=y\n" for option in options.split())
    assert str(of_kernel("# CONFIG_CPU_32v4 is not set\n" + config)) == needs


# ---- the builder -----------------------------------------------------------------------------------


def build(bench, *more):
    """Runs image/build with test.dts, but dom0 says nothing of its processor."""
    config = bench.file("silent.dts", CONFIG.replace('exen,cpu-arch = "armv5te";', "").encode())
    return build_board(bench, "--config", config, *more)


def needs_in(image):
    """{domain: (architecture, features)} that an image's configuration says."""
    tree = libfdt.Fdt(stored(image)["config"])
    return {tree.get_name(domain): tuple(
        bytes(tree.getprop(domain, name)).rstrip(b"\0").decode().split("\0")
        if configuration.flag(tree, domain, name) else []
        for name in ("exen,cpu-arch", "exen,cpu-features")) for domain in configuration.domains(tree)}


@pytest.fixture
def payloads(bench, program, archive):
    """A v6 kernel with its configuration beside it, a ramdisk with a program for NEON."""
    bench.payloads = {"kernel": b"kernel" * 100, "ramdisk": archive({"init": program("armv7-a", "neon")})}
    bench.file("config", b"CONFIG_ARM=y\nCONFIG_CPU_V6=y\n")


@pytest.mark.usefixtures("payloads")
def test_written_into_the_configuration(bench):
    assert build(bench).returncode == 0
    found = needs_in((bench.folder / "out.img").read_bytes())
    assert found["dom0"] == (["armv7"], ["neon", "vfpd32", "vfpv3"])
    assert found["guest"] == (["armv6"], ["vfpv2"])     # test.dts says so


@pytest.mark.usefixtures("payloads")
@pytest.mark.parametrize("cpu, message", [
    ("arm,cortex-a9", ""),
    ("arm,arm1176jzf-s", "/chosen/dom0: needs a CPU with armv7 vfpv3 vfpd32 neon, this one is armv6k vfpv2 "
     "(arm,arm1176jzf-s)"),
    ("arm,arm926ej-s", "/chosen/dom0: needs a CPU with armv7 vfpv3 vfpd32 neon, this one is armv5te vfpv2 "
     "(arm,arm926ej-s)"),
    ("arm,cortex-a15", "--cpu: arm,cortex-a15 is not known"),
])
def test_compared_with_the_board(bench, cpu, message):
    done = build(bench, "--cpu", cpu)
    assert done.returncode == (1 if message else 0)
    assert message in done.stderr
    assert ("guest: " in done.stderr) == ("kernel needs armv6\n" in done.stderr) == ("needs a CPU" in message)


@pytest.mark.usefixtures("payloads")
def test_processor_of_the_board_s_tree(bench):
    bench.board = bench.compile('/dts-v1/; / { compatible = "test,board"; cpus { #address-cells = <1>; '
                                '#size-cells = <0>; cpu@0 { device_type = "cpu"; reg = <0>; '
                                'compatible = "arm,arm926ej-s"; }; }; };', "v5")
    done = build(bench, "--ram", "0x60000000,0x4000000")
    assert done.returncode == 1 and "this one is armv5te" in done.stderr


def test_what_a_payload_for_one_domain_needs(bench, payloads):
    bench.payloads["ramdisk"] = b"no archive"
    assert build(bench).returncode == 0
    assert needs_in((bench.folder / "out.img").read_bytes())["dom0"] == (["armv6"], [])
    (bench.folder / "old").mkdir()
    (bench.folder / "old/config").write_text("CONFIG_ARM=y\nCONFIG_CPU_32v5=y\n")
    (bench.folder / "old/Image").write_bytes(b"old kernel")
    assert build(bench, "--payload", f"dom0/kernel={bench.folder / 'old/Image'}").returncode == 0
    assert needs_in((bench.folder / "out.img").read_bytes())["dom0"] == (["armv5te"], [])
