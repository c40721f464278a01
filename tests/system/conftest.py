# SPDX-License-Identifier: Apache-2.0
"""Fixtures that boot machines, and what a failed test shows of them."""

import itertools
import re

import pytest

from exenboot import Machine, Session
from exenboot.images import OUT

LOGS = OUT / "check" / "system"


class Lab:
    """Boots machines for one test and remembers them."""

    def __init__(self, test_name):
        self.sessions = []
        self._name = re.sub(r"[^\w.-]+", "_", test_name).strip("_")
        self._numbers = itertools.count(1)

    def boot(self, board, image, **options):
        """A Session with `image` on `board`; options as for Machine."""
        LOGS.mkdir(parents=True, exist_ok=True)
        prefixes = options.pop("prefixes", True)
        log = LOGS / f"{self._name}-{next(self._numbers)}.log"
        session = Session(Machine(board, image, log=log, **options), prefixes)
        self.sessions.append(session)
        return session

    def close(self):
        for session in self.sessions:
            session.machine.close()


@pytest.fixture
def lab(request):
    """Boots machines that end with the test."""
    lab = Lab(request.node.name)
    request.node.lab = lab
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def module_lab(request):
    """Boots machines that end with the file's last test."""
    lab = Lab(request.node.name)
    request.node.lab = lab
    yield lab
    lab.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Adds the last lines of each console to the report of a test that failed."""
    report = (yield).get_result()
    if report.failed:
        for node in (item, item.getparent(pytest.Module)):
            for session in getattr(getattr(node, "lab", None), "sessions", ()):
                report.sections.append((f"console of {session.machine.board.name}",
                                        session.last_lines(40)))


@pytest.hookimpl(tryfirst=True)         # xdist reads the marks in its own
def pytest_collection_modifyitems(items):
    """What needs no built image comes first, what boots Linux last.  Files whose tests share a machine stay together
    when tests are spread over processors (scripts/check)."""
    order = ["test_boot", "test_in_guest", "test_bad_images", "test_console", "test_boot_script",
             "test_linux", "test_devices", "test_errors", "test_transfers", "test_screen", "test_screen_fuzz", "test_boards",
             "test_input", "test_focus",
             "test_domains", "test_network", "test_debian_disk", "test_desktop", "test_shared_root",
             "test_debian", "test_kselftest"]
    items.sort(key=lambda item: order.index(item.module.__name__)
               if item.module.__name__ in order else -1)
    for item in items:
        if item.module.__name__ != "test_in_guest":
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))
