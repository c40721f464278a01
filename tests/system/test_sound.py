# SPDX-License-Identifier: Apache-2.0
"""Sound of two domU's on dom0's card: tones are played, and found again in what QEMU's sound chip wrote (tones.py).

The machine's time comes from instructions, so the load of this one loses nothing.  QEMU's PL041 itself loses a frame now
and then, natively as well (a few in ten seconds): that many are allowed, one at a time, nothing else.  It captures nothing
at all, so capture is tested with ALSA's own loopback card in dom0.
"""

import array
import functools
import math
import os
import re
import struct

import alsa
import complaints
import pytest
import tones
from deadlines import SHELL_S

from exenboot.images import OUT, TOP, build_image, payload_files

BOARDS = ["vexpress-a9"]
SECONDS = 2
SHORT_S = 0.2
SHORT_LOAD_S = 10
LONG_S = int(os.environ.get("EXEN_SOUND_SECONDS", "600"))
LEVEL = 0.25
LOUD = 0.7
TONES = {"domU": 1100, "domU2": 1700}       # 240 frames, a chunk of the backend's, are no whole number of waves
LOST_PER_S = 2                  # frames that QEMU may lose
LOST_AT_ENDS = 4
FLUSHED = 1024                  # frames of silence behind a sound: then QEMU has written the sound itself
QUIET = ">/dev/null 2>&1 </dev/null"
WAIT_S = 60
# Time from instructions, and none that passes for people: a host that is late would be late for the card, too
TIME_OPTIONS = ["-icount", "shift=2,sleep=off"]


class Speaker:
    """What QEMU's sound chip plays, as a growing file."""

    def __init__(self, path, session):
        self.path = path
        self.session = session
        self.start = 0

    def size(self):
        return self.path.stat().st_size if self.path.exists() else 0

    def forget(self):
        """What is heard from now on is what counts."""
        self.start = self.size()

    def wait(self):
        """Until something is heard."""
        self.session.poll(lambda: any(tones.read_channel(self.path, start=self.start)), WAIT_S, "sound")

    def heard(self):
        """Both channels' samples since forget(), the left one's, once silence has followed them."""
        def ended():
            samples = tones.read_channel(self.path, start=self.start)
            return any(samples) and not any(samples[-FLUSHED:]) and samples

        return tones.trimmed(self.session.poll(ended, WAIT_S, "sound with an end"))


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

    def play(self, domain, options="", file="tone"):
        """aplay in a domain, until its end; what it said."""
        return self.output(domain, f"aplay {options} /{file} 2>&1")

    def keep_playing(self, domain, file="tone"):
        """The same without an end: the machine's time may run faster than this machine's, a sound's end is soon there."""
        endless = f"while [ ! -e /tmp/stop ]; do tail -c +45 /{file}; done"
        self.output(domain, f"rm -f /tmp/stop /tmp/played; ({endless} | aplay -t raw -f S16_LE -c 2 -r {tones.RATE} "
                            f">/tmp/log 2>&1; echo $? >/tmp/played) {QUIET} &")

    def played(self, domain):
        """Ends what keep_playing() began, unless it has ended; its status."""
        return int(self.output(domain, "touch /tmp/stop; until [ -s /tmp/played ]; do sleep 0.1; done; cat /tmp/played"))


def boot(lab, folder, board, kernels=None, files=(), config="sound", payloads=()):
    """The configuration "sound", or one like it, with a tone in each domain, /tone, and files of ours."""
    stage = folder / "files"
    stage.mkdir()
    sounds = {f"tone-{domain}": tones.write_tone(stage / domain, frequency, SECONDS, LEVEL)
              for domain, frequency in TONES.items()}
    sounds["octave"] = tones.write_tone(stage / "octave", 2 * TONES["domU"], SECONDS / 2, LEVEL)
    sounds.update({f"loud-{domain}": tones.write_tone(stage / f"loud-{domain}", frequency, SECONDS / 2, LOUD)
                   for domain, frequency in TONES.items()})
    sounds["etc/asound.conf"] = stage / "asound.conf"
    sounds["etc/asound.conf"].write_text(ASOUND_CONF)
    archive = alsa.ramdisk(folder, {**sounds, **dict(files)})
    ours = alsa.payloads(payload_files(board, "sound", kernels), archive, folder)
    image = build_image(board, config, payloads={**ours, **dict(payloads)}, output=folder / "sound.img")
    path = folder / "heard.wav"
    session = lab.boot(board, image, sound=path, extra=TIME_OPTIONS)
    for domain in ("dom0", *TONES):
        session.shell(domain, SHELL_S)
    for domain in TONES:
        connected(session, domain)
    return System(session, Speaker(path, session))


