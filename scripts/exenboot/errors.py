# SPDX-License-Identifier: Apache-2.0
"""What can go wrong between the console and us."""


class BootFailure(Exception):
    """The system did not come as far as it should; .status is QEMU's exit status or None."""

    def __init__(self, message, status=None):
        super().__init__(message)
        self.status = status


class MachineEnded(BootFailure):
    """QEMU has gone."""


class Panic(BootFailure):
    """The hypervisor or a domain's kernel gave up."""


class Timeout(Exception):
    """It did not happen in time."""


class CommandFailed(Exception):
    """A command that must succeed ended with another status than 0."""


class CommandTimeout(Timeout):
    """A command did not end in time; .output is what it had written."""

    def __init__(self, message, output):
        super().__init__(message)
        self.output = output
