# SPDX-License-Identifier: Apache-2.0
"""Screen, keyboard and pointer of dom0 for two domU's (image/configs/screen.dts): what the screen shows, pixel by pixel, and who
gets what is typed."""

import base64
import functools
import re
import struct

import pytest

from deadlines import SHELL_S
from exenboot import XEN
from exenboot.images import build_image

PICTURE_S = 120         # until the screen shows what it should
FONT_HEIGHT = 16        # of the line that says that a domain has ended
MASKS = {"RG16": (0xf8, 0xfc, 0xf8), "BG16": (0xf8, 0xfc, 0xf8), "XR15": (0xf8, 0xf8, 0xf8),
         "XR24": (0xff, 0xff, 0xff), "XB24": (0xff, 0xff, 0xff)}    # bits of red, green and blue that a format has
LINE_GROUND = (0x80, 0, 0)
INSET_SCALE, INSET_BORDER = 3, 2
BORDER_COLOUR = bytes((0x80, 0x80, 0x80))

# A picture without a program: digits and line ends of numbers become brightnesses.
DIGITS = bytes.maketrans(b"0123456789\n", bytes(range(0, 256, 25)))
OCTAL = "".join(f"\\{value:03o}" for value in range(0, 256, 25))

EV_SYN, EV_KEY, EV_REL, EV_MSC = 0, 1, 2, 4
KEY_CODES = {"a": 30, "b": 48, "c": 46, "d": 32, "e": 18, "ctrl": 29, "shift": 42, "alt": 56}
BTN_LEFT = 272
EVENT = struct.Struct("<IIHHi")     # of evdev: time, type, code, value


INSET = rb"exen-screen: (?:domain (\d+) is seen in the inset|no inset)"

HALVES = rb"exen-screen: (?:domain (\d+) is seen in the other half|no inset)"
MARK_COLOUR = bytes((0xff, 0xff, 0xff))


class Screen:
    """A machine's screen, keyboard and mouse, as a person has them."""

    def __init__(self, session, path, fb="fb0", device=None):
        """fb: dom0's framebuffer of it; device: QEMU's, if it is not the board's."""
        self.session = session
        self._path = path
        self._device = device
        self.width, self.height = map(int, session.output("dom0", f"cat /sys/class/graphics/{fb}/virtual_size").split(","))

    @functools.cached_property
    def format(self):
        """DRM's name of what dom0 shows others' pictures in."""
        return re.search(r"exen-screen: \d+x\d+, (\w+)", self.session.output("dom0", "dmesg | grep exen-screen:"))[1]

    def as_shown(self, pixels):
        """RGB bytes of a picture of 32-bit pixels, as QEMU shows them."""
        return as_shown(pixels, *MASKS[self.format])

    def dump(self):
        """(width, height, RGB bytes) of what is shown."""
        self.session.machine.qmp.screendump(self._path, self._device)
        content = self._path.read_bytes()
        head = re.match(rb"P6\n(\d+) (\d+)\n255\n", content)
        return int(head[1]), int(head[2]), content[head.end():]

    def wait_until(self, is_right, what):
        """Waits until the screen's RGB bytes are right."""
        self.session.poll(lambda: is_right(self.dump()[2]), PICTURE_S, f"{what} on the screen")

    def send(self, *events):
        """Input events of QEMU's, at once."""
        self.session.machine.qmp.command("input-send-event", events=list(events))

    def key(self, name, down):
        self.send({"type": "key", "data": {"key": {"type": "qcode", "data": name}, "down": down}})

    def hot_key(self):
        """Ctrl-Alt-Tab; returns which domain has the screen then."""
        return self._hot_key("tab", rb"exen-screen: domain (\d+) has screen and keyboard")

    def inset_key(self):
        """Ctrl-Alt-P; returns which domain is seen in the inset then, 0: there is none."""
        return self._hot_key("p", INSET)

    def halves_key(self):
        """Ctrl-Alt-H; returns which domain is seen beside the other, 0: none is."""
        return self._hot_key("h", HALVES)

    def _hot_key(self, key, answer):
        start = self.session.mark("dom0")
        for down in (True, False):
            for name in ("ctrl", "alt", key):
                self.key(name, down)
        return int(self.session.wait_for("dom0", answer, start=start).groups[1] or 0)

    def focus(self, domid):
        for _ in range(4):
            if int(self.session.output("dom0", "cat /sys/module/exen_screen/parameters/focus")) == domid:
                return
            self.hot_key()
        raise AssertionError(f"the focus does not go to domain {domid}")


