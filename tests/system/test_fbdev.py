# SPDX-License-Identifier: Apache-2.0
"""A dom0 without a driver for its display controller: the splash has set that up (decisions/0060), and Linux's simplefb
shows the console there.  Two domU's on it, pixel by pixel; and dom0's console as it was when it has its screen again."""

import dataclasses
import subprocess

import pytest
import test_screen
import test_splash
from deadlines import SHELL_S

import complaints
from exenboot import XEN
from exenboot.boards import BOARDS
from exenboot.images import TOP, build_image, payload_files

CONTROLLERS = {"vexpress-a9": "/clcd@10020000", "versatilepb": "/amba/display@10120000"}
FORMAT = "RG16"             # the splash's
BOOT_S = 60
SHOWN = rb"splash: .*, the screen's at ([0-9a-f]{8})$"
TREE = """
			tree {
				compatible = "multiboot,device-tree", "multiboot,module";
				exen,image = "dom0-tree";
			};
"""
UNBIND = ("for driver in vfb vkbd; do for device in /sys/bus/xen-backend/drivers/$driver/$driver-*; do "
          "echo ${device##*/} >${device%/*}/unbind; done; done")


def frame_of(lab, board, image):
    """Where the splash is, which is a matter of the slots: as the hypervisor says when the image boots."""
    session = lab.boot(board, image)
    frame = int(session.wait_for(XEN, SHOWN, BOOT_S).groups[1], 16)
    session.machine.close()
    return frame


@dataclasses.dataclass(frozen=True)
class Frame:
    """A framebuffer of 640 by 480 pixels in memory, as the device tree has it; lines of `stride` bytes."""

    address: int
    format: str = "r5g6b5"
    stride: int = 1280


def tree_with_frame(board, path, frame):
    """dom0's device tree: no controller, and a framebuffer."""
    def put(node, name, *values, kind="s"):
        subprocess.run(["fdtput", "-p", "-t", kind, path, node, name, *values], check=True)

    path.write_bytes(BOARDS[board].dtb_path().read_bytes())
    put(CONTROLLERS[board], "status", "disabled")
    for cells in ("#address-cells", "#size-cells"):
        put("/chosen", cells, "1", kind="x")
    put("/chosen", "ranges")
    node = f"/chosen/framebuffer@{frame.address:x}"
    put(node, "compatible", "simple-framebuffer")
    put(node, "format", frame.format)
    put(node, "reg", f"{frame.address:x}", f"{480 * frame.stride:x}", kind="x")
    for name, value in (("width", 640), ("height", 480), ("stride", frame.stride)):
        put(node, name, str(value), kind="u")
    return path


def configuration(path, arguments=""):
    """screen.dts with a device tree for dom0, and arguments for its kernel."""
    text = (TOP / "image/configs/screen.dts").read_text()
    assert "\t\tdomU {" in text and "clk_ignore_unused" in text
    head, rest = text.replace("clk_ignore_unused", f"clk_ignore_unused {arguments}".rstrip()).split("\t\tdomU {", 1)
    head, end = head.rsplit("\t\t};", 1)
    path.write_text(f"{head}{TREE}\t\t}};{end}\t\tdomU {{{rest}")
    return path


def boot(lab, board, image):
    """All at their shells, domU's without text on their screens."""
    session = lab.boot(board, image)
    for domain in ("dom0", "domU", "domU2"):
        session.shell(domain, SHELL_S)
    for domain in ("domU", "domU2"):
        test_screen.prepare(session, domain)
    return session


@pytest.fixture(scope="module", params=CONTROLLERS)
def screen(request, module_lab, tmp_path_factory):
    board = request.param
    folder = tmp_path_factory.mktemp("fbdev")
    config, ppm = configuration(folder / "screen.dts"), folder / "picture.ppm"
    ppm.write_bytes(test_splash.picture())
    payloads = payload_files(board, "screen")
    payloads["dom0-tree"] = tree_with_frame(board, folder / "dom0.dtb", Frame(0))

    def build():
        return build_image(board, config, payloads=payloads, output=folder / "screen.img", splash=ppm)

    frame = frame_of(module_lab, board, build())
    tree_with_frame(board, payloads["dom0-tree"], Frame(frame))
    session = boot(module_lab, board, build())
    assert int(session.wait_for(XEN, SHOWN, BOOT_S).groups[1], 16) == frame
    yield test_screen.Screen(session, folder / "dump.ppm")
    session.machine.close()


def type_on_console(screen, text):
    """On dom0's screen, or where that is when dom0 has none: what printf makes of it."""
    screen.session.output("dom0", f"printf '{text}' >/dev/tty1")


def test_dom0_has_no_other_screen(screen):
    assert screen.session.output("dom0", "cat /sys/class/graphics/fb*/name; ls /sys/class/drm").split() == ["simple", "version"]
    assert screen.format == FORMAT


def test_size(screen):
    test_screen.test_size_is_the_real_ones(screen)


def test_pictures(screen):
    test_screen.test_pictures(screen)


def test_console_comes_back(screen):
    """As it was, pixel by pixel; with what has been written on it meanwhile."""
    screen.focus(0)
    type_on_console(screen, r"\033[2J\033[H\033[?25l\033[7m%200s")
    screen.session.poll(lambda: test_splash.is_bar_on_top(screen.dump()), BOOT_S, "text on the screen")
    before = screen.dump()[2]
    picture = screen.as_shown(test_screen.draw(screen, "domU", 4000001))
    assert screen.dump()[2] == before
    for _ in range(2):
        assert screen.hot_key() == 1
        screen.wait_until(lambda rgb: rgb == picture, "domU's picture")
        screen.focus(0)
        assert screen.dump()[2] == before
    screen.focus(1)
    type_on_console(screen, r"\033[H\033[0m%200s")
    assert screen.dump()[2] == picture
    screen.focus(0)
    assert not any(screen.dump()[2])


def test_program_of_dom0s(screen):
    """Its picture is there again, too; it cannot write while another domain has the screen."""
    screen.focus(0)
    screen.session.output("dom0", "echo 0 >/sys/class/vtconsole/vtcon1/bind; cat /dev/urandom | head -c 600k >/dev/fb0")
    before = screen.dump()[2]
    picture = screen.as_shown(test_screen.draw(screen, "domU", 4100001))
    assert screen.hot_key() == 1
    screen.wait_until(lambda rgb: rgb == picture, "domU's picture")
    screen.session.output("dom0", "! dd if=/dev/zero of=/dev/fb0 bs=1k count=1 2>/dev/null")
    assert screen.dump()[2] == picture
    screen.focus(0)
    assert screen.dump()[2] == before
    screen.session.output("dom0", "echo 1 >/sys/class/vtconsole/vtcon1/bind")


def test_inset(screen):
    test_screen.test_inset(screen)


def test_halves(screen):
    test_screen.test_halves(screen)


def test_last_picture_of_one_that_has_ended(screen):
    test_screen.test_last_picture_of_one_that_has_ended(screen)


def test_module_goes(screen):
    """Whoever has the screen: dom0's console is there, and its framebuffer is in use no more."""
    session = screen.session
    screen.focus(0)
    type_on_console(screen, r"\033[2J\033[H\033[?25l\033[7m%200s")
    before = screen.dump()[2]
    picture = screen.as_shown(test_screen.draw(screen, "domU", 4200001))
    screen.focus(1)
    screen.wait_until(lambda rgb: rgb == picture, "domU's picture")
    session.output("dom0", f"{UNBIND}; rmmod exen-screen")
    assert screen.dump()[2] == before
    assert not complaints.OF_LINUX.findall(session.text("dom0"))
