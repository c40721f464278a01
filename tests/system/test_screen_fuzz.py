# SPDX-License-Identifier: Apache-2.0
"""A domain that attacks the backends of its screen and keyboard (guest/fuzz) while another one has the focus: they serve on, nothing
is left behind, nobody else's picture changes.

EXEN_FUZZ_SECONDS says how long (default 60), EXEN_FUZZ_SEED with which seed (default 1).
"""

import os
import re

import pytest

import complaints
from deadlines import SHELL_S
from exenboot import Timeout
from exenboot.images import TOP, build_image, payload_files
from test_screen import Screen, draw, prepare

BOARD = "vexpress-a9"
SECONDS = int(os.environ.get("EXEN_FUZZ_SECONDS", "60"))
SEED = int(os.environ.get("EXEN_FUZZ_SEED", "1"))
WARM_UP_S = 10
ROUND_S = 120
FUZZ_ID = 2
FUZZ = f"""
		fuzz {{
			compatible = "xen,domain";
			memory = <0 0x1000>;
			cpus = <1>;
			exen,priority = <1>;
			kernel {{
				compatible = "multiboot,kernel", "multiboot,module";
				exen,image = "pv-fuzz";
				bootargs = "seed={SEED} fuzz=rest";
			}};
			screen {{ compatible = "exen,framebuffer"; }};
			keyboard {{ compatible = "exen,keyboard"; }};
		}};
"""


class Run:
    """A machine under attack."""

    def __init__(self, session):
        self.session = session

    def order(self, word):
        start = self.session.mark("domU2")
        self.session.output("dom0", f"xenstore-write /local/domain/{FUZZ_ID}/data/fuzz {word}")
        self.session.wait_for("domU2", rb"pv-fuzz: %s\r?$" % word.encode(), ROUND_S, start)

    def attack(self, seconds):
        """Lets it attack; the number of rounds."""
        start = self.session.mark("domU2")
        self.order("attack")
        try:
            pytest.fail(self.session.wait_for("domU2", rb"pv-fuzz: FAILURE.*", seconds, start).text)
        except Timeout:
            self.order("rest")
        return self.session.text("domU2")[start:].count(": good")

    def attack_all(self):
        """Lets it attack for SECONDS, a little before that: .rounds, and what was left behind .before and .after."""
        self.rounds = self.attack(WARM_UP_S)
        self.before = self.left_behind()
        self.rounds += self.attack(SECONDS)
        self.after = self.left_behind()

    def left_behind(self):
        """What dom0 and the hypervisor hold of it, which is at rest."""
        grants = self.session.hypervisor_command("grants 0")
        ports = self.session.hypervisor_command("evtchn 0")
        memory = self.session.output("dom0", "grep -E '^(MemFree|Slab)' /proc/meminfo")
        return {"mappings": len(re.findall(rf"of domain {FUZZ_ID},", grants)),
                "ports": len(re.findall(rf"to domain {FUZZ_ID} ", ports)),
                "frames": int(self.session.output("dom0", "grep -c map_frames /proc/vmallocinfo; true")),
                "memory": [int(kib) for kib in re.findall(r"(\d+) kB", memory)]}


def begin(session, path, prepare_domu):
    """A Run that is at rest; domU has the focus, and prepare_domu(session, "domU") has made its screen ready."""
    run = Run(session)
    for domain in ("dom0", "domU"):
        session.shell(domain, SHELL_S)
    session.wait_for("domU2", rb"pv-fuzz: rest", SHELL_S)
    prepare_domu(session, "domU")
    run.screen = Screen(session, path)
    run.screen.focus(1)
    return run


@pytest.fixture(scope="module")
def run(module_lab, tmp_path_factory):
    """All of it, once; the tests look at what has come out."""
    folder = tmp_path_factory.mktemp("fuzz")
    source = (TOP / "image/configs/screen.dts").read_text()
    config = folder / "screen-fuzz.dts"
    config.write_text(source[:source.index("\t\tdomU2 {")] + FUZZ + "\t};\n};\n")
    payloads = payload_files(BOARD, "screen") | {"pv-fuzz": TOP / "out/guest/fuzz/pv-fuzz.bin"}
    image = build_image(BOARD, config, payloads=payloads, output=config.with_suffix(".img"))
    run = begin(module_lab.boot(BOARD, image), folder / "dump.ppm", prepare)
    run.picture = run.screen.as_shown(draw(run.screen, "domU", 1000001))
    run.screen.wait_until(lambda rgb: rgb == run.picture, "domU's picture")
    run.attack_all()
    return run


def test_the_backends_serve_after_each_round(run):
    print(f"{run.rounds} rounds")
    assert run.rounds >= SECONDS // 10


def test_each_attack_was_there(run):
    kinds = set(re.findall(r"screen (screen-[\w-]+): good", run.session.text("domU2")))
    print(sorted(kinds))
    assert len(kinds) >= 10


def test_the_picture_is_still_domus(run):
    assert run.screen.dump()[2] == run.picture
    picture = run.screen.as_shown(draw(run.screen, "domU", 1200001))
    run.screen.wait_until(lambda rgb: rgb == picture, "domU's next picture")


def test_nothing_is_left_behind(run):
    assert run.after["mappings"] == run.after["ports"] == 0
    assert run.after["frames"] == run.before["frames"]
    free, slab = (after - before for after, before in zip(run.after["memory"], run.before["memory"]))
    assert free > -1024 and slab < 1024


def test_dom0_does_not_stumble(run):
    complaints.check_none(run.session)


def test_dom0_says_which_domain_it_was(run):
    text = run.session.text("dom0")
    assert re.search(rf"vfb vfb-{FUZZ_ID}-0: domain {FUZZ_ID} has broken the protocol", text)
    assert re.search(rf"vkbd vkbd-{FUZZ_ID}-0: domain {FUZZ_ID} has broken the protocol", text)
    assert re.search(rf"vfb vfb-{FUZZ_ID}-0: .*cannot take the picture that domain {FUZZ_ID} offers", text)
