# SPDX-License-Identifier: Apache-2.0
"""scripts/boot: boots a board, with the console here or to run commands in its domains."""

import argparse
import pathlib
import subprocess
import sys
import time

from .boards import BOARDS
from .errors import BootFailure, CommandTimeout, Timeout
from .images import OUT, PAYLOADS, TOP, build_native, image_path
from .machine import Machine, exec_in_terminal
from .session import Session, source_name

STATUS_TIMEOUT = 124
STATUS_BOOT_FAILED = 125
STATUS_BUILD_FAILED = 126

_EPILOG = f"""
Exit status: with --exec that of the first command that fails, else 0; without --exec QEMU's, which an
image sets by semihosting.  {STATUS_TIMEOUT}: not done in --timeout seconds; {STATUS_BOOT_FAILED}: the \
system did not come
up, panicked or ended under a command; {STATUS_BUILD_FAILED}: what is to be booted could not be built.

Examples:
  scripts/boot --board vexpress-a9 --exec dom0 'cat /proc/cpuinfo' --exec domU 'dmesg | tail'
  scripts/boot --board sabrelite --config linux2 --terminal
  scripts/boot --board vexpress-a9 --domU-kernel v5 --exec domU 'uname -a'
  scripts/boot --board vexpress-a9 --native --exec dom0 'uname -a'
"""

_WELCOME = """\
Booting {image} on {board} in QEMU.  Lines begin with who wrote them: (XEN), (d0), (d1).
  Ctrl-A three times   the keyboard goes to the next of dom0, domU, hypervisor
  Ctrl-] x             leave (QEMU's own key is Ctrl-] here; Ctrl-] h lists what it can do)
"""


class BuildFailure(Exception):
    """make did not make it."""


def _parser():
    parser = argparse.ArgumentParser(
        prog="scripts/boot", description=__doc__, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--board", choices=BOARDS, default="vexpress-a9",
                        help="what to emulate (default: vexpress-a9)")
    parser.add_argument("--image", type=pathlib.Path, help="image to boot; default: the one of --config, "
                        "which is built if need be")
    parser.add_argument("--config", default="linux2", help="configuration of the image that is built and "
                        "booted (default: linux2, two Linux)")
    parser.add_argument("--dom0-kernel", metavar="KERNEL", help="kernel of dom0, and with --native: a name in "
                        "guest/linux/configs (default: the board's)")
    parser.add_argument("--domU-kernel", metavar="KERNEL", help="kernel of domU")
    parser.add_argument("--splash", type=pathlib.Path, metavar="PICTURE", help="a PPM or PNG that the hypervisor shows until dom0 "
                        "has the screen")
    parser.add_argument("--native", action="store_true",
                        help="the same kernel without a hypervisor; its shell is dom0's")
    parser.add_argument("--exec", nargs=2, action="append", default=[], dest="commands",
                        metavar=("DOMAIN", "COMMAND"),
                        help="run COMMAND in the shell of DOMAIN (dom0, domU, domU2) and print its output; "
                        "may be repeated: the first that fails is the last that runs")
    parser.add_argument("--timeout", type=float, default=300, metavar="S",
                        help="seconds for all of it (default: 300)")
    parser.add_argument("--terminal", action="store_true", help="the console in this terminal")
    parser.add_argument("--display", metavar="WHERE", help="the board's screen, keyboard and mouse, as QEMU's -display "
                        "has it: gtk, sdl, vnc=127.0.0.1:0 (default: nowhere)")
    parser.add_argument("--tablet", action="store_true", help="a pointer on virtio-mmio (vexpress-a9) that needs no grabbing: it says "
                        "where it is, not how far it went")
    parser.add_argument("--append", metavar="ARGS", help="kernel command line (--native only)")
    parser.add_argument("--memory", type=int, metavar="MIB", help="RAM, if not the board's usual")
    parser.add_argument("--cpu", help="CPU model, if not the board's usual")
    parser.add_argument("--network", action="store_true", help="QEMU's user network on the board's NIC")
    parser.add_argument("--virtio-network", action="store_true", help="likewise on virtio-mmio (vexpress-a9)")
    parser.add_argument("--forward", action="append", default=[], metavar="HOSTPORT:ADDRESS:PORT",
                        help="let TCP in, from 127.0.0.1 here to an address in QEMU's network 10.0.2.0/24; "
                        "means --network; may be repeated")
    parser.add_argument("--disk", type=pathlib.Path, help="raw file as SD card (size a power of two)")
    parser.add_argument("--virtio-disk", type=pathlib.Path, action="append", default=[], metavar="FILE",
                        help="raw file as virtio-mmio disk, dom0's /dev/vda and so on (vexpress-a9); may be repeated")
    parser.add_argument("--sound", type=pathlib.Path, metavar="FILE", help="what the board plays, as a WAV file")
    parser.add_argument("--icount", action="store_true",
                        help="count instructions instead of time: runs repeat to the last instruction")
    parser.add_argument("--plugin", metavar="FILE[,ARG...]", help="QEMU TCG plugin to load")
    parser.add_argument("--log", type=pathlib.Path, help="keep the console's bytes in this file")
    return parser


