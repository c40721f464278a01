# SPDX-License-Identifier: Apache-2.0
"""A desktop in a domU (image/configs/desktop.dts), used as people do: by keys and a mouse, and by looking at the screen and
listening to the speaker.  The pictures of README.md are taken here."""

import shlex

import cards
import pytest
import tones
from deadlines import SHELL_S
from pictures import Picture
from test_screen import EVENT, Screen
from test_sound import Speaker

from exenboot.errors import Timeout
from exenboot.images import build_image
from exenboot.machine import PACED_OPTIONS

BOARD = "vexpress-a9"
START_S = SHELL_S       # until a program's window is there, on a busy host
AT_ONCE = 4             # keys: QEMU's keyboard holds 16 bytes
MOST_PIXELS = 300       # of a movement: the same for three messages of a mouse
KEY_BYTES = 2 * EVENT.size      # press or release in evdev, with what separates it from the next

EDGE = 2                # pixels
BAR_HEIGHT, BROWSER_X = 28, 92     # the middle of the second button
LINE_PIXELS = 10        # that a digit has at least
TERMINAL_PIXELS, TITLE_PIXELS, CURSOR_PIXELS, HEADING_PIXELS = 200000, 10000, 120, 20000
NR_PICTURES = 20
LOUD = 1000             # of 32768

# Colours as 16 bits per pixel have them
BAR, GROUND, TITLE = (0x10, 0x30, 0x50), (0x20, 0x40, 0x60), (0x40, 0x80, 0xc0)
TERMINAL, CURSOR = (0x10, 0x18, 0x20), (0xe0, 0xe8, 0xf0)
HEADING = (0xf8, 0x80, 0x00)
LINK, TEXT, NEXT = (0xc8, 0xfc, 0x30), (0xa0, 0x00, 0x50), (0x30, 0x00, 0xc8)
LINK_SIZE, NEXT_SIZE = (300, 120), (200, 160)
STYLE = "body {{ margin: 20px; background: #fff; color: #{:02x}{:02x}{:02x} }} p {{ font-size: 30px }}".format(*TEXT)
PAGE = """<html><head><title>{title}</title><style>{style}
#block {{ display: block; width: {size[0]}px; height: {size[1]}px; background: #{colour[0]:02x}{colour[1]:02x}{colour[2]:02x} }}
</style></head><body><a id="block" href="next.html"></a><p>{title}</p></body></html>
"""
NAMES = {" ": "spc", ".": "dot", "\n": "ret"}
SHIFTED = {">": "dot"}


class Desktop:
    """The machine, its screen and its speaker; X in domU is ready."""

    def __init__(self, lab, folder):
        self.card = cards.copy(cards.root_file_system("armhf", "desktop"), "desktop.card")
        heard = folder / "heard.wav"
        self.session = lab.boot(BOARD, build_image(BOARD, "desktop"), virtio_disks=[self.card], sound=heard,
                                extra=PACED_OPTIONS)     # no key repeats, no sound stops because this machine is busy
        self.speaker = Speaker(heard, self.session)
        for domain in ("dom0", "domU"):
            self.session.shell(domain, SHELL_S)
        self.screen = Screen(self.session, folder / "dump.ppm")
        self.output("until [ -e /tmp/.X11-unix/X0 ]; do sleep 0.1; done")
        self.output("xset r off; cat /dev/input/event0 >/run/keys & echo")
        self.keys = 0           # bytes in that file; X repeats no key that seems to be down for long on a busy host
        self.screen.focus(1)

    def output(self, command, timeout=START_S):
        """What a command of domU's writes; it may ask X."""
        return self.session.output("domU", f"export DISPLAY=:0; {command}", timeout)

    def picture(self):
        return Picture(*self.screen.dump())

    def until(self, is_right, what):
        """The screen, once it is right."""
        try:
            return self.session.poll(lambda: is_right(picture := self.picture()) and picture, START_S, f"{what} on the screen")
        except Timeout:
            self.picture().keep("failed.png")
            raise

    def block(self, colour, size, what):
        """(left, top) of a rectangle of that colour and size, once it is on the screen."""
        return self.until(lambda picture: (picture.block(colour) or (0, 0))[2:] == size and
                          picture.count(colour) == size[0] * size[1], what).block(colour)[:2]

    def close(self, search):
        """The window that has the focus, by the window manager's key."""
        self.press("alt", "f4")
        self.output(f"while xdotool search --onlyvisible {search} >/dev/null; do sleep 0.2; done")

    # -- input

    def edges(self, *edges):
        """Keys that go down or up, (name, down); returns when domU's kernel has them all."""
        for name, down in edges:
            self.screen.key(name, down)
        self.keys += KEY_BYTES * len(edges)
        self.output(f"until [ $(stat -c %s /run/keys) -ge {self.keys} ]; do sleep 0.02; done")

    def press(self, *names):
        """Keys at the same time."""
        self.edges(*((name, True) for name in names), *((name, False) for name in reversed(names)))

    def type(self, text):
        """Whole letters at once: nothing stays down while somebody waits."""
        batch = []
        for letter in text:
            name = SHIFTED.get(letter) or NAMES.get(letter) or letter
            one = [(name, True), (name, False)]
            one = [("shift", True), *one, ("shift", False)] if letter in SHIFTED else one
            if len(batch + one) > 2 * AT_ONCE:
                self.edges(*batch)
                batch = []
            batch += one
        self.edges(*batch)

    def pointer(self, place=r"x:\d+ y:\d+"):
        """(x, y) of the pointer, once it is at a place."""
        text = self.output(f"until xdotool getmouselocation | grep -oP '^{place}(?= )'; do :; done")
        return tuple(int(word[2:]) for word in text.split())

    def move(self, x, y):
        """The mouse, until the pointer is there: by as many pixels as it is moved."""
        at = self.pointer()
        while at != (x, y):
            ways = [max(-MOST_PIXELS, min(MOST_PIXELS, way)) for way in (x - at[0], y - at[1])]
            self.screen.send(*({"type": "rel", "data": {"axis": axis, "value": way}} for axis, way in zip("xy", ways) if way))
            at = self.pointer(f"x:{at[0] + ways[0]} y:{at[1] + ways[1]}")

    def click(self, x, y):
        self.move(x, y)
        for down in (True, False):
            self.screen.send({"type": "btn", "data": {"button": "left", "down": down}})
            self.session.output("dom0", "")     # QEMU's mouse makes one message of what has not been fetched yet


