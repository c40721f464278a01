# SPDX-License-Identifier: Apache-2.0
"""One file for several boards: each boots it, unchanged, and gets what is meant for it."""

import hashlib
import re

import pytest

from exenboot import BOARDS, XEN
from exenboot.images import OUT, build_image

ALL = ("vexpress-a9", "sabrelite", "versatilepb")
PAYLOAD = OUT / "guest" / "tests" / "hello.bin"


def digest(path):
    """The file's sha256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def image():
    """The guest kit's hello for all boards, and its digest."""
    path = build_image(ALL, "test1", {"guest0": PAYLOAD}, OUT / "check" / "images" / "boards.img")
    return path, digest(path)


@pytest.mark.parametrize("board, dtb_given", [
    ("vexpress-a9", False), ("vexpress-a9", True), ("sabrelite", True), ("versatilepb", False),
    ("versatilepb", True)])
def test_board_is_found(lab, image, board, dtb_given):
    """By the loader's device tree, or without one by the machine number (QEMU passes ATAGs then)."""
    path, before = image
    session = lab.boot(board, path, dtb=BOARDS[board].dtb_path() if dtb_given else None)
    assert session.wait_exit(60) == 0
    assert f"MiB at {BOARDS[board].ram_base:08x}, " in session.text(XEN)
    assert digest(path) == before


def test_board_that_is_not_in_it(lab, image):
    session = lab.boot("xilinx-zynq-a9", image[0])
    assert session.wait_exit(60) == 2
    assert 'none for a board compatible with "xlnx,zynq-7000"' in session.text(XEN)


@pytest.fixture(scope="module")
def linux():
    """Two Linux systems for all boards, and its digest."""
    path = build_image(ALL, "linux2")
    return path, digest(path)


@pytest.mark.long
@pytest.mark.parametrize("board", ALL)
def test_linux(lab, linux, board):
    """Both domains run the kernel for the board's generation."""
    path, before = linux
    session = lab.boot(board, path)
    size = (OUT / f"linux-{BOARDS[board].kernel}" / "Image").stat().st_size >> 10
    for domain in ("dom0", "domU"):
        session.shell(domain, 300)
        assert re.search(rf'"{domain}": \d+ MiB at \w+, kernel {size} KiB at', session.text(XEN))
        assert session.run(domain, "true").status == 0
    assert digest(path) == before
