# SPDX-License-Identifier: Apache-2.0
"""aplay, arecord and what they need from Debian's armel packages, as a part of a ramdisk."""

import pathlib
import shutil
import subprocess

from exenboot.images import TOP

PACKAGES = ("libc6", "libasound2", "libasound2-data", "alsa-utils")
FILES = {"libc6": ["lib/ld-linux.so.3", "lib/arm-linux-gnueabi/ld-linux.so.3", "lib/arm-linux-gnueabi/libc.so.6",
                   "lib/arm-linux-gnueabi/libm.so.6"],
         "libasound2": ["usr/lib/arm-linux-gnueabi/libasound.so.2"],
         "libasound2-data": ["usr/share/alsa/alsa.conf", "usr/share/alsa/cards", "usr/share/alsa/ctl", "usr/share/alsa/pcm"],
         "alsa-utils": ["usr/bin/aplay", "usr/bin/arecord"]}


def ramdisk(folder, files):
    """An archive (behind any other) with the programs and files of ours, {name: path}; `folder` is for its parts."""
    done = subprocess.run([TOP / "scripts/fetch-deb", "armel", *PACKAGES], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    stage = folder / "stage"
    (stage / "dev").mkdir(parents=True)
    for package, path in zip(PACKAGES, map(pathlib.Path, done.stdout.split())):
        for name in FILES[package]:
            _copy(path / name, stage / name)
    for name, path in files.items():
        _copy(path, stage / name)
    archive = folder / "alsa.cpio"
    with archive.open("wb") as file:
        subprocess.run([TOP / "scripts/mkcpio", stage], stdout=file, check=True)
    return archive


def _copy(source, target):
    """A file, or a folder with all in it; links as what they lead to."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)


def payloads(files, archive, folder):
    """{payload: file} in which all ramdisks have the archive behind them."""
    result = dict(files)
    for name, path in files.items():
        if "initrd" in name:
            result[name] = folder / f"{name.replace('/', '-')}.cpio"
            result[name].write_bytes(path.read_bytes() + archive.read_bytes())
    return result
