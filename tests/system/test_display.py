# SPDX-License-Identifier: Apache-2.0
"""Two domU's with mainline's drivers/gpu/drm/xen on dom0's screen (image/configs/display.dts): what exen-display
(guest/user/display) draws and flips to is what the screen shows, pixel by pixel.  domU draws in buffers of the
screen's, which are shown without a copy if it can show their format; domU2 in its own pages.

At 1024x768 dom0 shows others in RGB565, at 640x480 in xRGB8888."""

import re
import subprocess

import complaints
import pytest

from deadlines import SHELL_S
from exenboot import XEN
from exenboot.images import OUT, TOP, build_image, payload_files
from test_screen import Screen, wait_for_last_picture, with_inset

BOARD = "vexpress-a9"
DOMAINS = {"domU": 1, "domU2": 2}
FACTOR, SEED_FACTOR = 2654435761, 40503
WAIT_S = 120
FORMATS = {"1024x768": "RG16", "640x480": "XR24"}      # that dom0 shows others in
# How far a value is shifted for each colour of a format, and how many bits of each it has
SHIFTS = {"RG16": (24, 19, 13), "XR24": (24, 16, 8)}
BITS = {"RG16": (5, 6, 5), "XR24": (8, 8, 8)}
END = "killall -q sleep exen-display; while pidof exen-display; do usleep 20000; done"
UPBASE = 0x10020010         # of the core tile's PL111: where the picture begins that is shown


def picture(screen, form, seed, is_copied=True):
    """RGB bytes of exen-display's picture, as QEMU shows it: in the screen's format if it is copied, or in its own."""
    values = [(seed * SEED_FACTOR + i * FACTOR) & 0xffffffff for i in range(screen.width * screen.height)]
    rgb = bytearray(3 * len(values))
    for colour, (shift, bits) in enumerate(zip(SHIFTS[form], BITS[form])):
        shown_bits = BITS[screen.format][colour] if is_copied else bits
        seen = bytes(as_seen(value, bits, shown_bits) for value in range(256))
        rgb[colour::3] = bytes(value >> shift & 0xff for value in values).translate(seen)
    return bytes(rgb)


def as_seen(value, bits, shown_bits):
    """A colour of 8 bits that a picture has some bits of, where the screen shows that many."""
    value &= 0xff << 8 - bits
    if shown_bits > bits:
        value |= value >> bits      # white stays white
    return value & 0xff << 8 - shown_bits & 0xff


class Display:
    """A domain's exen-display, which is told what to do."""

    def __init__(self, screen, domain, form):
        self.screen, self.domain, self.form = screen, domain, form
        self._output(f"{END}; rm -f /run/orders /run/said; mkfifo /run/orders; "
                     f"exen-display {form} </run/orders >/run/said 2>&1 & sleep 100000 </dev/null >/run/orders 2>&1 & "
                     "echo $! >/run/holder")
        self._await("ready ")

    def _output(self, command):
        return self.screen.session.output(self.domain, command, WAIT_S)

    def _await(self, text):
        said = self._output(f"until grep -qE '^{text}|^exen-display: ' /run/said; do usleep 20000; done; cat /run/said")
        assert "exen-display: " not in said, said
        return said

    def size(self):
        """That of the mode."""
        return tuple(map(int, re.search(r"ready (\d+)x(\d+)", self._output("cat /run/said")).groups()))

    def order(self, text):
        """Has it done; returns all that it has said."""
        self._output(f"echo {text} >/run/orders")
        return self._await(f"done {text}")

    def draw(self, seed):
        """Flips to a new picture, which it returns as the screen should show it when nothing else is seen."""
        self.order(f"draw {seed}")
        return self.alone(seed)

    def alone(self, seed):
        """That picture."""
        is_shown = self.domain == "domU" and self.form in (self.screen.format, "RG16")
        return picture(self.screen, self.form, seed, not is_shown)

    def beside(self, seed):
        """That picture as it is copied, beside another one."""
        return picture(self.screen, self.form, seed)

    def end(self):
        """Ends it; its picture goes."""
        self._output(END)


