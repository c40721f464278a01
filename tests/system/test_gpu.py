# SPDX-License-Identifier: Apache-2.0
"""A board with a GPU of 32 bits and without: one image, two domU's that dom0 shows on whichever screen there is
(exen_screen.fb), pixel by pixel."""

import pytest
import test_screen
from deadlines import SHELL_S

from exenboot.boards import BOARDS
from exenboot.images import OUT, TOP, build_image, payload_files
from exenboot.machine import GPU

BOARD = "vexpress-a9"
SIZE = (800, 600)
DEPTHS = {True: "XR24", False: "RG16"}
DOMAINS = ("dom0", "domU", "domU2")


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """dom0 has the GPU's driver, too, and shows others' pictures on its second framebuffer if it has one."""
    folder = tmp_path_factory.mktemp("gpu")
    config, initrd = folder / "gpu.dts", folder / "dom0.cpio"
    text = (TOP / "image/configs/screen.dts").read_text()
    config.write_text(text.replace("clk_ignore_unused", "clk_ignore_unused exen_screen.fb=1"))
    payloads = payload_files(BOARD, "screen")
    drivers = OUT / f"linux-{BOARDS[BOARD].kernel}/gpu.cpio"
    initrd.write_bytes(payloads["dom0-initrd"].read_bytes() + drivers.read_bytes())
    return build_image(BOARD, config, payloads={**payloads, "dom0-initrd": initrd}, output=folder / "gpu.img")


@pytest.fixture(scope="module", params=[True, False], ids=["gpu", "board"])
def screen(request, module_lab, tmp_path_factory, image):
    session = module_lab.boot(BOARD, image, gpu=SIZE if request.param else None)
    for domain in DOMAINS:
        session.shell(domain, SHELL_S)
    for domain in DOMAINS[1:]:
        test_screen.prepare(session, domain)
    where = {"fb": "fb1", "device": GPU} if request.param else {}
    screen = test_screen.Screen(session, tmp_path_factory.mktemp("screen") / "dump.ppm", **where)
    screen.wanted_format = DEPTHS[request.param]
    yield screen
    session.machine.close()


def test_format(screen):
    assert screen.format == screen.wanted_format


def test_size(screen):
    """QEMU's GPU shows nothing until somebody has drawn: dom0's console is on the board's screen."""
    screen.focus(1)
    test_screen.test_size_is_the_real_ones(screen)
    assert ((screen.width, screen.height) == SIZE) == (screen.wanted_format == DEPTHS[True])


def test_pictures(screen):
    test_screen.test_pictures(screen)


def test_inset(screen):
    test_screen.test_inset(screen)
