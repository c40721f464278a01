# SPDX-License-Identifier: Apache-2.0
"""Debian's programs with the libraries that they need, and nothing else, in a folder for an initramfs; kernel modules of ours."""

import gzip
import re
import shutil
import subprocess

from exenboot.images import TOP

# apt in our cache; the packages are unpacked, none of their scripts runs.
FETCH = """
set -euo pipefail
arch=$1; root=${EXEN_CACHE:-$HOME/.cache/embeddedxen}/apt/$arch; to=$2; shift 2
. scripts/private-apt.sh
private_apt_begin "$arch" "$root"
apt-get -qq -y --download-only install "$@" >"$root/download.log" 2>&1 || {
	private_apt_update "$arch" "$root"
	apt-get -qq -y --download-only install "$@" >&2
}
apt-get -s -qq install "$@" | sed -nE 's/^Inst (\\S+) \\((\\S+) .*\\[(\\w+)\\]\\).*/\\1 \\2 \\3/p' |
while read -r name version arch; do
	dpkg-deb --fsys-tarfile "$root/archives/${name}_${version//:/%3a}_$arch.deb" |
		tar -x -C "$to" --no-same-owner --delay-directory-restore --wildcards --anchored \\
			--exclude=./usr/share --exclude='./usr/lib/python3*' --exclude=./usr/include
done
"""
LIBRARIES = ("usr/lib/arm-linux-gnueabihf", "lib/arm-linux-gnueabihf", "usr/lib/arm-linux-gnueabi", "lib/arm-linux-gnueabi",
             "usr/lib/xen-4.17/lib", "lib", "usr/lib", "usr/lib/arm-linux-gnueabihf/ceph", "usr/lib/arm-linux-gnueabi/ceph")


def unpack(folder, packages, arch="armhf"):
    """Debian's packages with all that they depend on; once: the list is the stamp.  What an aborted run leaves is never taken for whole."""
    stamp = folder / ".packages"
    if stamp.exists() and stamp.read_text() == " ".join([arch, *packages]):
        return folder
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    subprocess.run(["bash", "-c", FETCH, "fetch", arch, new, *packages], cwd=TOP, check=True)
    (new / stamp.name).write_text(" ".join([arch, *packages]))
    stamp.unlink(missing_ok=True)       # first: removing the rest may be aborted, too
    if folder.exists():
        shutil.rmtree(folder)
    new.rename(folder)
    return folder


def _needed(path):
    text = subprocess.run(["readelf", "-dl", path], capture_output=True, text=True, check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.*)\]", text) + re.findall(r"interpreter: /lib/([^]]+)\]", text)


def copy_programs(root, output, programs):
    """Copies programs, as paths in `root`, to the same places in `output`, and libraries to lib/."""
    missing = [(program, program) for program in programs]
    done = set()
    while missing:
        path, target = missing.pop()
        if target in done:
            continue
        done.add(target)
        to = output / target
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, to)
        if (root / path).read_bytes()[:4] != b"\x7fELF":
            continue
        for name in _needed(root / path):
            found = [f"{folder}/{name}" for folder in LIBRARIES if (root / folder / name).exists()]
            if not found:
                raise FileNotFoundError(f"{path}: {name} is in no package")
            missing.append((found[0], f"lib/{name}"))


def stage(folder, root, programs, files):
    """Makes `folder` anew, of programs, as paths in `root`, and {place: file}."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy_programs(root, folder, programs)
    for place, file in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder / place)


def pack(folder):
    """A folder as an initramfs, or to stand behind one; packed, or the board's memory doesn't hold it."""
    archive = subprocess.run([TOP / "scripts/mkcpio", folder], check=True, capture_output=True).stdout
    return gzip.compress(archive, 6, mtime=0)


def add_to_initrds(payloads, folder, archive):
    """The payloads, each initrd with an archive behind it: Linux unpacks one after the other."""
    result = dict(payloads)
    for name, file in payloads.items():
        if name.endswith("-initrd"):
            contents = file.read_bytes()
            result[name] = folder / f"{name}.cpio"
            result[name].write_bytes(contents + bytes(-len(contents) % 4) + archive)
    return result


def build_module(name, kernel, work):
    """guest/linux/modules/NAME for a kernel, built below `work`; its path."""
    folder = work / f"{name}-{kernel}"
    shutil.copytree(TOP / "guest/linux/modules" / name, folder, dirs_exist_ok=True)
    subprocess.run([TOP / "scripts/build-linux", kernel, "--module", folder], check=True)
    return folder / f"{name}.ko"
