# SPDX-License-Identifier: Apache-2.0
"""Makes scripts/exenboot importable for every test, and knows the project's markers."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes minutes; `make check-all` runs it")
