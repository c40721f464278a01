# SPDX-License-Identifier: Apache-2.0
"""A screen that is mounted turned (exen_screen.rotate): domU's see its turned size, their pictures and where a tablet is touched
are as on one that isn't."""

import pytest
import test_screen
from deadlines import SHELL_S
from test_input import ABS_X, ABS_Y, BTN_LEFT, EV_ABS, QEMU_RANGE, RANGE, Machine, pixel, ramdisk, touched

from exenboot.images import TOP, build_image, payload_files

BOARD = "vexpress-a9"
DOMAINS = ("dom0", "domU", "domU2")
POINTS = [(1000, 2000), (QEMU_RANGE, QEMU_RANGE), (16000, 300), (0, 0), (3000, 32000)]


def turn(width, height, rgb, degrees):
    """A picture turned clockwise, as (width, height, RGB bytes)."""
    for _ in range(degrees // 90):
        turned = bytearray()
        for x in range(width):
            row = bytearray(3 * height)
            for colour in range(3):
                row[colour::3] = rgb[3 * x + colour::3 * width][::-1]
            turned += row
        width, height, rgb = height, width, bytes(turned)
    return width, height, rgb


class Turned(test_screen.Screen):
    """As who looks at it sees it: QEMU's picture turned back."""

    def __init__(self, session, path, degrees):
        super().__init__(session, path)
        self.degrees = degrees
        if degrees % 180:
            self.width, self.height = self.height, self.width

    def dump(self):
        return turn(*super().dump(), 360 - self.degrees)


@pytest.fixture(scope="module", params=[90, 180, 270])
def screen(request, module_lab, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rotation")
    config = folder / "rotation.dts"
    text = (TOP / "image/configs/seat.dts").read_text()
    assert "clk_ignore_unused" in text
    config.write_text(text.replace("clk_ignore_unused", f"clk_ignore_unused exen_screen.rotate={request.param}"))
    payloads = {**payload_files(BOARD, "seat"), "dom0-initrd": ramdisk(folder, "seat")}
    image = build_image(BOARD, config, payloads=payloads, output=folder / "rotation.img")
    session = module_lab.boot(BOARD, image, tablet=True)
    for domain in DOMAINS:
        session.shell(domain, SHELL_S)
    for domain in DOMAINS[1:]:
        test_screen.prepare(session, domain)
    yield Turned(session, folder / "dump.ppm", request.param)
    session.machine.close()


def test_size(screen):
    test_screen.test_size_is_the_real_ones(screen)


def test_pictures(screen):
    test_screen.test_pictures(screen)


def test_inset(screen):
    test_screen.test_inset(screen)


def on_screen(x, y, degrees, most=QEMU_RANGE):
    """Where a device that goes to `most` is touched, as who looks at the screen sees it."""
    for _ in range((360 - degrees) // 90):
        x, y = most - y, x
    return x, y


def test_tablet(screen):
    """To the pixel, or the next one where both round."""
    screen.focus(1)
    reader = test_screen.Reader(screen, "domU", (1,))
    for x, y in POINTS:
        screen.send(*({"type": "abs", "data": {"axis": axis, "value": value}} for axis, value in (("x", x), ("y", y))))
    for down in (True, False):
        screen.send({"type": "btn", "data": {"button": "left", "down": down}})
    reader.wait_for(BTN_LEFT, 0)
    found = reader.end()
    wanted = [on_screen(x, y, screen.degrees) for x, y in POINTS]
    for code, size, axis in ((ABS_X, screen.width, 0), (ABS_Y, screen.height, 1)):
        values = [value for kind, found_code, value in found if (kind, found_code) == (EV_ABS, code)]
        assert len(values) == len(wanted)
        assert all(abs(value - pixel(point[axis], size, QEMU_RANGE)) <= 1 for value, point in zip(values, wanted))


def test_touch_screen(screen):
    """Which is turned with it: fingers are where the picture is, to the pixel, or the next one where both round."""
    machine = Machine(screen.session, screen)
    screen.session.output("dom0", "modprobe uinput")
    machine.open("touch")
    test_screen.restart(screen)     # its frontend sees what there is when it begins
    screen.focus(1)
    points = [(100, 200), (900, 50), (0, 0), (RANGE, 700), (333, RANGE)]
    found = touched(machine, "domU", points)
    assert len(found) == len(points)
    for place, point in zip(found, points):
        wanted = on_screen(*point, screen.degrees, RANGE)
        assert all(abs(place[axis] - pixel(wanted[axis], size)) <= 1 for axis, size in ((0, screen.width), (1, screen.height)))
    machine.close()
