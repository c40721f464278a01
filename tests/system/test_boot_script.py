# SPDX-License-Identifier: Apache-2.0
"""scripts/boot as users call it."""

import subprocess

import pexpect
import pytest

from exenboot.images import OUT, TOP, build_image

BOARD = "vexpress-a9"
TIMEOUT, BOOT_FAILED, BUILD_FAILED, USAGE = 124, 125, 126, 2


@pytest.fixture(scope="module")
def image():
    return build_image(BOARD, "linux2")


def boot(*arguments, timeout=400):
    """Runs scripts/boot; returns the finished process."""
    return subprocess.run([TOP / "scripts" / "boot", "--board", BOARD, *map(str, arguments)],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False)


def test_output_of_the_commands_and_nothing_else(image, tmp_path):
    log = tmp_path / "console"
    done = boot("--image", image, "--log", log, "--exec", "dom0", "echo one; echo two >&2",
                "--exec", "domU", "cat /proc/sys/kernel/ostype")
    assert (done.returncode, done.stdout) == (0, b"one\ntwo\nLinux\n"), done.stderr.decode()
    assert b"(XEN) " in log.read_bytes()


def test_status_of_the_command_that_fails(image):
    done = boot("--image", image, "--exec", "dom0", "exit 41", "--exec", "dom0", "echo not reached")
    assert (done.returncode, done.stdout) == (41, b"")


def test_timeout(image):
    done = boot("--image", image, "--timeout", 60, "--exec", "dom0", "echo begun; sleep 1000")
    assert (done.returncode, done.stdout) == (TIMEOUT, b"begun\n")


def test_system_that_does_not_come_up():
    done = boot("--image", OUT / "hypervisor" / "exen.bin", "--exec", "dom0", "true")
    assert done.returncode == BOOT_FAILED
    assert b"no domains" in done.stderr


def test_without_commands_the_status_is_the_image_s():
    done = boot("--image", OUT / "hypervisor" / "exen.bin")
    assert done.returncode == 2
    assert b"(XEN) boot: no domains" in done.stdout


def test_image_that_is_not_there(tmp_path):
    assert boot("--image", tmp_path / "none").returncode == BUILD_FAILED


@pytest.mark.parametrize("arguments", [["--exec", "nobody", "true"], ["--exec", "dom0"],
                                       ["--frobnicate"]])
def test_wrong_arguments(arguments):
    done = boot(*arguments)
    assert done.returncode == USAGE
    assert b"usage:" in done.stderr


def test_native_kernel():
    done = boot("--native", "--exec", "dom0", "uname -r; ls /proc/device-tree/hypervisor")
    assert done.returncode == 1
    assert done.stdout.startswith(b"6.1.")


def test_terminal(image):
    terminal = pexpect.spawn(str(TOP / "scripts" / "boot"),
                             ["--board", BOARD, "--image", str(image), "--terminal"], timeout=120)
    terminal.expect_exact("Ctrl-] x")                   # how to leave stands above all
    terminal.expect_exact("(XEN) ")
    terminal.expect(r"\(d0\) .*# ")
    terminal.send("echo $((6 * 7))\r")
    terminal.expect(r"\(d0\) 42\r+\n")
    terminal.send("sh -c 'echo $((6 * 8)); sleep 1000'\r")
    terminal.expect(r"\(d0\) 48\r+\n")
    terminal.send("\x03")                                # the guest's, not QEMU's
    terminal.expect(r"\(d0\) .*# ")
    terminal.send("echo $((6 * 9))\r")
    terminal.expect(r"\(d0\) 54\r+\n")
    terminal.send("\x01\x01\x01")
    terminal.expect_exact("*** Serial input to domU")
    terminal.send("\x1dx")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
