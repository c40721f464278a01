# SPDX-License-Identifier: Apache-2.0
"""One domU, to the byte, on boards that differ: it has the screen, keyboard, pointer and sound of each.

domU is built for ARMv5, domU2 and dom0 run the board's own kernel.  What is tested is a part of test_screen.py and
test_sound.py, which have more on fewer boards.
"""

import types

import alsa
import pytest
import test_screen
import test_sound
import tones

from exenboot.images import TOP, payload_files

CHOSEN = ["vexpress-a9", "versatilepb", "versatilepb-arm1176", "realview-eb-arm1176"]
LONG = ["realview-eb-arm926"]
NR_KEYS = 20
SOUND = """
			sound {
				compatible = "exen,sound";
			};
"""
KEYBOARD = "\n\t\t\tkeyboard {"


@pytest.fixture(scope="module")
def domu(tmp_path_factory):
    """{payload: file} of domU, the same for all boards."""
    folder = tmp_path_factory.mktemp("domu")
    tone = tones.write_tone(folder / "tone", test_sound.TONES["domU"], test_sound.SECONDS, test_sound.LEVEL)
    archive = alsa.ramdisk(folder, {"tone-domU": tone})
    return alsa.payloads({name: file for name, file in payload_files("versatilepb", "sound", {"domU": "v5"}).items()
                          if name.startswith("domU/")}, archive, folder)


@pytest.fixture(scope="module", params=[*CHOSEN, *(pytest.param(board, marks=pytest.mark.long) for board in LONG)])
def machine(request, module_lab, tmp_path_factory, domu):
    """A board with all at their shells."""
    folder = tmp_path_factory.mktemp("board")
    config = folder / "screen-sound.dts"
    config.write_text((TOP / "image/configs/screen.dts").read_text().replace(KEYBOARD, SOUND + KEYBOARD))
    system = test_sound.boot(module_lab, folder, request.param, config=config, payloads=domu)
    for domain in ("domU", "domU2"):
        test_screen.prepare(system.session, domain)
    screen = test_screen.Screen(system.session, folder / "dump.ppm")
    yield types.SimpleNamespace(image=folder / "sound.img", system=system, screen=screen)
    system.session.machine.close()


def test_domu_is_the_same(machine, domu):
    """Its kernel and ramdisk are in the image as they are in the others', and it is one for ARMv5 that runs."""
    image = machine.image.read_bytes()
    assert [name for name, file in domu.items() if file.read_bytes() not in image] == []
    assert machine.system.output("domU", "uname -m").strip() == "armv5tejl"


def test_screen_size(machine):
    test_screen.test_size_is_the_real_ones(machine.screen)


@pytest.mark.parametrize("domid, domain", [(1, "domU"), (2, "domU2")])
def test_picture(machine, domid, domain):
    """Each pixel, whatever the order of the screen's colours is."""
    screen = machine.screen
    screen.focus(domid)
    picture = screen.as_shown(test_screen.draw(screen, domain, 1000001 + 200000 * domid))
    screen.wait_until(lambda rgb: rgb == picture, f"{domain}'s picture")


def test_keys(machine):
    test_screen.type_keys(machine.screen, NR_KEYS)


def test_pointer(machine):
    test_screen.test_pointer(machine.screen)


def test_a_tone(machine):
    test_sound.test_a_tone(machine.system)


def test_two_domains_are_mixed(machine):
    test_sound.test_two_domains_are_mixed(machine.system)
