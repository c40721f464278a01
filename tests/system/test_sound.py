# SPDX-License-Identifier: Apache-2.0
"""Sound of two domU's on dom0's card: tones are played, and found again in what QEMU's sound chip wrote (tones.py).

The machine's time comes from instructions, so the load of this one loses nothing.  QEMU's PL041 itself loses a frame now
and then, natively as well (a few in ten seconds): that many are allowed, one at a time, nothing else.  It captures nothing
at all, so capture is tested with ALSA's own loopback card in dom0.
"""

import array
import re
import struct
import time

import alsa
import pytest
import tones
from deadlines import SHELL_S

from exenboot.images import build_image, payload_files
from exenboot.machine import PACED_OPTIONS

BOARDS = ["vexpress-a9"]
SECONDS = 2
LEVEL = 0.25
TONES = {"domU": 1100, "domU2": 1700}       # 240 frames, a chunk of the backend's, are no whole number of waves
LOST_PER_S = 2                  # frames that QEMU may lose
LOST_AT_ENDS = 4
FLUSHED = 1024                  # frames of silence behind a sound: then QEMU has written the sound itself
QUIET = ">/dev/null 2>&1 </dev/null"
WAIT_S = 30


class Speaker:
    """What QEMU's sound chip plays, as a growing file."""

    def __init__(self, path):
        self.path = path
        self.start = 0

    def size(self):
        return self.path.stat().st_size if self.path.exists() else 0

    def forget(self):
        """What is heard from now on is what counts."""
        self.start = self.size()

    def heard(self):
        """Both channels' samples since forget(), the left one's, once silence has followed them."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            samples = tones.read_channel(self.path, start=self.start)
            if any(samples) and not any(samples[-FLUSHED:]):
                return tones.trimmed(samples)
            time.sleep(0.1)
        raise AssertionError("no sound, or no end of it")


class System:
    """The machine and its speaker."""

    def __init__(self, session, speaker):
        self.session = session
        self.speaker = speaker
        self.output = session.output
        self.run = session.run

    def parameter(self, name):
        """Of the backend's module."""
        return int(self.output("dom0", f"cat /sys/module/exen_sound/parameters/{name}"))

    def play(self, domain, options="", file="tone", wait=True):
        """aplay in a domain; its text, or at once."""
        command = f"aplay {options} /{file}"
        return self.output(domain, f"{command} 2>&1") if wait else self.output(
            domain, f"rm -f /tmp/played; ({command} >/tmp/log 2>&1; echo $? >/tmp/played) {QUIET} &")

    def played(self, domain):
        """Waits for the end of such a one; its status."""
        return int(self.output(domain, "until [ -s /tmp/played ]; do sleep 0.1; done; cat /tmp/played"))


def boot(lab, folder, board, kernels=None, files=()):
    """The configuration "sound" with a tone in each domain, /tone, and files of ours."""
    stage = folder / "files"
    stage.mkdir()
    sounds = {f"tone-{domain}": tones.write_tone(stage / domain, frequency, SECONDS, LEVEL)
              for domain, frequency in TONES.items()}
    sounds["octave"] = tones.write_tone(stage / "octave", 2 * TONES["domU"], SECONDS / 2, LEVEL)
    archive = alsa.ramdisk(folder, {**sounds, **dict(files)})
    image = build_image(board, "sound", payloads=alsa.payloads(payload_files(board, "sound", kernels), archive, folder),
                        output=folder / "sound.img")
    speaker = Speaker(folder / "heard.wav")
    session = lab.boot(board, image, sound=speaker.path, extra=PACED_OPTIONS)
    for domain in ("dom0", *TONES):
        session.shell(domain, SHELL_S)
    for domain in TONES:
        connected(session, domain)
    return System(session, speaker)


def connected(session, domain):
    """Waits until a domain has its card."""
    session.output(domain, f"until [ -e /dev/snd/pcmC0D0p ]; do sleep 0.1; done; ln -sf /tone-{domain} /tone")


