# SPDX-License-Identifier: Apache-2.0
"""A domain that attacks the backend of its display (guest/fuzz) while another one, with a display that is shown without
a copy, has the focus: it serves on, nothing is left behind, nobody else's picture changes.

EXEN_FUZZ_SECONDS says how long (default 60), EXEN_FUZZ_SEED with which seed (default 1).
"""

import re

import complaints
import pytest

from deadlines import SHELL_S
from exenboot import Timeout
from exenboot.images import TOP, build_image, payload_files
from test_display import BOARD, Display, mappings, prepare, ramdisk
from test_screen_fuzz import FUZZ, FUZZ_ID, SECONDS, WARM_UP_S, begin

DEVICES = """screen { compatible = "exen,framebuffer"; };
			keyboard { compatible = "exen,keyboard"; };"""
DISPLAY = """display { compatible = "exen,display"; exen,backend-allocates; };"""


@pytest.fixture(scope="module")
def run(module_lab, tmp_path_factory):
    """All of it, once; the tests look at what has come out."""
    folder = tmp_path_factory.mktemp("fuzz")
    source = (TOP / "image/configs/display.dts").read_text()
    assert DEVICES in FUZZ
    config = folder / "display-fuzz.dts"
    config.write_text(source[:source.index("\t\tdomU2 {")] + FUZZ.replace(DEVICES, DISPLAY) + "\t};\n};\n")
    payloads = payload_files(BOARD, "display") | {"pv-fuzz": TOP / "out/guest/fuzz/pv-fuzz.bin"}
    payloads["domu-initrd"] = ramdisk(folder, payloads["domu-initrd"])
    image = build_image(BOARD, config, payloads=payloads, output=config.with_suffix(".img"))
    run = begin(module_lab.boot(BOARD, image), folder / "dump.ppm", prepare)
    run.display = Display(run.screen, "domU", "RG16")
    run.picture = run.display.draw(1)
    run.screen.wait_until(lambda rgb: rgb == run.picture, "domU's picture")
    run.attack_all()
    return run


def test_the_backend_serves_after_each_round(run):
    print(f"{run.rounds} rounds")
    assert run.rounds >= SECONDS // 10


def test_each_attack_was_there(run):
    kinds = set(re.findall(r"[\w-]+", " ".join(re.findall(r"vdispl ([\w -]+): good", run.session.text("domU2")))))
    print(sorted(kinds))
    assert len(kinds) >= 10


def test_the_picture_is_still_domus(run):
    assert run.screen.dump()[2] == run.picture
    picture = run.display.draw(2)
    run.screen.wait_until(lambda rgb: rgb == picture, "domU's next picture")


def test_an_attacker_that_is_shown(run):
    """It has the focus while it attacks, from when it is connected on; domU's picture is back as it was left."""
    picture = run.display.draw(3)
    run.order("attack")
    run.session.output("dom0", f"until echo {FUZZ_ID} 2>/dev/null >/sys/module/exen_screen/parameters/focus; do usleep 1000; done")
    with pytest.raises(Timeout):
        run.session.wait_for("domU2", rb"pv-fuzz: FAILURE.*", WARM_UP_S, run.session.mark("domU2"))
    run.screen.wait_until(lambda rgb: rgb != picture, "something else")
    run.order("rest")
    run.screen.focus(1)
    run.screen.wait_until(lambda rgb: rgb == picture, "domU's picture")


def test_nothing_is_left_behind(run):
    """Its grants, and those of dom0's buffers that it had mapped."""
    assert run.after["mappings"] == run.after["ports"] == 0
    assert not mappings(run.screen, FUZZ_ID)
    free, slab = (after - before for after, before in zip(run.after["memory"], run.before["memory"]))
    assert free > -1024 and slab < 1024


def test_dom0_does_not_stumble(run):
    complaints.check_none(run.session)


def test_dom0_says_which_domain_it_was(run):
    assert re.search(rf"vdispl vdispl-{FUZZ_ID}-0: domain {FUZZ_ID} has broken the protocol", run.session.text("dom0"))
