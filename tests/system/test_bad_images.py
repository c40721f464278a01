# SPDX-License-Identifier: Apache-2.0
"""Images that are damaged, or whose configuration is wrong: a message and a status, no boot.

The builder refuses a wrong configuration; here it is made all the same, to see the hypervisor refuse it
as well.
"""

import importlib.machinery
import importlib.util
import pathlib
import re
import shutil
import subprocess

import pytest

from exenboot import BOARDS, XEN
from exenboot.images import HYPERVISOR, OUT, TOP, ImageError, build_image, payload_files
from statuses import REFUSED

BOARD = "vexpress-a9"
PAYLOAD = OUT / "guest" / "tests" / "hello.bin"
GOOD = (TOP / "image" / "configs" / "test2.dts").read_text()
PAGE = 4096


@pytest.fixture(scope="module")
def builder():
    """image/build as a module."""
    loader = importlib.machinery.SourceFileLoader("image_build", str(TOP / "image" / "build"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("image_build", loader))
    loader.exec_module(module)
    return module


def refusal(lab, image, **options):
    """What the hypervisor says about an image that it refuses."""
    session = lab.boot(BOARD, image, **options)
    assert session.wait_exit(60) == REFUSED
    return session.text(XEN)


@pytest.fixture
def image(tmp_path):
    """make(content): an image file."""
    def make(content):
        path = tmp_path / "test.img"
        path.write_bytes(content)
        return path
    return make


@pytest.fixture(scope="module")
def good_image():
    """The bytes of an image that boots."""
    path = build_image(BOARD, "test2", {"guest0": PAYLOAD, "guest1": PAYLOAD},
                       OUT / "check" / "images" / "good.img")
    return path.read_bytes()


def fit_offset():
    """Where the FIT lies in an image."""
    return -(-HYPERVISOR.stat().st_size // PAGE) * PAGE


def test_good_image_is_not_refused(lab, image, good_image):
    session = lab.boot(BOARD, image(good_image))
    assert session.wait_exit(60) == 0


def last_payload(content):
    """(first byte, byte behind it) of the kernel of both domains in an image."""
    kernel = PAYLOAD.read_bytes()
    start = content.rindex(kernel)
    return start, start + len(kernel)


@pytest.mark.parametrize("left", [0, 1, PAGE])
def test_truncated_payload(lab, image, good_image, left):
    start, _ = last_payload(good_image)
    assert re.search("damaged|cut short", refusal(lab, image(good_image[:start + left])))


def test_truncated_to_the_hypervisor(lab, image, good_image):
    text = refusal(lab, image(good_image[:fit_offset()]))
    assert re.search("no FIT behind the hypervisor|damaged|cut short", text)


def test_truncated_fit_header(lab, image, good_image):
    assert re.search("damaged|cut short", refusal(lab, image(good_image[:fit_offset() + 64])))


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_flipped_bit_in_a_payload(lab, image, good_image, place):
    start, end = last_payload(good_image)
    content = bytearray(good_image)
    content[{"first": start, "middle": (start + end) // 2, "last": end - 1}[place]] ^= 0x10
    assert "/images/guest0: damaged" in refusal(lab, image(bytes(content)))


@pytest.mark.parametrize("offset", [0, 4, 8, 12])
def test_flipped_bit_in_the_fit_header(lab, image, good_image, offset):
    content = bytearray(good_image)
    content[fit_offset() + offset] ^= 0x40
    assert re.search("damaged|cut short|no FIT|not a FIT", refusal(lab, image(bytes(content))))


def with_second_domain(old, new):
    """The good configuration with one thing of its second domain changed."""
    head, tail = GOOD.split("guest1 {")
    assert old in tail
    return head + "guest1 {" + tail.replace(old, new, 1)


BAD_CONFIGURATIONS = {
    "unknown property": (with_second_domain("cpus = <1>;", "cpus = <1>; frobnicate;"),
                         "guest1: frobnicate"),
    "no kernel": (with_second_domain('"multiboot,kernel"', '"multiboot,ramdisk"'),
                  "guest1: no kernel"),
    "missing payload": (with_second_domain('"guest1"', '"nobody"'), 'no payload "nobody"'),
    "overlapping slots": (GOOD.replace("memory = <0 0x1000>;",
                                       "memory = <0 0x1000>; xen,static-mem = <0 0x60400000 0x400000>;"),
                          "overlap"),
    "slot outside RAM": (with_second_domain("memory = <0 0x1000>;", "memory = <0 0x1000>; "
                                            "xen,static-mem = <0 0xa0000000 0x400000>;"),
                         "not in RAM"),
    "more memory than there is": (with_second_domain("0x1000>", "0x100000>"),
                                  "guest1: memory: no"),
    "too little memory for the domain": (with_second_domain("0x1000>", "0>"), "guest1: memory"),
    "nobody is privileged": (GOOD.replace("exen,privileged;", ""), 'no domain has "exen,privileged"'),
}


@pytest.mark.parametrize("name", BAD_CONFIGURATIONS)
def test_bad_configuration(lab, builder, image, tmp_path, name):
    text, message = BAD_CONFIGURATIONS[name]
    source = tmp_path / "bad.dts"
    source.write_text(text)
    payloads = {"guest0": PAYLOAD, "guest1": PAYLOAD}

    with pytest.raises(ImageError) as refused:
        build_image(BOARD, source, payloads, tmp_path / "never.img")
    assert message in str(refused.value)
    assert not (tmp_path / "never.img").exists()

    board = builder.Board(BOARDS[BOARD].compatible, BOARDS[BOARD].dtb_path(), source, payloads)
    content = builder.hypervisor_with_fit(HYPERVISOR.read_bytes(), builder.make_fit([board], tmp_path))
    assert message in refusal(lab, image(content))


# -- what needs more than the processor has

def image_unchecked(builder, path, board, payloads, config="linux2"):
    """An image that the builder would refuse."""
    board = BOARDS[board]
    source = TOP / "image" / "configs" / f"{config}.dts"
    fit = builder.make_fit([builder.Board(board.compatible, board.dtb_path(), source, payloads)],
                           path.parent)
    path.write_bytes(builder.hypervisor_with_fit(HYPERVISOR.read_bytes(), fit))
    return path


NEW_KERNEL = "needs a CPU with armv6k, this one is armv5te"


def test_new_kernel_of_dom0_on_an_old_processor(lab, builder, tmp_path):
    kernels = {"dom0": "v6v7"}
    with pytest.raises(ImageError) as refused:
        build_image("versatilepb", "linux2", output=tmp_path / "never.img", kernels=kernels)
    assert f"/chosen/dom0: {NEW_KERNEL}" in str(refused.value)
    assert "linux-v6v7/Image needs armv6k" in str(refused.value)

    files = payload_files("versatilepb", "linux2", kernels)
    session = lab.boot("versatilepb", image_unchecked(builder, tmp_path / "x.img", "versatilepb", files))
    assert session.wait_exit(120) == REFUSED
    assert f'boot: dom0 "dom0": {NEW_KERNEL}' in session.text(XEN)


def test_new_kernel_of_domu_leaves_dom0_running(lab, builder, tmp_path):
    files = payload_files("versatilepb", "linux2", {"domU": "v6v7"})
    session = lab.boot("versatilepb", image_unchecked(builder, tmp_path / "x.img", "versatilepb", files))
    session.shell("dom0", 240)
    assert f'dom1 "domU": not started: {NEW_KERNEL}' in session.text(XEN)
    assert session.run("dom0", "cat /proc/cpuinfo").status == 0


@pytest.fixture(scope="module")
def neon_ramdisk(tmp_path_factory):
    """An initramfs whose programs are made for ARMv7 with NEON."""
    folder = tmp_path_factory.mktemp("neon")
    package = subprocess.run([TOP / "scripts/fetch-deb", "armhf", "busybox-static"], check=True,
                             capture_output=True, text=True).stdout.strip()
    (folder / "root").mkdir()
    shutil.copy2(pathlib.Path(package) / "bin/busybox", folder / "root/init")
    archive = subprocess.run([TOP / "scripts/mkcpio", folder / "root"], check=True, capture_output=True)
    (folder / "neon.cpio").write_bytes(archive.stdout)
    return folder / "neon.cpio"


def test_neon_user_space_on_a_processor_without(lab, builder, tmp_path, neon_ramdisk):
    board = "versatilepb-arm1176"
    missing = "needs a CPU with armv7 vfpv3 vfpd32 neon, this one is armv6k vfpv2"
    files = {**payload_files(board, "linux2"), "domu-initrd": neon_ramdisk}
    with pytest.raises(ImageError) as refused:
        build_image(board, "linux2", files, tmp_path / "never.img")
    assert f"/chosen/domU: {missing}" in str(refused.value)

    session = lab.boot(board, image_unchecked(builder, tmp_path / "x.img", board, files))
    session.wait_for(XEN, re.escape(f'dom1 "domU": not started: {missing}').encode(), 120)


@pytest.mark.parametrize("board, offers", [
    ("versatilepb", "armv5te vfpv2"), ("versatilepb-arm1176", "armv6k vfpv2"),
    ("versatilepb-arm1136", "armv6k vfpv2"), ("vexpress-a9", "armv7 vfpv2 vfpv3 vfpd32 neon")])
def test_what_the_processor_offers(lab, board, offers):
    image = build_image(board, "test1", {"guest0": PAYLOAD}, OUT / "check" / "images" / f"offers-{board}.img")
    session = lab.boot(board, image)
    assert session.wait_exit(60) == 0
    assert f"CPU offers {offers}\n" in session.text(XEN)


def test_image_without_this_board(lab):
    zynq = build_image("xilinx-zynq-a9", "test1", {"guest0": PAYLOAD},
                       OUT / "check" / "images" / "zynq.img")
    assert f'none for a board compatible with "{BOARDS[BOARD].compatible}"' in refusal(lab, zynq)


@pytest.mark.parametrize("memory_mib", [4, 12])
def test_board_with_too_little_memory(lab, image, good_image, memory_mib):
    assert re.search("too little memory|no .* left in RAM",
                     refusal(lab, image(good_image), memory_mib=memory_mib))
