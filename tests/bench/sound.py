# SPDX-License-Identifier: Apache-2.0
"""Sound: aplay of 48 kHz stereo natively, and in a domU whose sound dom0 mixes for the board's card.

500 million instructions a second, of which the extra cost is a percentage.
"""

import concurrent.futures

from disks import PACED_SHIFT, set_split
from exenboot.images import TOP, build_image, payload_files
from machines import BOARD, HYPERVISOR, hypervisor_elf, measure_native
from measure import BENCH, MeasureError, hypervisor_options, measure_once
from userland import add_to_initrds, pack, stage, unpack

FILES = TOP / "tests/bench/sound"
WORK = BENCH / "sound"
PACKAGES = ["alsa-utils"]
SECONDS = 4                     # 5 - 1: sound/play
RATE, PERIOD = 48000, 1024      # frames
INSTRUCTIONS_PER_S = 1000000000 >> PACED_SHIFT
DOMAINS = {"dom0": "d0", "domU": "d1"}


def _payloads():
    stage(WORK / "fs", unpack(WORK / "debian", PACKAGES), ["usr/bin/aplay"],
          {"io/mark": BENCH / "mark", "sound/play": FILES / "play", "sound/asound.conf": FILES / "asound.conf"})
    return add_to_initrds(payload_files(BOARD, "sound"), WORK, pack(WORK / "fs"))


def _native(payloads):
    return measure_native("sound-native", payloads["dom0-initrd"], "exen.init=/sound/play", icount_shift=PACED_SHIFT)[0]


def _domu(image):
    return measure_once("sound", BOARD, image, hypervisor_options(BOARD, hypervisor_elf(), image),
                        icount_shift=PACED_SHIFT)[0]


def _second(name, run):
    """{column: instructions for a second of sound}; what was played is what was to be played."""
    text = (BENCH / f"{name}.0.console").read_text(errors="replace")
    samples = run.counts("io")
    if len(samples) != 2 or text.count(" s status 0") != 2 or "underrun" in text:
        raise MeasureError(f"{name}: sound was not played as it should: see out/bench/{name}.0.console")
    return run.differences(*samples, SECONDS)


def figures(table):
    """A second of sound, and a period of it, on vexpress-a9: natively, in domU."""
    WORK.mkdir(parents=True, exist_ok=True)
    payloads = _payloads()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        image = build_image(BOARD, FILES / "sound.dts", payloads=payloads, output=WORK / "sound.img", hypervisor=HYPERVISOR)
        native, run = (pool.submit(_native, payloads), pool.submit(_domu, image))
        native, run = native.result(), run.result()
    native_second, second = _second("sound-native", native), _second("sound", run)
    extra = sum(second.values()) - sum(native_second.values())
    table.set("sound.second.native", sum(native_second.values()))
    table.set("sound.second.domU", sum(second.values()))
    table.set("sound.extra", 100 * extra / INSTRUCTIONS_PER_S)
    period = {column: count * PERIOD / RATE for column, count in second.items()}
    table.set("sound.period.native", sum(native_second.values()) * PERIOD / RATE)
    table.set("sound.period.domU", sum(period.values()))
    set_split(table, "sound.period.domU", period, DOMAINS)
    table.runs["sound"] = run