@pytest.fixture(scope="module", params=BOARDS)
def system(request, module_lab, tmp_path_factory):
    return boot(module_lab, tmp_path_factory.mktemp("sound"), request.param, files=formats(tmp_path_factory.mktemp("raw")))


def check_tone(samples, frequency, seconds=SECONDS, frames=None, disturbed=0):
    """A tone that lasts so long, with nothing missing, too much, or between; `disturbed`: windows, by others' tones."""
    heard = tones.Heard(samples, frequency)
    first, end = heard.steady(LEVEL, disturbed)
    assert heard.lost <= LOST_PER_S * seconds + LOST_AT_ENDS
    assert abs((end - first) - 100 * seconds) <= 2, f"{(end - first) / 100} s instead of {seconds} s"
    if frames:
        assert abs(len(samples) + heard.lost - frames) <= LOST_AT_ENDS
    return heard


# -- playback

def test_a_tone(system):
    """By the default device, with buffers as large as there are."""
    underruns = system.parameter("underruns")
    system.speaker.forget()
    system.play("domU")
    check_tone(system.speaker.heard(), TONES["domU"], frames=SECONDS * tones.RATE)
    assert system.parameter("underruns") == underruns


@pytest.mark.parametrize("period, periods", [(480, 4), (960, 4), (1000, 3), (4096, 2)])
def test_buffers(system, period, periods):
    """Small ones, and those that are no multiple of the card's."""
    system.speaker.forget()
    text = system.play("domU", f"-D hw:0 --period-size={period} --buffer-size={period * periods}")
    assert "underrun" not in text
    check_tone(system.speaker.heard(), TONES["domU"])


FORMATS = {"S8": ("b", 8, 0), "U8": ("B", 8, 1 << 7), "S16_LE": ("<h", 16, 0), "S16_BE": (">h", 16, 0),
           "U16_LE": ("<H", 16, 1 << 15), "S24_LE": ("<i", 24, 0), "S32_LE": ("<i", 32, 0), "S32_BE": (">i", 32, 0)}
CHANNELS = {"mono": 1, "stereo": 2}


def formats(folder):
    """{name: path}: half a second of a tone in each format, without a header."""
    tone = tones.write_tone(folder / "tone", TONES["domU"], 0.5, LEVEL, channels=1).read_bytes()[44:]
    samples = array.array("h", tone)
    files = {}
    for name, (code, bits, zero) in FORMATS.items():
        for channels, count in CHANNELS.items():
            path = folder / f"{name}-{channels}"
            path.write_bytes(b"".join(struct.pack(code, (sample << bits >> 16) + zero) * count for sample in samples))
            files[f"raw/{path.name}"] = path
    return files


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("name", FORMATS)
def test_formats(system, name, channels):
    """As the frontend has them, without conversion in alsa-lib."""
    system.speaker.forget()
    system.play("domU", f"-D hw:0 -t raw -f {name} -c {CHANNELS[channels]} -r {tones.RATE}", f"raw/{name}-{channels}")
    check_tone(system.speaker.heard(), TONES["domU"], 0.5)


def test_other_rates(system):
    """The backend has one; alsa-lib's "default" converts to it."""
    options = f"-t raw -f S16_LE -c 2 -r {tones.RATE // 2}"
    assert system.run("domU", f"aplay -D hw:0 {options} /octave {QUIET}").status != 0
    system.speaker.forget()
    system.play("domU", options, "octave")
    check_tone(system.speaker.heard(), TONES["domU"])


# -- two domains

def test_two_domains_are_mixed(system):
    """Both are heard as they are alone."""
    system.speaker.forget()
    system.play("domU", wait=False)
    system.play("domU2")
    assert system.played("domU") == 0
    samples = system.speaker.heard()
    for frequency in TONES.values():
        check_tone(samples, frequency, disturbed=2)