@pytest.fixture(scope="module", params=["vexpress-a9", "versatilepb"])
def screen(request, module_lab, tmp_path_factory):
    """All at their shells, domU's without text on their screens."""
    session = module_lab.boot(request.param, build_image(request.param, "screen"))
    for domain in ("dom0", "domU", "domU2"):
        session.shell(domain, SHELL_S)
    for domain in ("domU", "domU2"):
        prepare(session, domain)
    return Screen(session, tmp_path_factory.mktemp("screen") / "dump.ppm")


def prepare(session, domain):
    """Waits for a domU's screen and ends what writes text on it."""
    session.output(domain, "until [ -c /dev/fb0 ] && [ -c /dev/input/event1 ]; do sleep 0.1; done; "
                           "echo 0 >/sys/class/vtconsole/vtcon1/bind")


def draw(screen, domain, seed):
    """Draws a picture that `seed` makes one of its own; returns it, as 32-bit pixels."""
    size = screen.width * screen.height * 4
    screen.session.output(domain, f"seq {seed} 9999999 | tr '0-9\\n' '{OCTAL}' | head -c {size} >/dev/fb0", 300)
    text, number = bytearray(), seed
    while len(text) < size:
        text += b"%d\n" % number
        number += 1
    return bytes(text[:size]).translate(DIGITS)


