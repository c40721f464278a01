# SPDX-License-Identifier: Apache-2.0
"""Images of a configuration for a board, by image/build, from what the other parts have built."""

import pathlib
import subprocess

from .boards import BOARDS, OUT

TOP = OUT.parent
HYPERVISOR = OUT / "hypervisor" / "exen.bin"

# QEMU's processors, as device trees call them
CPUS = {"arm926": "arm,arm926ej-s", "arm1136": "arm,arm1136jf-s", "arm1176": "arm,arm1176jzf-s",
        "arm11mpcore": "arm,arm11mpcore", "cortex-a8": "arm,cortex-a8", "cortex-a9": "arm,cortex-a9"}

# Configurations whose payloads are always the same files; {kernel} is a domain's.
PAYLOADS = {
    "linux2": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0.cpio",
               "domu-initrd": "initramfs-domU.cpio"},
    "debian": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0.cpio",
               "domu-initrd": "rootfs-armel.cpio"},
}


class ImageError(Exception):
    """image/build refused; the text is its own."""


def payload_files(board, config, kernels=None):
    """{payload: file} of a configuration for a board, as image/build takes them.

    kernels: {domain: kernel}; a domain that is not in it runs the board's.
    """
    names = PAYLOADS.get(config, {})
    files = {name: OUT / file.format(kernel=BOARDS[board].kernel) for name, file in names.items()}
    for domain, kernel in (kernels or {}).items():
        files.update({f"{domain}/{name}": OUT / file.format(kernel=kernel)
                      for name, file in names.items() if "{kernel}" in file})
    return files


def image_path(boards, config, kernels=None):
    """Where the image of a configuration for a board, or a list of boards, lies."""
    boards = [boards] if isinstance(boards, str) else boards
    chosen = "".join(f"-{domain}-{kernel}" for domain, kernel in sorted((kernels or {}).items()))
    return OUT / f"{config}-{'+'.join(boards)}{chosen}.img"


def build_image(boards, config, payloads=None, output=None, hypervisor=HYPERVISOR, kernels=None):
    """Builds the image of a configuration unless it was made from the same files before.

    boards: name, or a list of them for one image; config: name in image/configs, or a .dts or .dtb;
    payloads: {name: file}, by default those of payload_files(); hypervisor: its binary; kernels: as
    for payload_files().  Returns its path; raises ImageError.
    """
    boards = [boards] if isinstance(boards, str) else boards
    source = pathlib.Path(config) if "." in str(config) else TOP / f"image/configs/{config}.dts"
    output = pathlib.Path(output or image_path(boards, source.stem, kernels))
    builder = TOP / "image" / "build"
    command = [builder, "--hypervisor", hypervisor, "--config", source, "--output", output]
    inputs = {hypervisor, source, builder, builder.with_name("needs.py")}
    for board in map(BOARDS.get, boards):
        files = payload_files(board.name, source.stem, kernels) if payloads is None else payloads
        dtb = board.dtb_path()
        # Trees say nothing of the memory, or what another model has.
        command += ["--dtb", f"{board.compatible}={dtb}", "--cpu", CPUS[board.cpu],
                    "--ram", f"{board.ram_base:#x},{board.memory_mib << 20:#x}"]
        for name, file in files.items():
            command += ["--payload", f"{name}={file}"]
        inputs |= {dtb, *files.values()}
    command = [str(word) for word in command]
    if _is_current(output, inputs, command):
        return output
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    if done.returncode:
        raise ImageError(done.stderr.strip())
    _write_stamp(output, inputs, command)
    return output


def build_native(board, kernel=None):
    """The board's kernel, or another, as a uImage, which QEMU loads where a raw Image must lie."""
    board = BOARDS[board]
    source = OUT / f"linux-{kernel or board.kernel}" / "Image"
    output = OUT / f"native-{board.name}{f'-{kernel}' if kernel else ''}.uimage"
    address = hex(board.ram_base + 0x8000)
    command = ["mkimage", "-A", "arm", "-O", "linux", "-T", "kernel", "-C", "none", "-a", address,
               "-e", address, "-n", "native", "-d", str(source), str(output)]
    if not _is_current(output, [source], command):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        _write_stamp(output, [source], command)
    return output


def _fingerprint(inputs, command):
    """Which files those are now, through links: another kernel of the cache is another file."""
    return " ".join(command) + "\n" + "".join(
        f"{path.resolve()} {path.stat().st_mtime_ns} {path.stat().st_size}\n"
        for path in sorted(map(pathlib.Path, inputs)) if path.exists())


def _is_current(output, inputs, command):
    """Whether `output` was made by this command from these inputs as they are."""
    stamp = _stamp(output)
    return output.exists() and stamp.exists() and stamp.read_text() == _fingerprint(inputs, command)


def _write_stamp(output, inputs, command):
    _stamp(output).write_text(_fingerprint(inputs, command))


def _stamp(output):
    return output.with_name(output.name + ".inputs")