def ramdisk(folder, usual):
    """A domU's, with the program."""
    stage = folder / "stage"
    (stage / "bin").mkdir(parents=True)
    (stage / "bin/exen-display").write_bytes((OUT / "guest/user/exen-display").read_bytes())
    (stage / "bin/exen-display").chmod(0o755)
    ours = subprocess.run([TOP / "scripts/mkcpio", stage], stdout=subprocess.PIPE, check=True).stdout
    path = folder / "domU.cpio"
    path.write_bytes(usual.read_bytes() + ours)
    return path


def prepare(session, domain):
    """Waits for a domU's display."""
    session.output(domain, "modprobe drm_xen_front; until [ -c /dev/dri/card0 ]; do usleep 50000; done", WAIT_S)


def boot(lab, folder, mode, cma="16M"):
    """All at their shells, with their displays; cma: dom0's memory for large buffers."""
    payloads = payload_files(BOARD, "display")
    payloads["domu-initrd"] = ramdisk(folder, payloads["domu-initrd"])
    config = folder / "display.dts"
    text = (TOP / "image/configs/display.dts").read_text()
    assert text.count("cma=16M clk_ignore_unused\"") == 1
    config.write_text(text.replace("cma=16M clk_ignore_unused\"", f"cma={cma} clk_ignore_unused video={mode}\""))
    session = lab.boot(BOARD, build_image(BOARD, config, payloads=payloads, output=folder / "display.img"))
    for domain in ("dom0", *DOMAINS):
        session.shell(domain, SHELL_S)
    for domain in DOMAINS:
        prepare(session, domain)
    return Screen(session, folder / "dump.ppm")


@pytest.fixture(scope="module", params=FORMATS)
def screen(request, module_lab, tmp_path_factory):
    screen = boot(module_lab, tmp_path_factory.mktemp("display"), request.param)
    screen.mode = request.param
    yield screen
    screen.session.machine.close()


def base(screen):
    """Where in memory the picture is that the display controller shows."""
    return int(screen.session.output("dom0", f"devmem {UPBASE:#x}").strip(), 0)


def mappings(screen, domid):
    """How many frames of others' a domain has mapped."""
    said = screen.session.hypervisor_command(f"grants {domid}")
    return int(re.search(rf"domain {domid}: \d+ mappings of its frames, (\d+) mappings", said)[1])


def shows(screen, rgb, what):
    screen.wait_until(lambda dump: dump == rgb, what)


def test_mode(screen):
    assert f"{screen.width}x{screen.height}" == screen.mode
    assert screen.format == FORMATS[screen.mode]


@pytest.mark.parametrize("form", SHIFTS)
@pytest.mark.parametrize("domain", DOMAINS)
def test_pictures(screen, domain, form):
    """As large as the screen; both buffers in turn, with an event for each flip."""
    display = Display(screen, domain, form)
    assert display.size() == (screen.width, screen.height)
    screen.focus(DOMAINS[domain])
    for seed in (1, 2, 3):
        shows(screen, display.draw(seed), f"picture {seed}")
    display.order("flip 20")
    shows(screen, display.alone(3), "the same after an even number of flips")
    display.end()
    screen.wait_until(lambda dump: not any(dump), "nothing")
    assert mappings(screen, DOMAINS[domain]) == 0


def test_buffers_are_shown_without_a_copy(screen):
    """What the controller reads is another buffer after each flip, and neither is the screen's own, where what domU2 shows is
    copied to."""
    seen = {}
    for domain, places in (("domU", 2), ("domU2", 1)):
        display = Display(screen, domain, "RG16")
        screen.focus(DOMAINS[domain])
        found = set()
        for seed in range(4):
            shows(screen, display.draw(10 + seed), "a picture")
            found.add(base(screen))
        assert len(found) == places
        seen[domain] = found
        pages = screen.width * screen.height * 2 // 4096
        assert mappings(screen, DOMAINS[domain]) == (2 * pages if domain == "domU" else 0)
        display.end()
    assert not seen["domU"] & seen["domU2"]


