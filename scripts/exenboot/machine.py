# SPDX-License-Identifier: Apache-2.0
"""A QEMU process: its command line, its console as a socket, its exit status."""

import os
import re
import signal
import socket
import subprocess
import tempfile

from .boards import BOARDS
from .qmp import Qmp

# What with -icount makes a run repeat to the last instruction (and lpj= on Linux's command line).
REPEATABLE_OPTIONS = ["-rtc", "base=2020-01-01,clock=vm", "-seed", "1"]

# Time from instructions, 250 million a second, so that a busy host delays no deadline of a domain's; idle time passes as for
# people.  As extra=.
PACED_OPTIONS = ["-icount", "shift=2"]

# In `make run` Ctrl-A is the hypervisor's, so QEMU's own escape is Ctrl-].
ESCAPE_CHARACTER = 0x1d


GPU = "gpu"             # its name in QEMU


def qemu_command(board, kernel, *, dtb=None, initrd=None, append=None, memory_mib=None, cpu=None,
                 icount=False, icount_shift=0, plugin=None, network=False, forwards=(), disk=None,
                 virtio_disks=(), virtio_network=False, tablet=False, gpu=None, sound=None, may_reset=False, extra=()):
    """QEMU's command line without anything about consoles.

    board: name or Board; kernel: the image; disk: raw file for the board's SD card; virtio_disks: raw
    files for virtio-mmio, which QEMU then describes in the board's tree (vexpress-a9 has it);
    icount: repeats to the last instruction, each of which takes 1 << icount_shift nanoseconds;
    plugin: as for -plugin; network: QEMU's user network on the board's own NIC; virtio_network: on
    virtio-mmio instead; tablet: a pointer on virtio-mmio that says where it is; gpu: likewise a second
    screen of that size, (width, height), and of 32 bits; forwards: what it lets
    in, "HOSTPORT:ADDRESS:PORT" (this machine's 127.0.0.1 only); sound: WAV file for what the board's
    sound chip plays, all frames as they are at 48 kHz; may_reset: a reset of the board starts it again,
    else it ends QEMU with status 0.
    """
    board = BOARDS[board] if isinstance(board, str) else board
    command = ["qemu-system-arm", *board.qemu_options(), "-kernel", str(kernel)]
    command += ["-nodefaults", "-no-user-config", "-display", "none",
                "-audiodev", audio_device(sound), "-global", "pl041.audiodev=sound",
                "-semihosting-config", "enable=on,target=native"]
    if not may_reset:
        command.append("-no-reboot")
    if memory_mib:
        command += ["-m", str(memory_mib)]
    if cpu:
        command += ["-cpu", cpu]
    if dtb is None and (board.is_dtb_given or virtio_disks or virtio_network or tablet or gpu):
        dtb = board.dtb_path()
    if tablet or gpu:
        command += ["-global", "virtio-mmio.force-legacy=false"]
    if tablet:
        command += ["-device", "virtio-tablet-device"]
    if gpu:
        command += ["-device", f"virtio-gpu-device,id={GPU},xres={gpu[0]},yres={gpu[1]}"]
    if virtio_network:
        command += ["-nic", "none", "-netdev", "user,id=network" + forward_option(forwards),
                    "-device", "virtio-net-device,netdev=network"]
    elif network or forwards:
        command += ["-nic", f"user,model={board.nic_model}" + forward_option(forwards)]
    else:
        command += ["-nic", "none"]
    for option, value in (("-dtb", dtb), ("-initrd", initrd), ("-append", append),
                          ("-plugin", plugin)):
        if value:
            command += [option, str(value)]
    if icount:
        command += ["-icount", f"shift={icount_shift},sleep=off", *REPEATABLE_OPTIONS]
    if disk and board.is_card_device:
        command += ["-drive", f"if=none,format=raw,id=card,file={disk}", "-device", "sd-card,drive=card"]
    elif disk:
        command += ["-drive", f"if=sd,format=raw,file={disk}"]
    for number, file in reversed(list(enumerate(virtio_disks))):     # Linux finds the last one first
        command += ["-drive", f"if=none,format=raw,id=virtio{number},file={file}",
                    "-device", f"virtio-blk-device,drive=virtio{number}"]
    return command + list(extra)


def audio_device(path):
    """-audiodev's value: a WAV file, or nothing."""
    return f"wav,id=sound,path={path},out.frequency=48000" if path else "none,id=sound"


def forward_option(forwards):
    """What a user network's option says of them; raises ValueError for a forward that is none."""
    option = ""
    for forward in forwards:
        if not re.fullmatch(r"\d+:[\d.]*:\d+", forward):
            raise ValueError(f"{forward}: must be HOSTPORT:ADDRESS:PORT")
        host_port, address, port = forward.split(":")
        option += f",hostfwd=tcp:127.0.0.1:{host_port}-{address}:{port}"
    return option


def serial_options(board, chardev):
    """The console's UART on `chardev`, the ones before it on nothing."""
    board = BOARDS[board] if isinstance(board, str) else board
    return ["-serial", "null"] * board.console_uart + ["-serial", f"chardev:{chardev}"]


def terminal_options(board):
    """Console and QEMU's monitor on this terminal; Ctrl-C and Ctrl-A belong to the guest."""
    return (["-chardev", "stdio,id=console,mux=on,signal=off",
             "-mon", "chardev=console,mode=readline", "-echr", str(ESCAPE_CHARACTER)]
            + serial_options(board, "console"))


class Machine:
    """A running QEMU whose console is `self.console`, a socket.  Use as a context manager."""

    def __init__(self, board, kernel, *, log=None, **options):
        """Starts QEMU.  log: file that gets the console's bytes as they came; see qemu_command."""
        self.board = BOARDS[board] if isinstance(board, str) else board
        self.log = open(log, "wb") if log else None
        self._errors = tempfile.TemporaryFile()
        self.console, console_end = socket.socketpair()
        monitor, monitor_end = socket.socketpair()
        self.command = qemu_command(self.board, kernel, **options)
        self.command += ["-chardev", f"socket,id=console,fd={console_end.fileno()}"]
        self.command += serial_options(self.board, "console")
        self.command += ["-chardev", f"socket,id=monitor,fd={monitor_end.fileno()}",
                         "-mon", "chardev=monitor,mode=control"]
        with console_end, monitor_end:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=self._errors, pass_fds=(console_end.fileno(), monitor_end.fileno()))
        self.qmp = Qmp(monitor, self)
        self.reader = None      # function that reads the console while QMP waits

    def read(self):
        """What the console says now (b"" once QEMU has gone); blocks if that is nothing."""
        try:
            data = self.console.recv(65536)
        except ConnectionResetError:
            data = b""
        if self.log and data:
            self.log.write(data)
            self.log.flush()
        return data

    def wait(self, timeout=None):
        """QEMU's exit status; for an image that ended by semihosting, the image's."""
        return self.process.wait(timeout)

    def errors(self):
        """What QEMU itself complained about, or an image wrote by semihosting."""
        self._errors.seek(0)
        text = self._errors.read().decode(errors="replace")
        return re.sub(r"(?m)^.*warning: nic \S+ has no peer\n", "", text)   # as -nic none wants it

    def close(self):
        """Ends QEMU if it still runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.console.close()
        self.qmp.close()
        self._errors.close()
        if self.log:
            self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def exec_in_terminal(board, kernel, **options):
    """Becomes QEMU, with the console in this terminal.  Does not return."""
    command = qemu_command(board, kernel, may_reset=True, **options) + terminal_options(board)
    os.execvp(command[0], command)
