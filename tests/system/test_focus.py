# SPDX-License-Identifier: Apache-2.0
"""Sound and the focus (image/configs/seat.dts): who is heard when, and how loud, by what QEMU's sound chip wrote."""

import math

import pytest
import tones
from test_screen import Screen
from test_sound import LEVEL, LOST_AT_ENDS, LOST_PER_S, SECONDS, TONES, boot

from exenboot.errors import Timeout

BOARD = "vexpress-a9"
DOMAINS = ("dom0", "domU", "domU2")
WINDOWS = 50                    # of 10 ms that must be as expected, one after the other
WAIT_S = 300                    # until they are
QUIET_LEVEL = LEVEL / 50        # of a tone that is not there, beside a lost frame of another
PARAMETERS = "/sys/module/exen_sound/parameters"
QUARTER = round(tones.RATE / TONES["domU"] / 4)     # frames of a wave


def crest(folder):
    """domU's tone from a crest on: a chunk of the backend's, 240 frames, is some waves and a half, so each begins at one."""
    path = tones.write_tone(folder / "sine", TONES["domU"], SECONDS, LEVEL)
    content = path.read_bytes()
    head, frames = content[:44], content[44:]
    path.write_bytes(head + frames[4 * QUARTER:] + frames[:4 * QUARTER])
    return path


@pytest.fixture(scope="module")
def seat(module_lab, tmp_path_factory):
    folder = tmp_path_factory.mktemp("seat")
    return boot(module_lab, folder, BOARD, config="seat", files={"crest": crest(folder)})


@pytest.fixture(scope="module")
def screen(seat, tmp_path_factory):
    for domain in DOMAINS[1:]:
        seat.output(domain, "until [ -c /dev/fb0 ] && [ -c /dev/input/event1 ]; do sleep 0.1; done")
    return Screen(seat.session, tmp_path_factory.mktemp("screen") / "dump.ppm")


def set_parameter(system, name, value):
    system.output("dom0", f"echo {value} >{PARAMETERS}/{name}")


@pytest.fixture(autouse=True)
def defaults(seat):
    yield
    set_parameter(seat, "policy", "mix")
    set_parameter(seat, "volume", "100,100,100")


@pytest.fixture
def both_play(seat):
    """Each its own tone, without an end; at the end none has lost anything."""
    for domain in TONES:
        seat.keep_playing(domain)
    yield
    assert [seat.played(domain) for domain in TONES] == [0, 0]


def wait_for_levels(system, wanted):
    """Waits until the last windows have these levels, {domain: level}, others none."""
    speaker = system.speaker
    start = speaker.size()
    found = {}

    def are_heard():
        samples = tones.read_channel(speaker.path, start=start)
        last = samples[len(samples) - WINDOWS * tones.WINDOW:] if len(samples) >= WINDOWS * tones.WINDOW else []
        found.update({domain: tones.Heard(last, frequency).levels for domain, frequency in TONES.items()})
        return last and all(are_at(found[domain], wanted.get(domain, 0)) for domain in TONES)

    try:
        system.session.poll(are_heard, WAIT_S, "such levels")
    except Timeout:
        raise AssertionError(f"expected {wanted}, heard {found}") from None


def are_at(levels, wanted):
    """All of them but those that a frame which QEMU loses disturbs."""
    wrong = [level for level in levels if abs(level - wanted) > (0.02 * wanted if wanted else QUIET_LEVEL)]
    return len(wrong) <= LOST_PER_S


# -- who is heard

def test_all_are_heard_whoever_has_the_focus(seat, screen, both_play):
    for domid in (0, 1, 2):
        screen.focus(domid)
        wait_for_levels(seat, dict.fromkeys(TONES, LEVEL))


def test_the_one_that_has_the_focus_is_heard(seat, screen, both_play):
    """The hot key moves it; while dom0 has it there is silence."""
    screen.focus(0)
    set_parameter(seat, "policy", "focus")
    wait_for_levels(seat, {})
    for domid in (1, 2, 0, 1):
        assert screen.hot_key() == domid
        wait_for_levels(seat, {DOMAINS[domid]: LEVEL} if domid else {})


def test_policy_can_be_changed_back(seat, screen, both_play):
    screen.focus(2)
    set_parameter(seat, "policy", "focus")
    wait_for_levels(seat, {"domU2": LEVEL})
    set_parameter(seat, "policy", "mix")
    wait_for_levels(seat, dict.fromkeys(TONES, LEVEL))


def test_policies_are_two(seat):
    assert seat.session.run("dom0", f"echo loudest >{PARAMETERS}/policy").status
    assert seat.output("dom0", f"cat {PARAMETERS}/policy").strip() == "mix"


def test_without_a_focus_all_are_heard(seat, screen, both_play):
    """As if no backend of a screen were loaded."""
    screen.focus(1)
    set_parameter(seat, "policy", "focus")
    wait_for_levels(seat, {"domU": LEVEL})
    seat.output("dom0", "xenstore-rm screen")
    wait_for_levels(seat, dict.fromkeys(TONES, LEVEL))
    assert screen.hot_key() == 2
    wait_for_levels(seat, {"domU2": LEVEL})


def test_who_is_not_heard_plays_on(seat, screen):
    """At the pace of the card, as long as the sound is, without an underrun."""
    screen.focus(1)
    set_parameter(seat, "policy", "focus")
    seat.keep_playing("domU")
    wait_for_levels(seat, {"domU": LEVEL})
    start = seat.speaker.size()
    text = seat.play("domU2")
    assert seat.speaker.size() - start >= SECONDS * tones.RATE * 4 - LOST_AT_ENDS * 4
    assert seat.played("domU") == 0
    assert "underrun" not in text


# -- how loud

def test_volume(seat, screen, both_play):
    """Of one domain: the other's stays."""
    set_parameter(seat, "volume", "100,50")
    wait_for_levels(seat, {"domU": LEVEL / 2, "domU2": LEVEL})
    set_parameter(seat, "volume", "100,100,0")
    wait_for_levels(seat, {"domU": LEVEL})


def test_volume_has_limits(seat):
    assert seat.session.run("dom0", f"echo 101 >{PARAMETERS}/volume").status
    assert seat.output("dom0", f"cat {PARAMETERS}/volume").split(",")[0] == "100"


def test_no_clicks(seat):
    """From sample to sample never more than the tone's own steepest, but where QEMU loses one."""
    seat.keep_playing("domU", "crest")
    wait_for_levels(seat, {"domU": LEVEL})
    start = seat.speaker.size()
    for percent in (0, 100, 30, 100, 0, 60, 0, 100):
        set_parameter(seat, "volume", f"100,{percent}")
        wait_for_levels(seat, {"domU": LEVEL * percent / 100})
    samples = tones.read_channel(seat.speaker.path, start=start)
    assert seat.played("domU") == 0
    steepest = 2 * math.pi * TONES["domU"] / tones.RATE * LEVEL * tones.FULL
    steps = [abs(after - before) for before, after in zip(samples, samples[1:])]
    assert max(steps) < 2.05 * steepest
    assert sum(step > 1.05 * steepest for step in steps) <= LOST_PER_S * len(samples) / tones.RATE + LOST_AT_ENDS
