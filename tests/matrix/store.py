# SPDX-License-Identifier: Apache-2.0
"""Results of runs, kept by a hash of all that they depend on."""

import hashlib
import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
EXENBOOT = HERE.parent.parent / "scripts" / "exenboot"

# What decides how a run is carried out; the tables may change without another run.
CODE = [HERE / "machine.py", *sorted(EXENBOOT.glob("*.py"))]


class Store:
    """A folder with a file for each result; files that nobody asks for any more may be deleted."""

    def __init__(self, folder):
        self._folder = folder
        self._hashes = {}
        self.qemu = subprocess.run(["qemu-system-arm", "--version"], capture_output=True, text=True,
                                   check=True).stdout.split("\n")[0].strip()

    def _hash(self, path):
        path = pathlib.Path(path).resolve()
        if path not in self._hashes:
            self._hashes[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._hashes[path]

    def key(self, run, files, amounts):
        """Names the result of a run with these files."""
        parts = [self.qemu, repr(run), repr(amounts)]
        parts += [self._hash(path) for path in [*CODE, *files]]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]

    def load(self, key):
        """What was stored under a key, or None."""
        path = self._folder / f"{key}.json"
        return json.loads(path.read_text()) if path.exists() else None

    def save(self, key, content):
        """Stores what json can hold, all or nothing."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{key}.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(content, indent=1))
        part.replace(path)
