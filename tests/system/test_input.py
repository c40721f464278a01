# SPDX-License-Identifier: Apache-2.0
"""Events of dom0's input devices for domU's (image/configs/screen.dts), as fast as people and their devices may be, and devices that
QEMU's boards do not have: a tablet, a touch screen.  exen-input (guest/user) is those devices, by uinput in dom0; QEMU has a tablet, too,
for virtio-mmio."""

import base64
import functools
import re
import subprocess
import time

import pytest

from deadlines import SHELL_S
from exenboot.boards import BOARDS
from exenboot.machine import PACED_OPTIONS
from exenboot.images import OUT, TOP, build_image, payload_files
from test_screen import (BTN_LEFT, EV_KEY, EV_REL, EV_SYN, EVENT, KEY_CODES, PICTURE_S, Reader, Screen, draw, in_halves, prepare,
                         restart)

BOARD = "vexpress-a9"
RANGE = 1000                    # of exen-input's axes
CONTACTS = 5                    # that its touch screen tells apart
QEMU_RANGE = 0x7fff             # of QEMU's tablet
OF_FRACTION = 0xffff            # what the backend counts them in
REL_X, REL_Y = 0, 1
ABS_X, ABS_Y, SLOT, MT_X, MT_Y, TRACKING_ID = 0, 1, 0x2f, 0x35, 0x36, 0x39
EV_ABS, BTN_RIGHT, BTN_TOUCH = 3, 0x111, 0x14a
END = (EV_SYN, 0, 0)
NEW_LINE = "\\n"                # printf's


def as_lines(frames, end):
    """What exen-input reads."""
    return "".join("%d %d %d" % event + end for frame in frames for event in (*frame, END))


class Machine:
    """All at their shells, and exen-input in dom0."""

    def __init__(self, session, screen):
        self.session, self.screen = session, screen
        self.dom0 = functools.partial(session.output, "dom0")

    def open(self, device, interval_us=0):
        """Makes a device of exen-input's."""
        self.dom0(f"rm -f /run/play; mkfifo /run/play; (exen-input {device} {interval_us} </run/play >/run/said) & "
                  "tail -f /dev/null >/run/play & echo $! >/run/holder")
        self.dom0("until grep -q ready /run/said; do usleep 10000; done", PICTURE_S)

    def play(self, *frames):
        """Events, as (type, code, value), in frames."""
        self.dom0(f"printf '{as_lines(frames, NEW_LINE)}' >/run/play")

    def close(self):
        """Lets the device go once it has played all; what exen-input says."""
        return self.dom0("kill $(cat /run/holder); until grep frames /run/said; do usleep 10000; done", PICTURE_S)


def ramdisk(folder, config="screen"):
    """dom0's of a configuration, with the program, its module and a long list of events."""
    stage = folder / "stage"
    (stage / "bin").mkdir(parents=True)
    (stage / "bin/exen-input").write_bytes((OUT / "guest/user/exen-input").read_bytes())
    (stage / "bin/exen-input").chmod(0o755)
    (stage / "fast").write_text(as_lines(fast_frames(), "\n"))
    ours = subprocess.run([TOP / "scripts/mkcpio", stage], stdout=subprocess.PIPE, check=True).stdout
    usual = payload_files(BOARD, config)["dom0-initrd"]
    path = folder / "dom0.cpio"
    path.write_bytes(usual.read_bytes() + (OUT / f"linux-{BOARDS[BOARD].kernel}/input.cpio").read_bytes() + ours)
    return path


@pytest.fixture(scope="module")
def machine(module_lab, tmp_path_factory):
    folder = tmp_path_factory.mktemp("input")
    payloads = {**payload_files(BOARD, "screen"), "dom0-initrd": ramdisk(folder)}
    config = folder / "screen.dts"          # as it is, but that domU2 starts again, too
    text = (TOP / "image/configs/screen.dts").read_text()
    assert text.count("domU2 {") == 1
    config.write_text(text.replace("domU2 {", 'domU2 {\n\t\t\texen,on-crash = "restart";'))
    session = module_lab.boot(BOARD, build_image(BOARD, config, payloads=payloads, output=folder / "input.img"), extra=PACED_OPTIONS)
    for domain in ("dom0", "domU", "domU2"):
        session.shell(domain, SHELL_S)
    for domain in ("domU", "domU2"):
        prepare(session, domain)
    session.output("dom0", "modprobe uinput")
    return Machine(session, Screen(session, folder / "dump.ppm"))