def connected(session, domain):
    """Waits until a domain has its card."""
    session.output(domain, f"until [ -e /dev/snd/pcmC0D0p ]; do sleep 0.1; done; ln -sf /tone-{domain} /tone")


@pytest.fixture(scope="module", params=BOARDS)
def system(request, module_lab, tmp_path_factory):
    return boot(module_lab, tmp_path_factory.mktemp("sound"), request.param, files=formats(tmp_path_factory.mktemp("raw")))


def check_tone(samples, frequency, seconds=SECONDS, frames=None, disturbed=0):
    """A tone that lasts so long, with nothing missing, too much, or between; `disturbed`: windows, by others' tones.

    Without `seconds`: as long as it likes.  Returns the first of its windows and the one behind the last.
    """
    heard = tones.Heard(samples, frequency)
    first, end = heard.steady(LEVEL, disturbed)
    assert heard.lost <= LOST_PER_S * (end - first) / 100 + LOST_AT_ENDS
    if seconds:
        assert abs((end - first) - 100 * seconds) <= 2, f"{(end - first) / 100} s instead of {seconds} s"
    if frames:
        assert abs(len(samples) + heard.lost - frames) <= LOST_AT_ENDS
    return first, end


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
ASOUND_CONF = "pcm.converted { type plug slave.pcm { type mmap_emul slave.pcm { type hw card 0 } } }\n"
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
    """Both are heard as they are alone, one while the other plays."""
    system.speaker.forget()
    system.keep_playing("domU")
    system.speaker.wait()
    system.play("domU2")
    assert system.played("domU") == 0
    samples = system.speaker.heard()
    first, end = check_tone(samples, TONES["domU"], None, disturbed=2)
    at, behind = check_tone(samples, TONES["domU2"], disturbed=2)
    assert first <= at and behind <= end


def test_too_loud_a_sum_is_cut_off(system):
    """And does not come round as its opposite.  Two tones: of one alone the phases may be such that nothing is too loud."""
    system.speaker.forget()
    system.keep_playing("domU", "loud-domU")
    system.speaker.wait()
    system.play("domU2", file="loud-domU2")
    assert system.played("domU") == 0
    samples = system.speaker.heard()
    assert max(samples) == 32767 and min(samples) == -32768
    steepest = 2 * math.pi * sum(TONES.values()) / tones.RATE * LOUD * tones.FULL
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
    """While a domain plays: that gets an error, and the card plays again."""
    before = counted(system)
    system.speaker.forget()
    system.keep_playing("domU")
    system.speaker.wait()
    system.output("dom0", UNLOAD)
    assert system.played("domU") != 0
    assert counted(system)[0] == 0
    system.output("dom0", "modprobe exen_sound")
    system.speaker.forget()
    system.play("domU", file="raw/S16_LE-stereo", options=f"-t raw -f S16_LE -c 2 -r {tones.RATE}")
    system.speaker.heard()              # what the chip still had comes first
    system.speaker.forget()
    system.play("domU")
    check_tone(system.speaker.heard(), TONES["domU"])
    assert counted(system) == before


@pytest.mark.parametrize("end", ["crash 1", "reboot -f", "echo c >/proc/sysrq-trigger"])      # the first one: the hypervisor's
def test_dies_while_it_plays(system, end):
    """The other's tone goes on without a gap; it comes back and plays; nothing is left behind."""
    before = counted(system)
    system.speaker.forget()
    system.keep_playing("domU2")
    system.keep_playing("domU")
    system.speaker.wait()
    start = system.session.mark("domU")
    if end == "crash 1":
        system.session.hypervisor_command(end)
    else:
        system.session.send("domU", end.encode() + b"\r")
    system.session.wait_for("domU", rb"Linux version", start=start)
    assert system.played("domU2") == 0
    check_tone(system.speaker.heard(), TONES["domU2"], None, disturbed=2)
    system.session.forget_shell("domU")
    system.session.shell("domU", SHELL_S)
    connected(system.session, "domU")
    assert counted(system) == before
    system.speaker.forget()
    system.play("domU")
    check_tone(system.speaker.heard(), TONES["domU"])


def test_a_frontend_in_a_hurry(system):
    """It begins anew again and again while the backend, which has more to do, is still at what it said before."""
    load = "while :; do :; done"
    system.output("dom0", f"({load}) {QUIET} & echo $! >/tmp/load")
    system.output("domU", "cd /sys/bus/xen/drivers/vsnd; for i in $(seq 10); do echo vsnd-0 >unbind; echo vsnd-0 >bind; done")
    connected(system.session, "domU")
    system.output("dom0", "kill $(cat /tmp/load)")
    system.speaker.forget()
    system.play("domU")
    check_tone(system.speaker.heard(), TONES["domU"])


