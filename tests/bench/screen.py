# SPDX-License-Identifier: Apache-2.0
"""Screen and keyboard: pictures on /dev/fb0 and a key to evdev, natively and in a domU whose screen is dom0's.

500 million instructions a second, as for the disks that take their time: how often a domU's pictures are shown in a second
is a matter of time.  What a pause costs is taken off.  A key is written to the keyboard's event device, by dom0 or natively:
what its controller and its interrupt cost is in neither.
"""

import concurrent.futures

from disks import PACED_SHIFT, set_split
from exenboot.images import TOP, build_image, payload_files
from machines import BOARD, HYPERVISOR, hypervisor_elf, measure_native
from measure import BENCH, MeasureError, hypervisor_options, measure_once
from userland import add_to_initrds, pack, stage

FILES = TOP / "tests/bench/screen"
WORK = BENCH / "screen"
MODES = ("1024x768", "640x480")
SHOWN = ("full", "tenth", "paint")      # screen/seen: after the pauses, in this order
NR_SHOWN = 8
NR_FREE = 100
NR_KEYS = 40
DOMAINS = {"dom0": "d0", "domU": "d1"}


def _payloads():
    stage(WORK / "fs", WORK, [], {"io/mark": BENCH / "mark", "screen/draw": WORK / "draw", "screen/key": WORK / "key",
                                  "screen/seen": FILES / "seen", "screen/dom0": FILES / "dom0"})
    return add_to_initrds(payload_files(BOARD, "screen"), WORK, pack(WORK / "fs"))


def _native(mode, payloads):
    return measure_native(f"screen-native-{mode}", payloads["dom0-initrd"], f"video={mode} exen.init=/screen/seen",
                          icount_shift=PACED_SHIFT)[0]


def _image(mode, payloads):
    config = WORK / f"{mode}.dts"
    config.write_text((FILES / "screen.dts").read_text().replace("MODE", mode).replace("../../..", str(TOP)))
    return build_image(BOARD, config, payloads=payloads, output=WORK / f"{mode}.img", hypervisor=HYPERVISOR)


def _domu(mode, image):
    return measure_once(f"screen-{mode}", BOARD, image, hypervisor_options(BOARD, hypervisor_elf(), image),
                        icount_shift=PACED_SHIFT)[0]


def _check_mode(name, mode):
    """The programs say what screen they have found."""
    text = (BENCH / f"{name}.0.console").read_text(errors="replace")
    if f"draw: {mode}," not in text:
        raise MeasureError(f"{name}: the screen is not {mode}: see out/bench/{name}.0.console")


def _frames(run):
    """{scene: {column: instructions for a frame}}, as screen/seen draws them; "free": without pauses."""
    samples = run.counts("frames")
    if len(samples) != len(SHOWN) + 2:
        raise MeasureError(f"{len(samples)} samples of frames: see out/bench/*.console")
    pause, *shown, free = samples
    counts = {scene: run.differences(pause, sample, NR_SHOWN) for scene, sample in zip(SHOWN, shown)}
    return {**counts, "free": {column: free[column] / NR_FREE for column in run.instructions}}


def _key(run):
    """{column: instructions for a key, mean}."""
    samples = run.counts("key")
    if len(samples) != NR_KEYS:
        raise MeasureError(f"{len(samples)} of {NR_KEYS} keys have arrived: see out/bench/*.console")
    return {column: sum(counts[column] for counts in samples) / NR_KEYS for column in run.instructions}


def _set(table, name, native, domu):
    """What it costs natively, what in domU and whose that is, and how many times as much it is."""
    table.set(f"{name}.native", sum(native.values()))
    table.set(f"{name}.domU", sum(domu.values()))
    set_split(table, f"{name}.domU", domu, DOMAINS)
    table.set(f"{name}.ratio", sum(domu.values()) / sum(native.values()))


def _check_shown(frames, mode):
    """dom0 cannot show a picture without an instruction for every fourth pixel: it copies eight with two."""
    width, height = map(int, mode.split("x"))
    if frames["full"]["d0-kernel"] < width * height / 4:
        raise MeasureError(f"{mode}: not all frames have been shown")


def _figures_of(table, mode, native, domu):
    _check_shown(domu, mode)
    for scene in (*SHOWN, "free"):
        _set(table, f"screen.{mode}.{scene}", native[scene], domu[scene])


def figures(table):
    """Pictures of two sizes and a key on vexpress-a9: natively, in domU."""
    WORK.mkdir(parents=True, exist_ok=True)
    payloads = _payloads()
    images = [_image(mode, payloads) for mode in MODES]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        native = pool.map(_native, MODES, [payloads] * len(MODES))
        native, domu = list(native), list(pool.map(_domu, MODES, images))
    for mode, *runs in zip(MODES, native, domu):
        for name in (f"screen-native-{mode}", f"screen-{mode}"):
            _check_mode(name, mode)
        _figures_of(table, mode, *map(_frames, runs))
    _set(table, "key", _key(native[0]), _key(domu[0]))
    table.runs["screen"] = domu[0]
