# SPDX-License-Identifier: Apache-2.0
"""Page flips of a DRM device, natively and in a domU whose display is dom0's: in buffers of the screen's, which are shown as
they are, and in domU's own pages, which are copied.

At 500 million instructions a second, as screen.py: a flip waits for the display, sixty times a second.
"""

import concurrent.futures

from disks import PACED_SHIFT, set_split
from exenboot.images import TOP, build_image, payload_files
from machines import BOARD, HYPERVISOR, hypervisor_elf, measure_native
from measure import BENCH, MeasureError, hypervisor_options, measure_once
from screen import DOMAINS, MODES
from userland import add_to_initrds, pack, stage

FILES = TOP / "tests/bench/screen"
WORK = BENCH / "flips"
NR_FLIPS = 60
SCENES = ("flip", "paint")              # screen/flip: after a warm-up, in this order
KINDS = {"shown": "exen,backend-allocates;", "copied": ""}


def _payloads():
    stage(WORK / "fs", WORK, [], {"io/mark": BENCH / "mark", "screen/flip": BENCH / "screen/flip",
                                  "screen/flip-dom0": FILES / "flip-dom0", "screen/flip-domU": FILES / "flip-domU"})
    return add_to_initrds(payload_files(BOARD, "display"), WORK, pack(WORK / "fs"))


def _native(mode, payloads):
    return measure_native(f"flips-native-{mode}", payloads["dom0-initrd"], f"video={mode} exen.init=/screen/flip-domU",
                          icount_shift=PACED_SHIFT)[0]


def _domu(mode, kind, payloads):
    config = WORK / f"{mode}-{kind}.dts"
    source = (FILES / "flip.dts").read_text().replace("MODE", mode).replace("\t\tALLOCATES", f"\t\t{KINDS[kind]}")
    config.write_text(source.replace("../../..", str(TOP)))
    image = build_image(BOARD, config, payloads=payloads, output=config.with_suffix(".img"), hypervisor=HYPERVISOR)
    return measure_once(f"flips-{mode}-{kind}", BOARD, image, hypervisor_options(BOARD, hypervisor_elf(), image),
                        icount_shift=PACED_SHIFT)[0]


def _flips(run, name, mode):
    """{scene: {column: instructions for a flip}}."""
    text = (BENCH / f"{name}.0.console").read_text(errors="replace")
    samples = run.counts("flips")
    if f"flip: {mode}" not in text or len(samples) != len(SCENES) + 1:
        raise MeasureError(f"{name}: {len(samples)} samples of flips: see out/bench/{name}.0.console")
    return {scene: {column: sample[column] / NR_FLIPS for column in run.instructions}
            for scene, sample in zip(SCENES, samples[1:])}


def _figures_of(table, mode, native, domus):
    for scene in SCENES:
        table.set(f"flips.{mode}.{scene}.native", sum(native[scene].values()))
        for kind, domu in domus.items():
            name = f"flips.{mode}.{scene}.{kind}"
            table.set(name, sum(domu[scene].values()))
            set_split(table, name, domu[scene], DOMAINS)
            table.set(f"{name}.ratio", sum(domu[scene].values()) / sum(native[scene].values()))


def figures(table):
    """Flips on vexpress-a9: natively, in domU."""
    WORK.mkdir(parents=True, exist_ok=True)
    payloads = _payloads()
    jobs = [(mode, kind) for mode in MODES for kind in KINDS]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        native = list(pool.map(_native, MODES, [payloads] * len(MODES)))
        domu = dict(zip(jobs, pool.map(lambda job: _domu(*job, payloads), jobs)))
    for mode, run in zip(MODES, native):
        _figures_of(table, mode, _flips(run, f"flips-native-{mode}", mode),
                    {kind: _flips(domu[mode, kind], f"flips-{mode}-{kind}", mode) for kind in KINDS})