def _make(*goals):
    """Builds with the top Makefile; its output goes to stderr."""
    command = ["make", "-C", str(TOP), "--no-print-directory", *goals]
    if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode:
        raise BuildFailure(" ".join(command))


def _what_to_boot(arguments):
    """Builds what is missing; returns the image and the options for QEMU that go with it."""
    board = BOARDS[arguments.board]
    options = {"icount": arguments.icount, "plugin": arguments.plugin, "disk": arguments.disk,
               "virtio_disks": arguments.virtio_disk, "virtio_network": arguments.virtio_network, "tablet": arguments.tablet,
               "sound": arguments.sound, "network": arguments.network, "forwards": arguments.forward,
               "memory_mib": arguments.memory, "cpu": arguments.cpu,
               "extra": ["-display", arguments.display] if arguments.display else []}
    if arguments.native:
        _make("linux", "initramfs", f"BOARD={board.name}")
        append = f"console={board.native_console} rdinit=/init quiet {arguments.append or ''}".strip()
        options.update(dtb=board.dtb_path(), append=append,
                       initrd=OUT / PAYLOADS["linux2"]["dom0-initrd"])
        return arguments.image or build_native(board.name, arguments.dom0_kernel), options
    if arguments.image is None:
        asked = {"dom0": arguments.dom0_kernel, "domU": arguments.domU_kernel}
        kernels = {domain: kernel for domain, kernel in asked.items() if kernel}
        _make("image", f"BOARD={board.name}", f"CONFIG={arguments.config}",
              *(f"{domain.upper()}_KERNEL={kernel}" for domain, kernel in kernels.items()),
              *([f"MEMORY={arguments.memory}"] if arguments.memory else []),
              *([f"SPLASH={arguments.splash.resolve()}"] if arguments.splash else []))
        return image_path(board.name, arguments.config, kernels, arguments.memory, arguments.splash), options
    if not arguments.image.is_file():
        raise BuildFailure(f"{arguments.image} is not there")
    return arguments.image, options


def _run_commands(session, commands, deadline):
    """Runs --exec's commands in turn; returns the status of the first that fails."""
    for domain, command in commands:
        shell = session.shell(domain, deadline - time.monotonic())
        result = shell.run(command, deadline - time.monotonic())
        sys.stdout.buffer.write(result.output)
        sys.stdout.flush()
        if result.status:
            return result.status
    return 0


def _boot(arguments, image, options):
    deadline = time.monotonic() + arguments.timeout
    with Machine(arguments.board, image, log=arguments.log, **options) as machine:
        if not arguments.commands:
            session = Session(machine, not arguments.native, echo=sys.stdout.buffer)
            status = session.wait_exit(arguments.timeout)
            sys.stderr.write(machine.errors())
            return status
        session = Session(machine, not arguments.native)
        try:
            return _run_commands(session, arguments.commands, deadline)
        except CommandTimeout:
            raise
        except (BootFailure, Timeout):
            print(f"boot: the last lines of the console:\n{session.last_lines()}", file=sys.stderr)
            raise


def main(argv=None):
    """Command line; returns the exit status."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    for domain, _ in arguments.commands:
        try:
            source_name(domain)
        except ValueError as error:
            parser.error(str(error))
    try:
        image, options = _what_to_boot(arguments)
        if arguments.terminal:
            print(_WELCOME.format(image=image.name, board=arguments.board), flush=True)
            exec_in_terminal(arguments.board, image, **options)
        return _boot(arguments, image, options)
    except CommandTimeout as error:
        sys.stdout.buffer.write(error.output)
        return _fail(STATUS_TIMEOUT, error)
    except Timeout as error:
        return _fail(STATUS_TIMEOUT, error)
    except BootFailure as error:
        return _fail(STATUS_BOOT_FAILED, error)
    except (BuildFailure, FileNotFoundError, ValueError) as error:
        return _fail(STATUS_BUILD_FAILED, error)
    except KeyboardInterrupt:
        return 130


def _fail(status, error):
    sys.stdout.flush()
    print(f"boot: {error}", file=sys.stderr)
    return status
