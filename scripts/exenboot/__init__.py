# SPDX-License-Identifier: Apache-2.0
"""Boots images in QEMU and talks to the domains' shells, without a terminal and without sleeping.

scripts/boot is its command line, tests/system its other user.
"""

from .boards import BOARDS, Board
from .console import LOADER, XEN
from .errors import BootFailure, CommandTimeout, MachineEnded, Panic, Timeout
from .machine import Machine, qemu_command
from .session import Session
from .shell import Result, Shell

__all__ = ["BOARDS", "LOADER", "XEN", "Board", "BootFailure", "CommandTimeout", "Machine",
           "MachineEnded", "Panic", "Result", "Session", "Shell", "Timeout", "qemu_command"]