@pytest.fixture(scope="module")
def desktop(module_lab, tmp_path_factory):
    return Desktop(module_lab, tmp_path_factory.mktemp("desktop"))


def test_the_window_manager_is_there(desktop):
    """The ground of the screen, and a bar over the whole width of its lower edge."""
    width, height = desktop.screen.width, desktop.screen.height
    picture = desktop.until(lambda picture: picture.count(GROUND) > 0.9 * width * height and picture.count(BAR) > 10 * width,
                            "the ground and a bar")
    left, top, bar_width, bar_height = picture.block(BAR)
    assert left <= EDGE and bar_width >= width - 2 * EDGE
    assert top >= height - BAR_HEIGHT and bar_height >= BAR_HEIGHT - 2 * EDGE


def open_terminal(desktop):
    """By its key; (left, top, width, height) of its ground, once it has the focus, and the shell its prompt."""
    desktop.press("alt", "t")
    return desktop.until(lambda picture: picture.count(TERMINAL) > TERMINAL_PIXELS and picture.count(TITLE) > TITLE_PIXELS and
                         picture.count(CURSOR) > CURSOR_PIXELS, "a terminal").block(TERMINAL)


def test_a_terminal(desktop):
    """What is typed there is done in domU, and its text is seen."""
    place = open_terminal(desktop)
    desktop.type("seq 11 >typed\n")
    desktop.output("until [ -s ~/typed ]; do sleep 0.1; done")
    assert desktop.output("cat ~/typed").split() == [str(number) for number in range(1, 12)]
    before = desktop.picture().count(TERMINAL)
    desktop.type("cat typed\n")
    picture = desktop.until(lambda picture: before - picture.count(TERMINAL) > 11 * LINE_PIXELS, "eleven more lines of text")
    assert picture.block(TERMINAL) == place
    desktop.close("--class xterm")


def serve(desktop, name, title, colour, size):
    """A page on dom0's HTTP server, port 80."""
    page = PAGE.format(title=title, style=STYLE, size=size, colour=colour)
    desktop.session.output("dom0", f"mkdir -p /tmp/www; echo {shlex.quote(page)} >/tmp/www/{name}; "
                                   "pidof httpd >/dev/null || httpd -h /tmp/www")


def test_a_browser(desktop):
    """Opened by a click; a page of dom0's is shown, a click on its link shows the next one."""
    serve(desktop, "index.html", "first", LINK, LINK_SIZE)
    serve(desktop, "next.html", "second", NEXT, NEXT_SIZE)
    desktop.click(BROWSER_X, desktop.screen.height - BAR_HEIGHT // 2)
    desktop.until(lambda picture: picture.count(HEADING) > HEADING_PIXELS, "the home page")
    open_terminal(desktop)
    before = desktop.picture().count(TERMINAL)
    desktop.type("mount\n")
    desktop.until(lambda picture: picture.count(HEADING) > HEADING_PIXELS and before - picture.count(TERMINAL) > 100 * LINE_PIXELS,
                  "terminal and browser").keep("desktop.png")
    desktop.close("--class xterm")
    desktop.press("ctrl", "l")
    desktop.type("10.0.2.15\n")
    left, top = desktop.block(LINK, LINK_SIZE, "the first page")
    text = desktop.until(lambda picture: picture.count(TEXT) > 10 * LINE_PIXELS, "its text").block(TEXT)
    assert left <= text[0] < left + LINK_SIZE[0] and text[1] > top + LINK_SIZE[1]
    desktop.click(left + LINK_SIZE[0] - 2, top + LINK_SIZE[1] - 2)
    desktop.block(NEXT, NEXT_SIZE, "the second page")
    assert desktop.picture().count(LINK) == 0
    desktop.close("--class netsurf")


def test_a_game(desktop):
    """It moves, and is heard."""
    desktop.speaker.forget()
    desktop.press("alt", "g")
    seen, speaker = set(), desktop.speaker

    def is_alive(picture):
        seen.add(picture.part(0, 0, picture.width, picture.height - BAR_HEIGHT).rgb)
        return len(seen) >= NR_PICTURES and max(tones.read_channel(speaker.path, start=speaker.start), default=0) > LOUD
    desktop.until(is_alive, f"{NR_PICTURES} pictures of a game with sound").keep("game.png")
    desktop.output("pidof chocolate-doom")


def test_x_logs_no_errors(desktop):
    """Such as one every ten seconds, when there is no D-Bus, until its log has filled the disk."""
    desktop.output("until [ $(cut -d. -f1 /proc/uptime) -ge 20 ]; do sleep 0.2; done")
    assert desktop.output("grep '^\\[.*(EE)' /var/log/Xorg.0.log; true") == ""