# -- fast

NR_FRAMES = 3000
INTERVAL_US = 1000


def fast_frames():
    """Keys, buttons and movements, also both at once; at the end a key and a button that come nowhere else."""
    frames = []
    while len(frames) < NR_FRAMES:
        key = KEY_CODES["abcd"[len(frames) // 6 * 5 % 4]]
        step = len(frames) % 7 + 1
        frames += [[(EV_KEY, key, 1)], [(EV_REL, REL_X, step)], [(EV_KEY, key, 0)], [(EV_REL, REL_Y, -step)],
                   [(EV_REL, REL_X, -1), (EV_KEY, BTN_LEFT, 1)], [(EV_REL, REL_X, 2), (EV_KEY, BTN_LEFT, 0)]]
    return frames + [[(EV_KEY, code, value)] for code in (KEY_CODES["e"], BTN_RIGHT) for value in (1, 0)]


def moved_before_buttons(events):
    """Each button event with how far the pointer has come until then."""
    at, found = {REL_X: 0, REL_Y: 0}, []
    for kind, code, value in events:
        if kind == EV_REL:
            at[code] += value
        elif code >= BTN_LEFT:
            found.append((code, value, at[REL_X], at[REL_Y]))
    return found


def test_a_thousand_events_a_second(machine):
    """For three seconds, or more: all arrive in their order; movements may become one, not across a button.  Others get nothing."""
    machine.screen.focus(1)
    machine.open("mouse", INTERVAL_US)
    others = [Reader(machine.screen, "dom0", (0, 1, 2)), Reader(machine.screen, "domU2")]
    keyboard, pointer = Reader(machine.screen, "domU", (0,)), Reader(machine.screen, "domU", (1,))
    machine.dom0("cat /fast >/run/play", PICTURE_S)
    said = re.search(r"(\d+) frames in (\d+) us", machine.close())
    keyboard.wait_for(KEY_CODES["e"], 0)
    pointer.wait_for(BTN_RIGHT, 0)
    wanted = [event for frame in fast_frames() for event in frame]
    assert keyboard.end() == [event for event in wanted if event[0] == EV_KEY and event[1] < BTN_LEFT]
    assert moved_before_buttons(pointer.end()) == moved_before_buttons(wanted)
    assert [reader.end() for reader in others] == [[], []]
    assert int(said[1]) == len(fast_frames()) and int(said[2]) <= 1000 * len(wanted)


# -- positions

def pixel(value, size, most=RANGE):
    """Where a value of an axis is on a screen."""
    return value * OF_FRACTION // most * (size - 1) // OF_FRACTION


def test_positions(machine):
    """Of a tablet, to the pixel; who has not asked for positions gets distances."""
    machine.open("tablet")
    restart(machine.screen)         # its frontend sees what there is when it begins
    width, height = machine.screen.width, machine.screen.height
    points = [(500, 250), (RANGE, RANGE), (1, 999), (0, 0)]
    frames = [[(EV_ABS, ABS_X, x), (EV_ABS, ABS_Y, y)] for x, y in points] + [[(EV_KEY, BTN_LEFT, 1)], [(EV_KEY, BTN_LEFT, 0)]]
    machine.screen.focus(1)
    reader, other = Reader(machine.screen, "domU", (1,)), Reader(machine.screen, "dom0", (0, 1, 2))
    machine.play(*frames)
    reader.wait_for(BTN_LEFT, 0)
    found = reader.end()
    assert [value for kind, code, value in found if (kind, code) == (EV_ABS, ABS_X)] == [pixel(x, width) for x, _ in points]
    assert [value for kind, code, value in found if (kind, code) == (EV_ABS, ABS_Y)] == [pixel(y, height) for _, y in points]
    assert found[-2:] == [(EV_KEY, BTN_LEFT, 1), (EV_KEY, BTN_LEFT, 0)]
    machine.screen.focus(2)
    reader = Reader(machine.screen, "domU2", (1,))
    machine.play([(EV_ABS, ABS_X, 100), (EV_ABS, ABS_Y, 100)], *frames)
    reader.wait_for(BTN_LEFT, 0)
    found = reader.end()
    # The pointer of one that has none begins in the middle.
    assert sum(value for kind, code, value in found if (kind, code) == (EV_REL, REL_X)) == -(width // 2)
    assert sum(value for kind, code, value in found if (kind, code) == (EV_REL, REL_Y)) == -(height // 2)
    assert other.end() == []
    machine.close()


def test_a_tablet(lab, tmp_path):
    """QEMU's own, in the configuration whose ramdisk has its driver: to the pixel."""
    session = lab.boot(BOARD, build_image(BOARD, "seat"), tablet=True, extra=PACED_OPTIONS)
    for domain in ("dom0", "domU"):
        session.shell(domain, SHELL_S)
    prepare(session, "domU")
    screen = Screen(session, tmp_path / "dump.ppm")
    screen.focus(1)
    reader, other = Reader(screen, "domU", (1,)), Reader(screen, "dom0", (0, 1, 2))
    points = [(1000, 2000), (QEMU_RANGE, QEMU_RANGE), (16000, 300), (0, 0)]
    for x, y in points:
        screen.send(*({"type": "abs", "data": {"axis": axis, "value": value}} for axis, value in (("x", x), ("y", y))))
    for down in (True, False):
        screen.send({"type": "btn", "data": {"button": "left", "down": down}})
    reader.wait_for(BTN_LEFT, 0)
    found = reader.end()
    for axis, size, wanted in ((ABS_X, screen.width, 0), (ABS_Y, screen.height, 1)):
        values = [value for kind, code, value in found if (kind, code) == (EV_ABS, axis)]
        assert values == [pixel(point[wanted], size, QEMU_RANGE) for point in points]
    assert other.end() == []


# -- fingers

class TouchReader(Reader):
    """What arrives of fingers in a domU."""

    def __init__(self, machine, domain):
        text = machine.session.output(domain, "cat /proc/bus/input/devices")
        self._number = int(re.search(r'Name="Xen Virtual Multi-touch"(?:\n.*)*?\nH: Handlers=.*event(\d+)', text)[1])
        super().__init__(machine.screen, domain, (self._number,))

    def frames(self):
        """After each frame {slot: (x, y)} of the fingers that are down."""
        content = base64.b64decode(self.session.output(self.domain, f"base64 /run/events{self._number}"))
        slot, down, result = 0, set(), []
        places = {number: {MT_X: 0, MT_Y: 0} for number in range(CONTACTS)}
        for *_, kind, code, value in EVENT.iter_unpack(content):
            if (kind, code) == (EV_ABS, SLOT):
                slot = value
            elif (kind, code) == (EV_ABS, TRACKING_ID):
                (down.discard if value < 0 else down.add)(slot)
            elif kind == EV_ABS and code in (MT_X, MT_Y):
                places[slot][code] = value
            elif kind == EV_SYN:
                result.append({finger: (places[finger][MT_X], places[finger][MT_Y]) for finger in down})
        return result

    def wait_for_frames(self, count):
        """Waits for so many; returns all."""
        deadline = time.monotonic() + PICTURE_S
        while len(found := self.frames()) < count:
            assert time.monotonic() < deadline, f"{found}"
        return found


def finger(slot, *, number=None, x=None, y=None):
    """Events of one finger; `number`: its tracking id, -1 when it is lifted."""
    values = ((TRACKING_ID, number), (MT_X, x), (MT_Y, y))
    return [(EV_ABS, SLOT, slot), *((EV_ABS, code, value) for code, value in values if value is not None)]


def as_pointer(x, y, *, down=None):
    """What a driver adds for who knows no fingers."""
    return [*([] if down is None else [(EV_KEY, BTN_TOUCH, down)]), (EV_ABS, ABS_X, x), (EV_ABS, ABS_Y, y)]


def test_fingers(machine):
    """Two, each in its place; one that comes back where it was, also for another domain; a change of the focus lifts them."""
    machine.open("touch")
    restart(machine.screen)         # its frontend sees what there is when it begins
    width, height = machine.screen.width, machine.screen.height

    def at(x, y):
        return pixel(x, width), pixel(y, height)

    machine.screen.focus(2)
    machine.play(finger(0, number=9, x=100, y=200) + as_pointer(100, 200, down=1), finger(0, number=-1) + [(EV_KEY, BTN_TOUCH, 0)])
    machine.screen.focus(1)
    reader, pointer = TouchReader(machine, "domU"), Reader(machine.screen, "domU", (0, 1))
    others = [Reader(machine.screen, "dom0", (0, 1, 2)), Reader(machine.screen, "domU2")]
    machine.play(finger(0, number=1, x=100, y=200) + as_pointer(100, 200, down=1),
                 finger(1, number=2, x=900, y=800),
                 finger(0, x=110) + finger(1, y=790) + as_pointer(110, 200),
                 finger(0, number=-1) + [(EV_KEY, BTN_TOUCH, 0)],
                 finger(1, x=RANGE),
                 finger(0, number=3) + as_pointer(110, 200, down=1),
                 finger(1, number=-1),
                 finger(1, number=4, x=0, y=0))
    reader.wait_for_frames(8)
    assert [other.end() for other in others] == [[], []]
    assert machine.screen.hot_key() == 2
    machine.play(finger(0, x=500, y=500) + as_pointer(500, 500), finger(0, number=-1) + [(EV_KEY, BTN_TOUCH, 0)],
                 finger(1, x=500), finger(1, number=-1))
    a, b = at(100, 200), at(900, 800)
    moved, back, last = at(110, 200), at(900, 790), at(RANGE, 790)
    expected = [{0: a}, {0: a, 1: b}, {0: moved, 1: back}, {1: back}, {1: last}, {0: moved, 1: last}, {0: moved},
                {0: moved, 1: at(0, 0)}, {}]
    assert reader.wait_for_frames(len(expected)) == expected
    assert {event[:2] for event in pointer.end()} == {(EV_KEY, KEY_CODES[name]) for name in ("ctrl", "alt")}
    machine.close()


# -- two pictures side by side

IN_HALVES = [(100, 300), (160, 500), (490, 740), (1, 251), (801, 400), (510, 260), (640, 600), (990, 333)]


def touched(machine, domain, points):
    """Where in its picture a domain sees a finger that touches each of some points."""
    reader = TouchReader(machine, domain)
    for number, (x, y) in enumerate(points):
        machine.play(finger(0, number=number, x=x, y=y) + as_pointer(x, y, down=1), finger(0, number=-1) + [(EV_KEY, BTN_TOUCH, 0)])
    return [frame[0] for frame in reader.wait_for_frames(2 * len(points)) if frame]


def places_of(device, machine, domain, points):
    """Likewise of the device, a touch screen or a tablet."""
    if device == "touch":
        return touched(machine, domain, points)
    reader = Reader(machine.screen, domain, (1,))
    for x, y in points:
        machine.play([(EV_ABS, ABS_X, x), (EV_ABS, ABS_Y, y)], [(EV_KEY, BTN_LEFT, 1)])
        reader.wait_for(BTN_LEFT, 1)
        machine.play([(EV_KEY, BTN_LEFT, 0)])
        reader.wait_for(BTN_LEFT, 0)
    return clicked(reader.end())


def clicked(events):
    """Where the pointer was at each press: of an axis only changes arrive."""
    at, found = {ABS_X: 0, ABS_Y: 0}, []
    for kind, code, value in events:
        if kind == EV_ABS:
            at[code] = value
        elif (kind, code, value) == (EV_KEY, BTN_LEFT, 1):
            found.append((at[ABS_X], at[ABS_Y]))
    return found


@pytest.mark.parametrize("device", ["touch", "tablet"])
def test_in_halves(machine, device):
    """What touches a pixel on the screen is on that pixel of the picture in that half; outside, on the picture's nearest."""
    screen = machine.screen
    machine.open(device)
    domains = ("domU", "domU2")
    for domid, domain in enumerate(domains, 1):
        restart(screen, domain, domid)      # its frontend sees what there is when it begins
    width, height = screen.width, screen.height
    half, top = width // 4 * 2, (height - height // 2) // 2
    pictures = [screen.as_shown(draw(screen, domain, seed)) for domain, seed in zip(domains, (4000001, 4100001))]
    screen.focus(1)
    assert screen.halves_key() == 2
    for number, (domain, picture) in enumerate(zip(domains, pictures)):
        screen.focus(number + 1)
        wanted = in_halves(screen, pictures, number)
        screen.wait_until(lambda rgb, wanted=wanted: rgb == wanted, "both pictures")
        start = number * (width - half)
        points = [(pixel(x, width), pixel(y, height)) for x, y in IN_HALVES]
        found = places_of(device, machine, domain, IN_HALVES)
        assert found == [tuple(min(max(2 * at, 0), size - 1) for at, size in ((x - start, width), (y - top, height))) for x, y in points]
        inside = [(x, y, place) for (x, y), place in zip(points, found) if start <= x < start + half and top <= y < top + height // 2]
        assert len(inside) == len(points) // 2
        for x, y, place in inside:
            assert wanted[3 * (y * width + x):][:3] == picture[3 * (place[1] * width + place[0]):][:3]
    assert screen.halves_key() == 0
    machine.close()
