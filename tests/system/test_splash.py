# SPDX-License-Identifier: Apache-2.0
"""The picture that the hypervisor shows at boot: pixel by pixel, and that Linux takes the screen over from it."""

import re

import pytest

from deadlines import SHELL_S
from exenboot import BOARDS as BOARDS_BY_NAME
from exenboot import XEN
from exenboot.images import TOP, build_image

BOARDS = ["vexpress-a9", "versatilepb", "realview-eb-arm926", "realview-eb-cortex-a9", "realview-pb-a8"]
BASES = {"vexpress-a9": 0x10020000, "versatilepb": 0x10120000}     # of the controller
UPBASE, CONTROL = 0x10, 0x18
SYS_CFGDATA = 0x100000a0     # of vexpress-a9's motherboard
DOM0_SIZE = 64 << 20
SCREEN = 640, 480
SIZE = 301, 203             # of the picture
FOR_EVER = b"\xfe\xff\xff\xea"      # b . (interrupts masked: the hypervisor says no more)
BOOT_S = 60


def drawn(x, y):
    """The picture's pixel, as the screen of 16 bits shows it: its edges, and a pattern that has no symmetry."""
    if x in (0, SIZE[0] - 1) or y in (0, SIZE[1] - 1):
        return 0, 0, 0xf8
    return x & 0xf8, (x * 7 + y) & 0xfc, (y * 5 >> 2) & 0xf8


def picture():
    """The picture as a PPM."""
    return b"P6 %d %d 255\n" % SIZE + bytes(value | 3 & value for y in range(SIZE[1]) for x in range(SIZE[0])
                                           for value in drawn(x, y))


def screen():
    """RGB bytes of the whole screen."""
    left, top = (SCREEN[0] - SIZE[0]) // 2, (SCREEN[1] - SIZE[1]) // 2
    rows = []
    for y in range(SCREEN[1]):
        row = [(0, 0, 0xf8)] * SCREEN[0]
        if 0 <= y - top < SIZE[1]:
            row[left:left + SIZE[0]] = [drawn(x, y - top) for x in range(SIZE[0])]
        rows.append(bytes(value for pixel in row for value in pixel))
    return b"".join(rows)


@pytest.fixture(scope="module")
def ppm(tmp_path_factory):
    path = tmp_path_factory.mktemp("splash") / "picture.ppm"
    path.write_bytes(picture())
    return path


def dump(session, folder):
    """(width, height, RGB bytes) of what the screen shows."""
    path = folder / "dump.ppm"
    session.machine.qmp.screendump(path)
    content = path.read_bytes()
    head = re.match(rb"P6\n(\d+) (\d+)\n255\n", content)
    return int(head[1]), int(head[2]), content[head.end():]


def register(session, address):
    """A register of a device, as the processor would read it."""
    said = session.machine.qmp.command("human-monitor-command", **{"command-line": f"xp /1xw {address:#x}"})
    return int(said.split(":")[1], 16)


def is_bar_on_top(picture):
    """Does a line of characters in another colour fill the screen's first rows, and nothing the last?"""
    width, _, rgb = picture
    bar, ground = rgb[:3], rgb[-3:]
    return bar != ground and rgb.startswith(bar * width * 16) and rgb.endswith(ground * width * 16)


def image_of_idler(board, folder, **options):
    """An image whose only domain never touches the screen."""
    guest = folder / "for-ever.bin"
    guest.write_bytes(FOR_EVER)
    return build_image(board, TOP / "image/configs/test1.dts", {"guest0": guest}, folder / "idler.img", **options)


@pytest.mark.parametrize("board", BOARDS)
def test_picture(lab, board, ppm, tmp_path):
    session = lab.boot(board, image_of_idler(board, tmp_path, splash=ppm))
    session.wait_for(XEN, rb"splash: 301x203 pixels, the screen's at [0-9a-f]{8}$", BOOT_S)
    session.wait_for(XEN, rb"Serial input to guest0", BOOT_S)
    width, height, rgb = dump(session, tmp_path)
    assert (width, height) == SCREEN
    assert rgb == screen()


