# SPDX-License-Identifier: Apache-2.0
"""What Linux and the hypervisor say when something is wrong that no test waits for."""

import re

from exenboot import XEN

OF_LINUX = re.compile(r"Oops|BUG:|Unable to handle|Internal error|Unhandled fault|hung_task|blocked for more than|WARNING: .*")


def check_none(session, domain="dom0"):
    """A domain has met no error of its kernel's, and none has crashed."""
    assert not OF_LINUX.findall(session.text(domain))
    assert "crash" not in session.text(XEN)
