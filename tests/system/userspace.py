# SPDX-License-Identifier: Apache-2.0
"""Debian user space on a board: natively, and in a domU, from the same files."""

import subprocess

from exenboot import BOARDS
from exenboot.images import OUT, TOP, build_image, build_native, payload_files

PROGRAMS = TOP / "tests" / "system" / "debian"
IMAGES = OUT / "check" / "images"
BOOT_S = 300


def _script(name, *arguments):
    """Runs one of the scripts that build or find something in the cache; returns nothing."""
    done = subprocess.run([TOP / "scripts" / name, *arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, f"scripts/{name}: {done.stdout}{done.stderr}"


def initramfs(arch, stage):
    """The root file system of an architecture with our programs in /opt; kselftest's, too, for armel.

    stage: an empty folder.  Returns the archive's path.
    """
    _script("build-rootfs", arch)
    extra = stage / "extra"
    extra.mkdir(parents=True)
    subprocess.run(["cp", "-r", PROGRAMS, extra / "programs"], check=True)
    if arch == "armel":
        _script("build-kselftest")
        subprocess.run(["cp", "-rL", OUT / "kselftest-armel", extra / "kselftest"], check=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    archive = IMAGES / f"debian-{arch}.cpio"
    added = subprocess.run([TOP / "scripts" / "mkcpio", stage], check=True, capture_output=True).stdout
    content = (OUT / f"rootfs-{arch}.cpio").read_bytes() + added
    if not archive.exists() or archive.read_bytes() != content:
        archive.write_bytes(content)
    return archive


class Systems:
    """The same user space twice on one board: `native` and in `domU`, each booted when first used.

    kernel: what domU runs.  Natively runs what the board's processor can: the board's own kernel.
    """

    def __init__(self, lab, board, kernel, archive, **options):
        """archive: initramfs(); options: for both machines, as for Machine."""
        self.board = BOARDS[board]
        self._lab = lab
        self._kernel = kernel
        self._archive = archive
        self._options = options
        self._sessions = {}

    def _boot_native(self):
        append = f"console={self.board.native_console} rdinit=/init rootfstype=ramfs quiet"
        return self._lab.boot(self.board.name, build_native(self.board.name), prefixes=False,
                              dtb=self.board.dtb_path(), initrd=self._archive, append=append, **self._options)

    def _boot_dom_u(self):
        kernels = None if self._kernel == self.board.kernel else {"domU": self._kernel}
        payloads = payload_files(self.board.name, "debian", kernels)
        payloads["domu-initrd"] = self._archive
        name = f"{self._archive.stem}-{self.board.name}-{self._kernel}.img"
        return self._lab.boot(self.board.name,
                              build_image(self.board.name, "debian", payloads, IMAGES / name),
                              **self._options)

    def run(self, where, command, timeout):
        """Runs a command in "native" or "domU"; returns its Result."""
        if where not in self._sessions:
            session = self._boot_native() if where == "native" else self._boot_dom_u()
            session.shell("dom0" if where == "native" else "domU", BOOT_S)
            self._sessions[where] = session
        return self._sessions[where].run("dom0" if where == "native" else "domU", command, timeout)

    def close(self):
        """Ends both machines."""
        for session in self._sessions.values():
            session.machine.close()