# -- a hostile domain

FUZZ_ID = 3
FUZZ_S = int(os.environ.get("EXEN_FUZZ_SECONDS", "60"))
FUZZ = """
		fuzz {
			compatible = "xen,domain";
			memory = <0 0x1000>;		/* 4 MiB */
			cpus = <1>;
			exen,priority = <1>;

			kernel {
				compatible = "multiboot,kernel", "multiboot,module";
				exen,image = "pv-fuzz";
				bootargs = "seed=%s fuzz=rest";
			};

			sound {
				compatible = "exen,sound";
			};
		};
	};
};
""" % os.environ.get("EXEN_FUZZ_SEED", "1")


def order(system, word):
    """Tells pv-fuzz what to do; returns when it has finished what it did before."""
    start = system.session.mark("domU3")
    system.output("dom0", f"xenstore-write /local/domain/{FUZZ_ID}/data/fuzz {word}")
    found, match = system.session.wait_for_any("domU3", [rb"pv-fuzz: FAILURE.*", rb"pv-fuzz: " + word.encode() + rb"\r?$"], WAIT_S, start)
    assert found, match.text


def held(system):
    """Mappings and ports that dom0 has of it."""
    grants = system.session.hypervisor_command("grants 0")
    ports = system.session.hypervisor_command("evtchn 0")
    memory = re.search(r"CmaFree: *(\d+) kB", system.output("dom0", "cat /proc/meminfo"))
    return grants.count(f"of domain {FUZZ_ID},"), ports.count(f"to domain {FUZZ_ID} "), int(memory[1])


def test_a_hostile_domain(lab, tmp_path):
    """It is served after each round of attacks, nothing is left behind, and the others play meanwhile without a gap."""
    source = (TOP / "image/configs/sound.dts").read_text()
    config = tmp_path / "fuzz.dts"
    config.write_text(source[:source.rindex("\t};\n};")] + FUZZ)
    system = boot(lab, tmp_path, BOARDS[0], config=config, payloads={"pv-fuzz": OUT / "guest/fuzz/pv-fuzz.bin"})
    order(system, "attack")
    rounds = system.session.mark("domU3")
    system.session.wait_for("domU3", rb"round 3 .*: good", WAIT_S)
    order(system, "rest")
    before = held(system)
    order(system, "attack")
    times = FUZZ_S // SECONDS
    system.speaker.forget()
    command = f"for i in $(seq {times}); do tail -c +45 /tone; done | aplay -t raw -f S16_LE -c 2 -r {tones.RATE} 2>&1"
    assert "underrun" not in system.session.output("domU", command, 10 * FUZZ_S)
    order(system, "rest")
    text = system.session.text("domU3")[rounds:]
    print(f"{text.count(': good')} rounds")
    assert "FAILURE" not in text and text.count(": good") >= FUZZ_S // 10
    check_tone(system.speaker.heard(), TONES["domU"], times * SECONDS)
    after = held(system)
    assert after[:2] == before[:2] == (0, 0) and after[2] > before[2] - 1024
    assert not complaints.OF_LINUX.findall(system.session.text("dom0"))
    assert "a ring's indices cannot be" in system.session.text("dom0")


# -- load

def play_under_load(system, seconds):
    """dom0 and the other domain compute and copy meanwhile; every sample is heard in its time."""
    times = seconds // SECONDS
    load = "while :; do dd if=/dev/zero bs=64k count=64 2>/dev/null | md5sum; done"
    for domain in ("dom0", "domU2"):
        system.output(domain, f"({load}) {QUIET} & echo $! >/tmp/load")
    underruns = system.parameter("underruns")
    system.speaker.forget()
    command = f"for i in $(seq {times}); do tail -c +45 /tone; done | aplay -t raw -f S16_LE -c 2 -r {tones.RATE} 2>&1"
    text = system.session.output("domU", command, 12 * seconds)
    for domain in ("dom0", "domU2"):
        system.output(domain, "kill $(cat /tmp/load)")
    assert "underrun" not in text and system.parameter("underruns") == underruns
    check_tone(system.speaker.heard(), TONES["domU"], times * SECONDS, frames=times * SECONDS * tones.RATE)


def test_under_load(system):
    play_under_load(system, SHORT_LOAD_S)


@pytest.mark.long
def test_ten_minutes_under_load(system):
    play_under_load(system, LONG_S)
