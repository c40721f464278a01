# SPDX-License-Identifier: Apache-2.0
"""The tests in C, each as one item."""

import os
import subprocess

import pytest

from conftest import OUT

NAMES = subprocess.run([OUT / "unit", "--list"], capture_output=True, text=True,
                       check=True).stdout.split()


@pytest.mark.parametrize("name", NAMES)
def test_c(name, small_fit, build_fit, splash_fit, board_dtb):
    environment = dict(os.environ, UNIT_FIT=str(small_fit), UNIT_BUILD=str(build_fit),
                       UNIT_BOARD=str(board_dtb), UNIT_SPLASH=str(splash_fit))
    done = subprocess.run([OUT / "unit", name], env=environment, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