def as_shown(pixels, red=0xf8, green=0xfc, blue=0xf8):
    """RGB bytes of a picture of 32-bit pixels on a screen that has some bits of each, as QEMU shows them."""
    rgb = bytearray(len(pixels) // 4 * 3)
    for first, mask in enumerate((red, green, blue)):
        rgb[first::3] = pixels[2 - first::4].translate(bytes(value & mask for value in range(256)))
    return bytes(rgb)


# -- pictures

def test_size_is_the_real_ones(screen):
    width, height, _ = screen.dump()
    assert (width, height) == (screen.width, screen.height)
    for domain in ("domU", "domU2"):
        assert screen.session.output(domain, "cat /sys/class/graphics/fb0/virtual_size").strip() == f"{width},{height}"


def test_the_focus_moves_on(screen):
    assert [screen.hot_key() for _ in range(4)] == [1, 2, 0, 1]


def test_pictures(screen):
    """Each its own, from the first pixel to the last, whoever draws while another one is seen."""
    first = screen.as_shown(draw(screen, "domU", 1000001))
    second = screen.as_shown(draw(screen, "domU2", 1200001))
    assert first != second
    screen.focus(1)
    screen.wait_until(lambda rgb: rgb == first, "domU's picture")
    assert screen.hot_key() == 2
    screen.wait_until(lambda rgb: rgb == second, "domU2's picture")
    third = screen.as_shown(draw(screen, "domU", 1400001))
    assert screen.dump()[2] == second
    assert screen.hot_key() == 0
    screen.wait_until(lambda rgb: rgb not in (first, second, third), "dom0's console")
    screen.focus(1)
    screen.wait_until(lambda rgb: rgb == third, "what domU has drawn meanwhile")


# -- inset

def with_inset(screen, picture, other):
    """Two pictures' RGB bytes as one: every third pixel of the other's in the upper right corner, with a border."""
    row, height = screen.width * 3, screen.height // INSET_SCALE
    width = screen.width // INSET_SCALE // 2 * 2
    left = row - 3 * (width + INSET_BORDER)
    lines = []
    for y in range(height):
        line = other[y * INSET_SCALE * row:][:row]
        pixels = bytearray(3 * width)
        for colour in range(3):
            pixels[colour::3] = line[colour::3 * INSET_SCALE][:width]
        lines.append(picture[y * row:][:left] + INSET_BORDER * BORDER_COLOUR + pixels)
    for y in range(height, height + INSET_BORDER):
        lines.append(picture[y * row:][:left] + (width + INSET_BORDER) * BORDER_COLOUR)
    return b"".join(lines) + picture[(height + INSET_BORDER) * row:]


def test_inset(screen):
    """The next domain's picture in a corner of the focused one's, as both draw; it follows the focus."""
    screen.focus(1)
    first = screen.as_shown(draw(screen, "domU", 2000001))
    second = screen.as_shown(draw(screen, "domU2", 2100001))
    screen.wait_until(lambda rgb: rgb == first, "domU's picture")
    assert screen.inset_key() == 2
    screen.wait_until(lambda rgb: rgb == with_inset(screen, first, second), "domU2's picture in a corner of domU's")
    second = screen.as_shown(draw(screen, "domU2", 2200001))
    screen.wait_until(lambda rgb: rgb == with_inset(screen, first, second), "what domU2 has drawn")
    first = screen.as_shown(draw(screen, "domU", 2300001))
    screen.wait_until(lambda rgb: rgb == with_inset(screen, first, second), "what domU has drawn")
    assert screen.hot_key() == 2
    screen.wait_until(lambda rgb: rgb == with_inset(screen, second, first), "domU's picture in a corner of domU2's")
    assert screen.hot_key() == 0
    screen.wait_until(lambda rgb: rgb not in (first, with_inset(screen, second, first)), "dom0's console")
    assert screen.hot_key() == 1
    screen.wait_until(lambda rgb: rgb == with_inset(screen, first, second), "both again")
    assert screen.inset_key() == 0
    screen.wait_until(lambda rgb: rgb == first, "domU's picture alone")


def in_halves(screen, pictures, focused):
    """Two pictures' RGB bytes as one: every second pixel of each in the middle of its half, between two lines."""
    row, width, height = screen.width * 3, screen.width // 4 * 2, screen.height // 2
    gap = bytes(3 * (screen.width - 2 * width))
    line = gap.join(as_shown_colour(screen, MARK_COLOUR if number == focused else BORDER_COLOUR) * width for number in (0, 1))
    lines = []
    for y in range(height):
        halves = []
        for picture in pictures:
            half = bytearray(3 * width)
            for colour in range(3):
                half[colour::3] = picture[2 * y * row:][:row][colour::6][:width]
            halves.append(bytes(half))
        lines.append(gap.join(halves))
    above = (screen.height - height) // 2 - INSET_BORDER
    below = screen.height - height - above - 2 * INSET_BORDER
    return bytes(above * row) + INSET_BORDER * line + b"".join(lines) + INSET_BORDER * line + bytes(below * row)


def as_shown_colour(screen, colour):
    return screen.as_shown(bytes((*reversed(colour), 0)))


def test_halves(screen):
    """Both at half their size, side by side, who has the focus between bright lines; they stay where they are when it moves."""
    screen.focus(1)
    first = screen.as_shown(draw(screen, "domU", 3000001))
    second = screen.as_shown(draw(screen, "domU2", 3100001))
    assert screen.halves_key() == 2
    screen.wait_until(lambda rgb: rgb == in_halves(screen, (first, second), 0), "domU's picture and domU2's")
    second = screen.as_shown(draw(screen, "domU2", 3200001))
    screen.wait_until(lambda rgb: rgb == in_halves(screen, (first, second), 0), "what domU2 has drawn")
    first = screen.as_shown(draw(screen, "domU", 3300001))
    screen.wait_until(lambda rgb: rgb == in_halves(screen, (first, second), 0), "what domU has drawn")
    assert screen.hot_key() == 2
    screen.wait_until(lambda rgb: rgb == in_halves(screen, (first, second), 1), "both, domU2 marked")
    assert screen.hot_key() == 0
    screen.wait_until(lambda rgb: rgb not in (first, in_halves(screen, (first, second), 1)), "dom0's console")
    assert screen.hot_key() == 1
    screen.wait_until(lambda rgb: rgb == in_halves(screen, (first, second), 0), "both again")
    assert screen.halves_key() == 0
    screen.wait_until(lambda rgb: rgb == first, "domU's picture alone")


def test_only_what_changes_is_drawn_in_the_inset(screen):
    """Lines that a domain draws, of which the inset has every third: the first of them is one between."""
    screen.focus(2)
    first, second = draw(screen, "domU", 2400001), screen.as_shown(draw(screen, "domU2", 2500001))
    assert screen.inset_key() == 1
    screen.wait_until(lambda rgb: rgb == with_inset(screen, second, screen.as_shown(first)), "domU's picture in a corner of domU2's")
    line = screen.width * 4
    for number in (31, 32, 33, screen.height - 1):
        screen.session.output("domU", f"dd if=/dev/zero of=/dev/fb0 bs={line} count=1 seek={number} 2>/dev/null")
        first = first[:number * line] + bytes(line) + first[(number + 1) * line:]
        screen.wait_until(lambda rgb: rgb == with_inset(screen, second, screen.as_shown(first)), f"line {number}")
    assert screen.inset_key() == 0


def test_the_hot_keys_are_nobodys(screen):
    """Whoever has the focus sees Ctrl and Alt, and nothing of the third key."""
    screen.focus(1)
    with Others(screen, "dom0", "domU2"):
        reader = Reader(screen, "domU", (0,))
        assert [screen.inset_key(), screen.inset_key()] == [2, 0]
        screen.key("a", True)
        screen.key("a", False)
        reader.wait_for(KEY_CODES["a"], 0)
        assert {event[1] for event in reader.end()} == {KEY_CODES[name] for name in ("ctrl", "alt", "a")}


# -- keys and pointer

NR_KEYS = 500
AT_ONCE = 4             # QEMU's keyboard holds 16 bytes, a key makes three
KEY_BYTES = 4 * EVENT.size      # press and release, each with what separates it from the next


class Reader:
    """What arrives in a domain's evdev from now on."""

    def __init__(self, screen, domain, devices=(0, 1), command="cat"):
        self.session, self.domain = screen.session, domain
        self._devices = devices
        for device in devices:
            self.session.output(domain, f"({command}) </dev/input/event{device} >/run/events{device} & echo $! >>/run/readers")

    def wait_for(self, code, value):
        """Waits until one of the devices' last event is that of a key."""
        files = " ".join(f"/run/events{device}" for device in self._devices)
        self.session.output(self.domain, f"until for f in {files}; do tail -c {2 * EVENT.size} $f | "
                                         "hexdump -v -e '8/2 \" %u\" \"\\n\"'; done | "
                                         f"grep -q ' {EV_KEY} {code} {value} 0$'; do usleep 10000; done", PICTURE_S)

    def end(self):
        """All events, [(type, code, value)], without those that only separate them."""
        self.session.output(self.domain, "kill $(cat /run/readers); rm /run/readers; killall dd; true")
        content = b"".join(base64.b64decode(self.session.output(self.domain, f"base64 /run/events{device}"))
                           for device in self._devices)
        return [event[2:] for event in EVENT.iter_unpack(content) if event[2] not in (EV_SYN, EV_MSC)]


class Others:
    """Those who must not get anything."""

    def __init__(self, screen, *domains):
        self._readers = [Reader(screen, domain) for domain in domains]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        found = {reader.domain: reader.end() for reader in self._readers}
        assert kind or not any(found.values()), f"others have got events: {found}"


def type_keys(screen, number):
    """Types into domU, which has the focus: all keys arrive, in their order, at nobody else's."""
    screen.focus(1)
    pace = f"while dd iflag=fullblock bs={AT_ONCE * KEY_BYTES} count=1 2>/dev/null; do echo {AT_ONCE} keys >/dev/console; done"
    wanted, position = [], screen.session.mark("domU")
    with Others(screen, "dom0", "domU2"):
        reader = Reader(screen, "domU", (0,), pace)
        for n in range(number):
            name = "abcde"[n * n % 5]
            screen.key(name, True)
            screen.key(name, False)
            wanted += [(EV_KEY, KEY_CODES[name], 1), (EV_KEY, KEY_CODES[name], 0)]
            if n % AT_ONCE == AT_ONCE - 1:
                position = screen.session.wait_for("domU", rb"%d keys" % AT_ONCE, PICTURE_S, position).end
        assert reader.end() == wanted


def test_keys_arrive_in_their_order(screen):
    """A thousand events, none missing."""
    type_keys(screen, NR_KEYS)


def test_pointer(screen):
    """Its way and its buttons, of the one who has it."""
    screen.focus(2)
    with Others(screen, "dom0", "domU"):
        reader = Reader(screen, "domU2", (1,))
        for axis, way in (("x", 40), ("y", -30), ("x", -10)):
            screen.send({"type": "rel", "data": {"axis": axis, "value": way}})
        for down in (True, False):      # QEMU's mouse makes one message of what has not been fetched yet
            screen.send({"type": "btn", "data": {"button": "left", "down": down}})
            reader.wait_for(BTN_LEFT, int(down))
        found = reader.end()
    assert sum(value for kind, code, value in found if (kind, code) == (EV_REL, 0)) == 30
    assert abs(sum(value for kind, code, value in found if (kind, code) == (EV_REL, 1))) == 30
    assert [event for event in found if event[0] == EV_KEY] == [(EV_KEY, BTN_LEFT, 1), (EV_KEY, BTN_LEFT, 0)]


@pytest.mark.parametrize("here, there", [("dom0", 1), ("domU", 2), ("domU2", 0)])
def test_nothing_stays_pressed(screen, here, there):
    """Who loses the focus sees all keys released; the next one does not see the releases."""
    domains = ("dom0", "domU", "domU2")
    screen.focus(domains.index(here))
    reader, next_reader = Reader(screen, here), Reader(screen, domains[there])
    screen.key("shift", True)
    assert screen.hot_key() == there
    screen.key("shift", False)
    screen.key("e", True)
    screen.key("e", False)
    next_reader.wait_for(KEY_CODES["e"], 0)
    for found, wanted in ((next_reader.end(), [(EV_KEY, KEY_CODES["e"], 1), (EV_KEY, KEY_CODES["e"], 0)]),
                          (reader.end(), [(EV_KEY, code, value) for value in (1, 0)
                                          for code in sorted(KEY_CODES[name] for name in ("ctrl", "shift", "alt"))])):
        assert sorted(found, key=lambda event: (-event[2], event[1])) == wanted


# -- a domU that ends

def restart(screen, domain="domU", domid=1):
    """Lets it crash, and waits until it is there again."""
    screen.session.forget_shell(domain)
    screen.session.hypervisor_command(f"crash {domid}")
    screen.session.shell(domain, SHELL_S)
    prepare(screen.session, domain)


def test_inset_of_one_that_ends(screen):
    """The corner is the other's again, until it is back."""
    screen.focus(2)
    picture = screen.as_shown(draw(screen, "domU2", 2600001))
    assert screen.inset_key() == 1
    start = screen.session.mark("dom0")
    restart(screen)
    for domid in (None, b"1"):
        found = screen.session.wait_for("dom0", INSET, start=start)
        assert found.groups[1] == domid
        start = found.end
    other = screen.as_shown(draw(screen, "domU", 2700001))
    screen.wait_until(lambda rgb: rgb == with_inset(screen, picture, other), "what the new domU has drawn")
    assert screen.inset_key() == 0
    screen.wait_until(lambda rgb: rgb == picture, "domU2's picture alone")


def is_line(row):
    """Is this row of pixels, RGB bytes, ground and letters of the line at the lower edge, and not all ground?"""
    pixels = set(zip(row[0::3], row[1::3], row[2::3]))
    return len(pixels) == 2 and LINE_GROUND in pixels


def wait_for_last_picture(screen, picture):
    """Until a domain's picture, RGB bytes, is there as it was, but for a line at the lower edge."""
    row = screen.width * 3
    above = (screen.height - FONT_HEIGHT) * row
    screen.wait_until(lambda rgb: rgb[:above] == picture[:above] and rgb[above:] != picture[above:], "its last picture and a line")
    line = screen.dump()[2][above:]
    assert any(is_line(line[start:start + row]) for start in range(0, len(line), row))


def test_last_picture_of_one_that_has_ended(screen):
    """domU2 stays down (exen,on-crash): its picture stays, with a line that says so; the hot key goes past it."""
    screen.focus(2)
    picture = screen.as_shown(draw(screen, "domU2", 1600001))
    screen.wait_until(lambda rgb: rgb == picture, "domU2's picture")
    screen.session.hypervisor_command("crash 2")
    wait_for_last_picture(screen, picture)
    assert [screen.hot_key() for _ in range(3)] == [0, 1, 0]


def test_comes_back(screen):
    """domU is started anew, and is on the screen without another key."""
    screen.focus(1)
    picture = screen.as_shown(draw(screen, "domU", 1800001))
    screen.wait_until(lambda rgb: rgb == picture, "domU's picture")
    restart(screen)
    picture = screen.as_shown(draw(screen, "domU", 1900001))
    screen.wait_until(lambda rgb: rgb == picture, "what the new domU has drawn")
    reader = Reader(screen, "domU")
    screen.key("a", True)
    screen.key("a", False)
    reader.wait_for(KEY_CODES["a"], 0)
    assert reader.end() == [(EV_KEY, KEY_CODES["a"], 1), (EV_KEY, KEY_CODES["a"], 0)]


def test_rebound(screen):
    """Drivers of domU's that let their devices go and take them again, at once: a picture and keys as before."""
    session = screen.session
    screen.focus(1)
    for number in range(3):
        for device in ("vfb-0", "vkbd-0"):
            folder = f"/sys/bus/xen/drivers/{device[:-2]}"
            session.output("domU", f"echo {device} >{folder}/unbind && echo {device} >{folder}/bind")
        prepare(session, "domU")
        picture = screen.as_shown(draw(screen, "domU", 3400001 + 100000 * number))
        screen.wait_until(lambda rgb, wanted=picture: rgb == wanted, "what it has drawn since")
        reader = Reader(screen, "domU", (0,))
        screen.key("a", True)
        screen.key("a", False)
        reader.wait_for(KEY_CODES["a"], 0)
        assert reader.end() == [(EV_KEY, KEY_CODES["a"], 1), (EV_KEY, KEY_CODES["a"], 0)]
