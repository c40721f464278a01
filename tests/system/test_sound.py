# SPDX-License-Identifier: Apache-2.0
"""Sound of two domU's on dom0's card: tones are played, and found again in what QEMU's sound chip wrote (tones.py).

The machine's time comes from instructions, so the load of this one loses nothing.  QEMU's PL041 itself loses a frame now
and then, natively as well (a few in ten seconds): that many are allowed, one at a time, nothing else.  It captures nothing
at all, so capture is tested with ALSA's own loopback card in dom0.
"""

import array
import functools
import math
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
SHORT_S = 0.2
LEVEL = 0.25
LOUD = 0.7
TONES = {"domU": 1100, "domU2": 1700}       # 240 frames, a chunk of the backend's, are no whole number of waves
LOST_PER_S = 2                  # frames that QEMU may lose
LOST_AT_ENDS = 4
FLUSHED = 1024                  # frames of silence behind a sound: then QEMU has written the sound itself
QUIET = ">/dev/null 2>&1 </dev/null"
WAIT_S = 60


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

    def wait(self):
        """Until something is heard."""
        deadline = time.monotonic() + WAIT_S
        while not any(tones.read_channel(self.path, start=self.start)):
            assert time.monotonic() < deadline, "no sound"
            time.sleep(0.1)

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
        self.output = functools.partial(session.output, timeout=WAIT_S)
        self.run = functools.partial(session.run, timeout=WAIT_S)

    def parameter(self, name):
        """Of the backend's module."""
        return int(self.output("dom0", f"cat /sys/module/exen_sound/parameters/{name}"))

    def play(self, domain, options="", file="tone", wait=True, times=1):
        """aplay in a domain; its text, or at once."""
        command = f"aplay {options} /{file}" if times == 1 else \
            f"for i in $(seq {times}); do tail -c +45 /{file}; done | aplay -t raw -f S16_LE -c 2 -r {tones.RATE}"
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
    sounds["loud"] = tones.write_tone(stage / "loud", TONES["domU"], SECONDS / 2, LOUD)
    sounds["etc/asound.conf"] = stage / "asound.conf"
    sounds["etc/asound.conf"].write_text(ASOUND_CONF)
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
# Conversions of alsa-lib's want a device that is mapped, which snd_xen_front's is not.
ASOUND_CONF = "pcm.converted { type plug slave.pcm { type hw card 0 mmap_emulation yes } }\n"
CHANNELS = {"mono": 1, "stereo": 2}


def formats(folder):
    """{name: path}: a short tone in each format, without a header."""
    tone = tones.write_tone(folder / "tone", TONES["domU"], SHORT_S, LEVEL, channels=1).read_bytes()[44:]
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
    check_tone(system.speaker.heard(), TONES["domU"], SHORT_S)


def test_other_rates(system):
    """The backend has one, to which alsa-lib converts."""
    system.speaker.forget()
    system.play("domU", f"-D converted -t raw -f S16_LE -c 2 -r {tones.RATE // 2}", "octave")
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


def test_too_loud_a_sum_is_cut_off(system):
    """And does not come round as its opposite."""
    system.speaker.forget()
    system.play("domU", file="loud", wait=False)
    system.play("domU2", file="loud")
    assert system.played("domU") == 0
    samples = system.speaker.heard()
    assert max(samples) == 32767 and min(samples) == -32768
    steepest = 2 * 2 * math.pi * TONES["domU"] / tones.RATE * LOUD * tones.FULL
    assert max(abs(after - before) for before, after in zip(samples, samples[1:])) < steepest * (1 + LOST_AT_ENDS)


# -- capture

# The driver holds its module as long as it has devices.
UNLOAD = "cd /sys/bus/xen-backend/drivers/vsnd; for device in vsnd-*; do echo $device >unbind; done; rmmod exen_sound"


def test_capture(system):
    """What dom0's card hears, to the last sample; its own loopback card stands for one."""
    system.output("dom0", f"modprobe snd-aloop; {UNLOAD}; modprobe exen_sound capture=Loopback")
    connected(system.session, "domU")
    system.output("dom0", f"(tail -c +45 /tone-domU2 | aplay -D hw:Loopback,1 -t raw -f S16_LE -c 2 -r {tones.RATE}) {QUIET} &")
    text = system.output("domU", f"arecord -D hw:0 -t raw -f S16_LE -c 1 -r {tones.RATE} -d 1 /tmp/captured 2>&1")
    assert "overrun" not in text
    samples = array.array("h", system.run("domU", "cat /tmp/captured").output)
    assert len(samples) == tones.RATE
    heard = tones.Heard(samples, TONES["domU2"])
    first, end = heard.steady(LEVEL)
    assert heard.lost == 0 and end - first >= 90


def test_who_may_not_capture(system):
    """domU2 has no such stream; one that it makes for itself is refused."""
    assert "pcmC0D0c" not in system.output("domU2", "ls /dev/snd")
    restart = "cd /sys/bus/xen/drivers/vsnd; echo vsnd-0 >unbind; {}; echo vsnd-0 >bind"
    system.output("domU2", restart.format("xenstore-write device/vsnd/0/0/1/type c"))
    system.output("dom0", "until [ $(xenstore-read /local/domain/0/backend/vsnd/2/0/state) = 5 ]; do sleep 0.1; done")
    system.output("domU2", restart.format("xenstore-rm device/vsnd/0/0/1"))
    connected(system.session, "domU2")


# -- life and death

def counted(system):
    """What must not become more: mappings and ports of dom0."""
    mappings = re.search(r"(\d+) mappings of others'", system.session.hypervisor_command("grants 0"))
    ports = len(re.findall(r"^ *port ", system.session.hypervisor_command("evtchn 0"), re.M))
    return int(mappings[1]), ports


def test_the_backend_is_loaded_again(system):
    """While a domain plays: that gets an error, and a card again."""
    before = counted(system)
    system.speaker.forget()
    system.play("domU", wait=False)
    system.speaker.wait()
    system.output("dom0", UNLOAD)
    assert system.played("domU") != 0
    assert counted(system)[0] == 0
    system.output("dom0", "modprobe exen_sound")
    for domain in TONES:
        connected(system.session, domain)
    assert counted(system) == before
    system.speaker.forget()
    system.play("domU")
    check_tone(system.speaker.heard(), TONES["domU"])


@pytest.mark.parametrize("end", ["crash 1", "reboot -f", "echo c >/proc/sysrq-trigger"])      # the first one: the hypervisor's
def test_dies_while_it_plays(system, end):
    """The other's tone goes on without a gap; it comes back and plays; nothing is left behind."""
    before = counted(system)
    system.speaker.forget()
    system.play("domU", wait=False)
    system.play("domU2", times=2, wait=False)
    system.speaker.wait()
    start = system.session.mark("domU")
    if end == "crash 1":
        system.session.hypervisor_command(end)
    else:
        system.session.send("domU", end.encode() + b"\r")
    system.session.wait_for("domU", rb"Linux version", start=start)
    assert system.played("domU2") == 0
    check_tone(system.speaker.heard(), TONES["domU2"], 2 * SECONDS, disturbed=2)
    system.session.forget_shell("domU")
    system.session.shell("domU", SHELL_S)
    connected(system.session, "domU")
    assert counted(system) == before
    system.speaker.forget()
    system.play("domU")
    check_tone(system.speaker.heard(), TONES["domU"])
