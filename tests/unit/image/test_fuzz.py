# SPDX-License-Identifier: Apache-2.0
"""The fuzz targets over seeds, kept inputs and a fixed sequence of mutants."""

import subprocess

import pytest

from conftest import ROOT


@pytest.mark.parametrize("target", ["fit", "config", "fdt", "splash"])
def test_replay(target):
    done = subprocess.run(["make", "-C", ROOT / "tests/fuzz/image", f"TARGETS={target}", "replay"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0 and f"{target}: " in done.stdout, done.stdout + done.stderr
