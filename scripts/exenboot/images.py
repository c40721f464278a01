# SPDX-License-Identifier: Apache-2.0
"""Images of a configuration for a board, by image/build, from what the other parts have built."""

import pathlib
import subprocess

from .boards import BOARDS, OUT

TOP = OUT.parent
HYPERVISOR = OUT / "hypervisor" / "exen.bin"

# Configurations whose payloads are always the same files; {kernel} is the board's.
PAYLOADS = {
    "linux2": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0.cpio",
               "domu-initrd": "initramfs-domU.cpio"},
}


class ImageError(Exception):
    """image/build refused; the text is its own."""


def image_path(board, config):
    """Where the image of a configuration for a board lies."""
    return OUT / f"{config}-{board}.img"


def build_image(board, config, payloads=None, output=None, hypervisor=HYPERVISOR):
    """Builds the image of a configuration unless it was made from the same files before.

    board: name; config: name in image/configs, or a .dts or .dtb; payloads: {name: file}, by default
    those of PAYLOADS; hypervisor: its binary.  Returns its path; raises ImageError.
    """
    board = BOARDS[board]
    source = pathlib.Path(config) if "." in str(config) else TOP / f"image/configs/{config}.dts"
    if payloads is None:
        payloads = {name: OUT / file.format(kernel=board.kernel)
                    for name, file in PAYLOADS.get(source.stem, {}).items()}
    output = pathlib.Path(output or image_path(board.name, source.stem))
    dtb = board.dtb_path()
    builder = TOP / "image" / "build"
    inputs = [hypervisor, source, dtb, builder, *payloads.values()]
    if _is_current(output, inputs):
        return output
    command = [builder, "--hypervisor", hypervisor, "--config", source,
               "--dtb", f"{board.compatible}={dtb}", "--output", output]
    for name, file in payloads.items():
        command += ["--payload", f"{name}={file}"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    if done.returncode:
        raise ImageError(done.stderr.strip())
    _stamp(output).write_text(_fingerprint(inputs))
    return output


def build_native(board):
    """The board's kernel as a uImage, which QEMU loads where a raw Image must lie."""
    board = BOARDS[board]
    kernel = OUT / f"linux-{board.kernel}" / "Image"
    output = OUT / f"native-{board.name}.uimage"
    if not _is_current(output, [kernel]):
        address = hex(board.ram_base + 0x8000)
        subprocess.run(["mkimage", "-A", "arm", "-O", "linux", "-T", "kernel", "-C", "none", "-a", address,
                        "-e", address, "-n", "native", "-d", kernel, output], check=True,
                       stdout=subprocess.DEVNULL)
        _stamp(output).write_text(_fingerprint([kernel]))
    return output


def _fingerprint(inputs):
    """Which files those are now, through links: another kernel of the cache is another file."""
    return "".join(f"{path.resolve()} {path.stat().st_mtime_ns} {path.stat().st_size}\n"
                   for path in sorted(inputs) if path.exists())


def _is_current(output, inputs):
    """Whether `output` was made from these inputs as they are."""
    stamp = _stamp(output)
    return output.exists() and stamp.exists() and stamp.read_text() == _fingerprint(inputs)


def _stamp(output):
    return output.with_name(output.name + ".inputs")