def test_focus_and_inset(screen):
    """Each its own picture, whoever flips while another one is seen; the other's in a corner."""
    first, second = Display(screen, "domU", "RG16"), Display(screen, "domU2", "XR24")
    one, two = first.draw(31), second.draw(32)
    screen.focus(1)
    shows(screen, one, "domU's picture")
    two = second.draw(33)
    assert screen.dump()[2] == one
    screen.focus(2)
    shows(screen, two, "what domU2 has drawn meanwhile")
    assert screen.inset_key() == 1
    shows(screen, with_inset(screen, two, first.beside(31)), "domU's picture in a corner")
    first.draw(34)
    shows(screen, with_inset(screen, two, first.beside(34)), "domU's next one there")
    screen.hot_key()
    screen.focus(1)
    shows(screen, with_inset(screen, first.beside(34), two), "domU2's picture in a corner of domU's")
    one = first.draw(35)
    shows(screen, with_inset(screen, first.beside(35), two), "both after a flip")
    assert screen.inset_key() == 0
    shows(screen, one, "domU's alone")
    screen.focus(0)
    screen.wait_until(lambda dump: dump not in (one, two), "dom0's console")
    screen.focus(1)
    shows(screen, one, "domU's again")
    first.end()
    second.end()


def test_what_cannot_be_is_refused(screen):
    for domain in DOMAINS:
        display = Display(screen, domain, "RG16")
        assert "accepted 0" in display.order("attack")
        screen.focus(DOMAINS[domain])
        shows(screen, display.draw(41), "a picture after that")
        display.end()


@pytest.mark.parametrize("domain", DOMAINS)
def test_driver_is_unloaded_and_loaded(screen, domain):
    for _ in range(2):
        screen.session.output(domain, f"{END}; echo vdispl-0 >/sys/bus/xen/drivers/vdispl/unbind; rmmod drm_xen_front", WAIT_S)
        prepare(screen.session, domain)
        assert mappings(screen, DOMAINS[domain]) == 0
    display = Display(screen, domain, "RG16")
    screen.focus(DOMAINS[domain])
    shows(screen, display.draw(51), "a picture")
    display.end()


def test_a_domain_that_ends_and_comes_back(screen):
    """The buffer that was shown was memory for domU: it is domU's no more, but the picture stays, with a line."""
    display = Display(screen, "domU", "RG16")
    screen.focus(1)
    shows(screen, display.draw(61), "its picture")
    screen.session.forget_shell("domU")
    screen.session.hypervisor_command("crash 1")
    wait_for_last_picture(screen, display.beside(61))
    screen.session.shell("domU", SHELL_S)
    prepare(screen.session, "domU")
    display = Display(screen, "domU", "RG16")
    shows(screen, display.draw(62), "the new one's picture")
    display.end()
    assert mappings(screen, 1) == 0


def test_one_that_ends_for_good(screen):
    display = Display(screen, "domU2", "XR24")
    screen.focus(2)
    last = display.draw(71)
    shows(screen, last, "its picture")
    screen.session.hypervisor_command("crash 2")
    wait_for_last_picture(screen, last)
    assert screen.hot_key() == 0


def test_dom0_does_not_stumble(screen):
    assert not complaints.OF_LINUX.findall(screen.session.text("dom0"))
    assert "gnttab" not in screen.session.output("dom0", "dmesg | grep -i 'defer\\|leak'; true")
    assert screen.session.text(XEN)


def test_too_little_memory_for_buffers(lab, tmp_path):
    """What is drawn is shown all the same, by a copy; a line for each buffer says why, and no more when it is flipped to."""
    screen = boot(lab, tmp_path, "1024x768", cma="5M")
    copied = "dmesg | grep -c 'domain 1: a buffer of 1024x768 pixels, 1536 KiB, is copied at each flip: no such memory'; true"
    assert screen.session.output("dom0", copied).strip() == "0"
    display = Display(screen, "domU", "RG16")
    screen.focus(1)
    found = set()
    for seed in range(4):
        shows(screen, display.draw(80 + seed), "a picture")
        found.add(base(screen))
    assert len(found) == 1
    display.order("flip 20")
    assert screen.session.output("dom0", copied).strip() == "2"
    display.end()
    assert mappings(screen, DOMAINS["domU"]) == 0