def test_damaged_picture(lab, ppm, tmp_path):
    """The system starts without it, and a line says so."""
    board = "versatilepb"
    image = image_of_idler(board, tmp_path, splash=ppm)
    content = bytearray(image.read_bytes())
    content[content.rindex(b"EXSP") + 100] ^= 1
    image.write_bytes(content)
    session = lab.boot(board, image)
    session.wait_for(XEN, rb"splash: not shown: /images/splash: damaged", BOOT_S)
    session.wait_for(XEN, rb"Serial input to guest0", BOOT_S)
    assert not register(session, BASES[board] + CONTROL) & 1


def test_board_without_a_screen(lab, ppm, tmp_path):
    session = lab.boot("xilinx-zynq-a9", image_of_idler("xilinx-zynq-a9", tmp_path, splash=ppm))
    session.wait_for(XEN, rb"splash: not shown: no driver for the screen of this board", BOOT_S)
    session.wait_for(XEN, rb"Serial input to guest0", BOOT_S)


def test_nothing_is_touched_unasked(lab, tmp_path):
    board = "vexpress-a9"
    session = lab.boot(board, image_of_idler(board, tmp_path))
    session.wait_for(XEN, rb"Serial input to guest0", BOOT_S)
    assert b"splash" not in session.transcript
    for offset in (0, 4, UPBASE, CONTROL):
        assert not register(session, BASES[board] + offset)


def test_pixel_clock(lab, ppm, tmp_path):
    """The last that is asked of the motherboard is the tile's oscillator 1 at 25.175 MHz, and it has done that."""
    session = lab.boot("vexpress-a9", image_of_idler("vexpress-a9", tmp_path, splash=ppm))
    session.wait_for(XEN, rb"Serial input to guest0", BOOT_S)
    assert register(session, SYS_CFGDATA) == 25175000
    assert register(session, SYS_CFGDATA + 4) == 0x40110001      # SYS_CFGCTRL: written, oscillator, site 1, device 1
    assert register(session, SYS_CFGDATA + 8) == 1               # SYS_CFGSTAT: complete, no error


def pictures_until_it_goes(session, board, frame, folder):
    """The picture is there, and nothing else, until another frame is in the controller; how often it was looked at, and that frame."""
    expected, nr_seen = screen(), 0
    while True:
        session.machine.qmp.command("stop")
        shown, base = dump(session, folder)[2], register(session, BASES[board] + UPBASE)
        session.machine.qmp.command("cont")
        if base != frame:
            return nr_seen, base
        is_right = shown == expected        # pytest would look for the difference for minutes
        assert is_right, f"picture {nr_seen} is another, and nobody has changed the controller's frame"
        nr_seen += 1
        session.pump_for(0.1)


@pytest.mark.parametrize("board", BASES)
def test_linux_takes_the_screen_over(lab, board, ppm, tmp_path):
    """Until dom0's driver has put its own frame into the controller the picture stays, then the console is there; when dom0 starts
    anew likewise."""
    session = lab.boot(board, build_image(board, "linux2", output=tmp_path / "linux2.img", splash=ppm))
    frame = int(session.wait_for(XEN, rb"splash: .*, the screen's at ([0-9a-f]{8})$", BOOT_S).groups[1], 16)
    slot = BOARDS_BY_NAME[board].ram_base
    for _ in range(2):
        nr_seen, base = pictures_until_it_goes(session, board, frame, tmp_path)
        assert nr_seen > 3
        assert slot <= base < slot + DOM0_SIZE
        session.shell("dom0", SHELL_S)
        session.output("dom0", r"printf '\033[2J\033[H\033[7m%200s' ' ' >/dev/tty1")
        session.poll(lambda: is_bar_on_top(dump(session, tmp_path)), BOOT_S, "text on the screen")
        session.forget_shell("dom0")
        session.send("dom0", b"reboot -f\r")
        session.poll(lambda: dump(session, tmp_path)[2] == screen(), BOOT_S, "picture while dom0 starts anew")
