# SPDX-License-Identifier: Apache-2.0
"""Framebuffers in memory as a boot loader may have left them: of 32 and of 15 bits, blue first, with lines longer than what is
seen, turned.  No controller of QEMU's shows them, so the memory is read."""

import dataclasses

import pytest
import test_screen
from test_fbdev import Frame, boot, configuration, tree_with_frame
from test_rotation import turn

from exenboot.images import build_image, payload_files

BOARD = "vexpress-a9"
VIDEO_RAM = 0x4c000000      # of the board (ARM DUI 0448, table 4-1)
WIDTH, HEIGHT = 640, 480
FIVE_BITS = bytes(value << 3 for value in range(32))


def rgb_of_1555(line):
    """Red in the upper bits."""
    words = memoryview(line).cast("H")
    rgb = bytearray(3 * len(words))
    for colour in range(3):
        rgb[colour::3] = bytes(FIVE_BITS[word >> 5 * (2 - colour) & 31] for word in words)
    return bytes(rgb)


def rgb_of_8888(line, places):
    """places: of red, green and blue among a pixel's bytes."""
    rgb = bytearray(len(line) // 4 * 3)
    for colour, place in enumerate(places):
        rgb[colour::3] = line[place::4]
    return bytes(rgb)


@dataclasses.dataclass(frozen=True)
class Case:
    """A framebuffer: its format in the device tree, DRM's name of it, bytes of a pixel and behind a line, how it is turned."""

    format: str
    drm: str
    bytes_per_pixel: int
    padding: int
    degrees: int

    @property
    def stride(self):
        return WIDTH * self.bytes_per_pixel + self.padding

    def rgb(self, line):
        """RGB bytes of a line's pixels."""
        if self.bytes_per_pixel == 2:
            return rgb_of_1555(line)
        return rgb_of_8888(line, (2, 1, 0) if self.drm == "XR24" else (0, 1, 2))


CASES = [Case("x8r8g8b8", "XR24", 4, 64, 0), Case("a8b8g8r8", "XB24", 4, 0, 90), Case("x1r5g5b5", "XR15", 2, 4, 180)]


class InMemory(test_screen.Screen):
    """As who looks at it would see it."""

    def __init__(self, session, path, case):
        super().__init__(session, path)
        assert (self.width, self.height) == (WIDTH, HEIGHT)
        self.case = case
        if case.degrees % 180:
            self.width, self.height = self.height, self.width

    def memory(self):
        self.session.machine.qmp.command("pmemsave", val=VIDEO_RAM, size=HEIGHT * self.case.stride, filename=str(self._path))
        return self._path.read_bytes()

    def dump(self):
        content, case = self.memory(), self.case
        lines = (content[y * case.stride:][:WIDTH * case.bytes_per_pixel] for y in range(HEIGHT))
        return turn(WIDTH, HEIGHT, b"".join(map(case.rgb, lines)), (360 - case.degrees) % 360)

    def behind_lines(self):
        """What is in memory between the end of a line that is seen and the next one's begin."""
        content, case = self.memory(), self.case
        return b"".join(content[(y + 1) * case.stride - case.padding:(y + 1) * case.stride] for y in range(HEIGHT))


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.format)
def screen(request, module_lab, tmp_path_factory):
    case, folder = request.param, tmp_path_factory.mktemp("fbdev")
    config = configuration(folder / "screen.dts", f"exen_screen.rotate={case.degrees}" if case.degrees else "")
    tree = tree_with_frame(BOARD, folder / "dom0.dtb", Frame(VIDEO_RAM, case.format, case.stride))
    image = build_image(BOARD, config, payloads={**payload_files(BOARD, "screen"), "dom0-tree": tree},
                        output=folder / "screen.img")
    session = boot(module_lab, BOARD, image)
    yield InMemory(session, folder / "memory", case)
    session.machine.close()


def test_format(screen):
    assert screen.format == screen.case.drm


def test_size(screen):
    test_screen.test_size_is_the_real_ones(screen)


def test_pictures(screen):
    """Nothing is written behind the lines."""
    before = screen.behind_lines()
    test_screen.test_pictures(screen)
    assert screen.behind_lines() == before


def test_console_comes_back(screen):
    screen.focus(0)
    screen.session.output("dom0", r"printf '\033[2J\033[H\033[?25l\033[7m%200s' >/dev/tty1")
    before = screen.memory()
    picture = screen.as_shown(test_screen.draw(screen, "domU", 4000001))
    screen.focus(1)
    screen.wait_until(lambda rgb: rgb == picture, "domU's picture")
    screen.focus(0)
    assert screen.memory() == before


def test_inset(screen):
    test_screen.test_inset(screen)


def test_halves(screen):
    test_screen.test_halves(screen)
