# SPDX-License-Identifier: Apache-2.0
"""Images of a configuration for a board, by image/build, from what the other parts have built."""

import contextlib
import fcntl
import gzip
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
    "disk": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0-{kernel}.cpio",
             "domu-initrd": "initramfs-domU.cpio"},
    "screen": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0-{kernel}.cpio",
               "domu-initrd": "initramfs-domU.cpio"},
    "display": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0-{kernel}.cpio",
                "domu-initrd": "initramfs-domU-display-{kernel}.cpio"},
    "sound": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0-sound-{kernel}.cpio",
              "domu-initrd": "initramfs-domU-sound-{kernel}.cpio"},
    "seat": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0-seat-{kernel}.cpio",
             "domu-initrd": "initramfs-domU-sound-{kernel}.cpio"},
    "desktop": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0-seat-{kernel}.cpio",
                "domu-initrd": "initramfs-domU-sound-{kernel}.cpio"},
    "debian-disk": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0-{kernel}.cpio"},
    "four": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0-{kernel}.cpio",
             "domu-initrd": "initramfs-domU.cpio"},
    "smallest": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-small-{kernel}.cpio.gz",
                 "domu-initrd": "initramfs-small.cpio.gz"},
    "fuzz": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0-{kernel}.cpio",
             "domu-initrd": "initramfs-domU.cpio", "pv-fuzz": "guest/fuzz/pv-fuzz.bin"},
    "watchdog": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0.cpio",
                 "faults": "guest/faults/faults.bin"},
    "realtime": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0.cpio",
                 "domu-initrd": "initramfs-domU.cpio", "control": "guest/demos/control-loop.bin"},
    "debian": {"linux": "linux-{kernel}/Image", "dom0-initrd": "initramfs-dom0.cpio",
               "domu-initrd": "rootfs-armel.cpio"},
}


class ImageError(Exception):
    """image/build refused; the text is its own."""


@contextlib.contextmanager
def _alone(path):
    """Nobody else makes this file meanwhile: tests run in several processes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(path.name + ".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _update(path, content):
    """Writes a file unless it has that content: its time says when it changed."""
    with _alone(path):
        if not path.is_file() or path.read_bytes() != content:
            path.with_name(path.name + ".new").write_bytes(content)
            path.with_name(path.name + ".new").rename(path)


# Ramdisks with modules of a kernel, and what they consist of: a file of several archives is one, too.
RAMDISKS = {"initramfs-dom0-{kernel}": ("initramfs-dom0", "modules"),
            "initramfs-small-{kernel}": ("initramfs-small", "modules"),
            "initramfs-dom0-sound-{kernel}": ("initramfs-dom0", "modules", "sound"),
            "initramfs-dom0-seat-{kernel}": ("initramfs-dom0", "modules", "sound", "input"),
            "initramfs-domU-display-{kernel}": ("initramfs-domU", "display"),
            "initramfs-domU-sound-{kernel}": ("initramfs-domU", "sound")}


def _add_modules(ramdisk, kernel):
    """Makes one of them."""
    first, *modules = RAMDISKS[ramdisk]
    parts = [OUT / f"{first}.cpio", *(OUT / f"linux-{kernel}" / f"{name}.cpio" for name in modules)]
    _update(OUT / f"{ramdisk.format(kernel=kernel)}.cpio", b"".join(part.read_bytes() for part in parts))


def payload_files(board, config, kernels=None):
    """{payload: file} of a configuration for a board, as image/build takes them.

    kernels: {domain: kernel}; a domain that is not in it runs the board's.
    """
    names = PAYLOADS.get(config, {})
    files = {name: OUT / file.format(kernel=BOARDS[board].kernel) for name, file in names.items()}
    for domain, kernel in (kernels or {}).items():
        files.update({f"{domain}/{name}": OUT / file.format(kernel=kernel)
                      for name, file in names.items() if "{kernel}" in file})
    for kernel in {BOARDS[board].kernel, *(kernels or {}).values()}:
        for ramdisk in RAMDISKS:
            if any(file.name.startswith(f"{ramdisk.format(kernel=kernel)}.") for file in files.values()):
                _add_modules(ramdisk, kernel)
    for file in set(files.values()):
        if file.suffix == ".gz":
            _update(file, gzip.compress(file.with_suffix("").read_bytes(), mtime=0))
    return files


def image_path(boards, config, kernels=None, memory_mib=None, splash=None):
    """Where the image of a configuration for a board, or a list of boards, lies."""
    boards = [boards] if isinstance(boards, str) else boards
    chosen = "".join(f"-{domain}-{kernel}" for domain, kernel in sorted((kernels or {}).items()))
    memory = f"-{memory_mib}M" if memory_mib else ""
    return OUT / f"{config}-{'+'.join(boards)}{memory}{chosen}{'-splash' if splash else ''}.img"


def build_image(boards, config, payloads=None, output=None, hypervisor=HYPERVISOR, kernels=None,
                memory_mib=None, splash=None):
    """Builds the image of a configuration unless it was made from the same files before.

    boards: name, or a list of them for one image; config: name in image/configs, or a .dts or .dtb;
    payloads: {name: file}, by default those of payload_files(); hypervisor: its binary; kernels: as
    for payload_files(); memory_mib: RAM of the boards, if not their usual; splash: a picture to show at
    boot.  Returns its path; raises ImageError.
    """
    boards = [boards] if isinstance(boards, str) else boards
    source = pathlib.Path(config) if "." in str(config) else TOP / f"image/configs/{config}.dts"
    output = pathlib.Path(output or image_path(boards, source.stem, kernels, memory_mib, splash))
    builder = TOP / "image" / "build"
    command = [builder, "--hypervisor", hypervisor, "--config", source, "--output", output]
    inputs = {hypervisor, source, builder, builder.with_name("needs.py")}
    if splash:
        command += ["--splash", splash]
        inputs |= {pathlib.Path(splash), builder.with_name("splash.py")}
    for board in map(BOARDS.get, boards):
        files = payload_files(board.name, source.stem, kernels) if payloads is None else payloads
        dtb = board.dtb_path()
        # Trees say nothing of the memory, or what another model has.
        command += ["--dtb", f"{board.compatible}={dtb}", "--cpu", CPUS[board.cpu],
                    "--ram", f"{board.ram_base:#x},{(memory_mib or board.memory_mib) << 20:#x}"]
        for name, file in files.items():
            command += ["--payload", f"{name}={file}"]
        inputs |= {dtb, *files.values()}
    command = [str(word) for word in command]
    with _alone(output):
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
    with _alone(output):
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
