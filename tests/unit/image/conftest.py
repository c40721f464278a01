# SPDX-License-Identifier: Apache-2.0
"""Images to try: built by image/build's own functions, checked by image-check under sanitizers."""

import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
OUT = pathlib.Path(os.environ.get("UNIT_OUT", ROOT / "out/tests/image"))
BOARD = "test,board"
RAM = "0x60000000,0x4000000"		# 64 MiB
FIT_OFFSET = 4096


def load_builder():
    """image/build as a module."""
    loader = importlib.machinery.SourceFileLoader("image_build", str(ROOT / "image/build"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("image_build", loader))
    loader.exec_module(module)
    return module


BUILDER = load_builder()


def zimage_header():
    """The least that passes as the hypervisor's binary."""
    header = bytearray(256)
    header[0x24:0x28] = (0x016F2818).to_bytes(4, "little")
    return bytes(header)


class Bench:
    """Builds images in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.payloads = {"kernel": bytes(range(256)) * 3, "ramdisk": b"ramdisk" * 50}
        self.board = self.compile((HERE / "board.dts").read_text(), "board")

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def compile(self, source, name):
        """Device tree source to a blob; returns its path."""
        blob = self.folder / f"{name}.dtb"
        subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", blob], input=source, text=True,
                       check=True)
        return blob

    def fit(self, config, boards=None, splash=None):
        """The FIT's bytes for a configuration source (or the path of anything else); splash: a picture's file."""
        if isinstance(config, str):
            config = self.compile(config, "config")
        payloads = {name: self.file(name.replace("/", ":"), content)
                    for name, content in self.payloads.items()}
        return BUILDER.make_fit([BUILDER.Board(compatible, dtb, config, payloads, splash=splash)
                                 for compatible, dtb in boards or [(BOARD, self.board)]], self.folder)

    def image(self, config, boards=None, splash=None):
        return bytearray(BUILDER.hypervisor_with_fit(zimage_header(), self.fit(config, boards, splash)))

    def check(self, image, *options, ram=RAM):
        """Runs image-check: (exit status, its one line or its report)."""
        path = self.file("image.img", image)
        done = subprocess.run([OUT / "image-check", "--ram", ram, "--reserve", "0", *options, path],
                              capture_output=True, text=True, check=False)
        if done.returncode == 0:
            assert not done.stderr
            return 0, done.stdout
        prefix = f"image-check: {path}: "
        assert done.stderr.startswith(prefix) and done.stderr.count("\n") == 1, done.stderr
        return done.returncode, done.stderr[len(prefix):].rstrip("\n")

    def refusal(self, image, *options, **more):
        """What image-check says against the image."""
        status, text = self.check(image, *options, **more)
        assert status == 1, text
        return text


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture(scope="session")
def small_fit(tmp_path_factory):
    """Path of the FIT of test.dts with tiny payloads, for the tests in C."""
    bench = Bench(tmp_path_factory.mktemp("fit"))
    bench.board = bench.compile(
        '/dts-v1/; / { compatible = "test,board"; #address-cells = <1>; #size-cells = <1>; };',
        "tiny")
    bench.payloads = {"kernel": b"kernel" * 20, "ramdisk": b"disk" * 20}
    return bench.file("small.fit", bench.fit((HERE / "test.dts").read_text()))


@pytest.fixture(scope="session")
def build_fit(tmp_path_factory):
    """Path of the FIT of test.dts and board.dts."""
    bench = Bench(tmp_path_factory.mktemp("build"))
    return bench.file("build.fit", bench.fit((HERE / "test.dts").read_text()))


@pytest.fixture(scope="session")
def splash_fit(tmp_path_factory):
    """Path of the same FIT without a watchdog and with a picture of 4x3 pixels: red, and eleven that go up by 0x1111 of RGB565."""
    bench = Bench(tmp_path_factory.mktemp("splash"))
    pixels = [0xf800, *range(0x1111, 0xbbbc, 0x1111)]
    rgb = b"".join(bytes((pixel >> 8 & 0xf8, pixel >> 3 & 0xfc, pixel << 3 & 0xf8)) for pixel in pixels)
    picture = bench.file("picture.ppm", b"P6\n4 3\n255\n" + rgb)
    return bench.file("splash.fit", bench.fit((HERE / "test.dts").read_text().replace("exen,watchdog = <9>;", ""),
                                              splash=picture))


@pytest.fixture(scope="session")
def board_dtb(tmp_path_factory):
    """Path of board.dts's blob."""
    return Bench(tmp_path_factory.mktemp("board")).board
