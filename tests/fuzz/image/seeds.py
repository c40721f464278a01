#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Seeds of the targets, made from the unit tests' sources: seeds.py FOLDER.

The digests in the FIT become those of fake_sha256.c.
"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
UNIT = ROOT / "tests/unit/image"
sys.path.insert(0, str(UNIT))
from conftest import Bench  # noqa: E402  pylint: disable=wrong-import-position
import splash  # noqa: E402  pylint: disable=wrong-import-position

DIGEST = b"X" * 32
TINY = '/dts-v1/; / { compatible = "test,board"; #address-cells = <1>; #size-cells = <1>; };'


def fake_digests(fit):
    """The FIT with another value for each sha256: a property of 32 bytes."""
    fit, at = bytearray(fit), 0
    while True:
        at = fit.find(b"\0\0\0\x03\0\0\0\x20", at, 4096)
        if at < 0:
            return bytes(fit)
        fit[at + 12:at + 44] = DIGEST
        at += 44


def main(folder):
    """Writes FOLDER/{fit,config,fdt,splash}/*."""
    for target in "fit", "config", "fdt", "splash":
        (folder / target).mkdir(parents=True, exist_ok=True)
    bench = Bench(folder)
    (folder / "fdt/board").write_bytes(bench.board.read_bytes())
    bench.board = bench.compile(TINY, "tiny")
    bench.payloads = {"kernel": b"kernel" * 20, "ramdisk": b"disk" * 20}
    (folder / "fit/whole").write_bytes(fake_digests(bench.fit((UNIT / "test.dts").read_text())))
    (folder / "config/every-property").write_bytes((folder / "config.dtb").read_bytes())
    rgb = bytes(3 * 20) + bytes(range(3 * 20)) + b"\xff" * 3 * 20
    (folder / "splash/picture").write_bytes(splash.encode(b"P6 10 6 255\n" + rgb))
    for source in sorted((ROOT / "image/configs").glob("*.dts")):
        subprocess.run(["dtc", "-q", "-O", "dtb", "-o", folder / "config" / source.stem, source],
                       check=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
