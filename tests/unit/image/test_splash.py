# SPDX-License-Identifier: Apache-2.0
"""Pictures as the builder takes them, and what it and image-check say against one."""

import itertools
import struct
import zlib

import pytest

from conftest import BUILDER, HERE
import splash

CONFIG = (HERE / "test.dts").read_text()


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width, colours, rows, palette=b"", bits=8, interlace=0):
    """A PNG whose rows use each filter in turn."""
    step, before, packed = splash.SAMPLES[colours], bytes(len(rows[0])), b""
    for kind, row in zip(itertools.cycle(range(5)), rows):
        packed += bytes([kind])
        for i, value in enumerate(row):
            left = row[i - step] if i >= step else 0
            corner = before[i - step] if i >= step else 0
            paeth = min((left, before[i], corner), key=lambda guess: abs(left + before[i] - corner - guess))
            packed += bytes([(value - (0, left, before[i], (left + before[i]) // 2, paeth)[kind]) & 0xff])
        before = row
    return (splash.PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", width, len(rows), bits, colours, 0, 0, interlace)) +
            (chunk(b"PLTE", palette) if palette else b"") + chunk(b"IDAT", zlib.compress(packed)) + chunk(b"IEND", b""))


def noise(size, seed=1):
    """Bytes with some that repeat."""
    values = []
    while len(values) < size:
        seed = (seed * 1664525 + 1013904223) & 0xffffffff
        values += [seed >> 24] * (seed >> 20 & 15 or 1)
    return bytes(values[:size])


def decode(picture):
    """(width, height, pixels) of what the hypervisor reads."""
    magic, width, height, ground, zero = struct.unpack_from("<4sHHHH", picture)
    assert magic == b"EXSP" and zero == 0
    pixels, at = [], 12
    while at < len(picture):
        run, = struct.unpack_from("<H", picture, at)
        length = run & 0x7fff
        if run & 0x8000:
            pixels += struct.unpack_from("<H", picture, at + 2) * length
            at += 4
        else:
            pixels += struct.unpack_from(f"<{length}H", picture, at + 2)
            at += 2 + 2 * length
    assert ground == pixels[0]
    return width, height, pixels


def wanted(rgb):
    return [(rgb[i] >> 3) << 11 | (rgb[i + 1] >> 2) << 5 | rgb[i + 2] >> 3 for i in range(0, len(rgb), 3)]


def rows_of(content, size):
    return [content[i:i + size] for i in range(0, len(content), size)]


def test_ppm():
    rgb = noise(3 * 70 * 11)
    assert decode(splash.encode(b"P6\n# a comment\n70 11\n255\n" + rgb)) == (70, 11, wanted(rgb))


def test_png_of_rgb():
    rgb = noise(3 * 70 * 11)
    assert decode(splash.encode(png(70, 2, rows_of(rgb, 210)))) == (70, 11, wanted(rgb))


def test_png_of_greys():
    grey = noise(70 * 11)
    assert decode(splash.encode(png(70, 0, rows_of(grey, 70))))[2] == wanted(bytes(v for v in grey for _ in range(3)))


def test_png_of_a_palette():
    indices, palette = noise(70 * 11), noise(768, 5)
    rgb = b"".join(palette[3 * i:3 * i + 3] for i in indices)
    assert decode(splash.encode(png(70, 3, rows_of(indices, 70), palette)))[2] == wanted(rgb)


@pytest.mark.parametrize("colours", [4, 6])
def test_what_is_transparent_is_black(colours):
    step = splash.SAMPLES[colours]
    row = bytes([200] * (step - 1) + [255] + [200] * (step - 1) + [0] + [200] * (step - 1) + [102])
    assert decode(splash.encode(png(3, colours, [row] * 6)))[2] == wanted(bytes([200] * 3 + [0] * 3 + [80] * 3)) * 6


def test_long_runs():
    rgb = bytes(3 * 640 * 240) + noise(3 * 640 * 240)
    picture = splash.encode(b"P6 640 480 255\n" + rgb)
    assert decode(picture) == (640, 480, wanted(rgb))
    assert len(splash.encode(b"P6 640 480 255\n" + bytes(3 * 640 * 480))) == 12 + 10 * 4


@pytest.mark.parametrize("content, text", [
    (b"GIF89a", "neither PPM nor PNG"),
    (b"P6 4 4 65535\n" + bytes(96), "a PPM that is not binary (P6) with 8 bits a sample"),
    (b"P6 4 4 255\n" + bytes(47), "the PPM is cut short"),
    (b"P6 641 1 255\n" + bytes(641 * 3), "641x1 pixels: the screen has 640x480"),
    (b"P6 0 1 255\n", "0x1 pixels: the screen has 640x480"),
    (png(2, 2, [bytes(6)], interlace=1), "a PNG that is interlaced or has not 8 bits a sample"),
    (png(2, 0, [bytes(4)], bits=16), "a PNG that is interlaced or has not 8 bits a sample"),
    (png(3, 2, [bytes(6)]), "the PNG is damaged"),
    (png(2, 3, [b"\0\1"], bytes(3)), "the PNG is damaged"),
    (png(2, 2, [bytes(6)])[:-20], "the PNG is damaged"),
    (png(2, 2, [bytes(6)]).replace(b"IDAT", b"IDAU"), "the PNG is damaged"),
    (splash.PNG, "the PNG is damaged"),
])
def test_refusals(bench, content, text):
    picture = bench.file("picture", content)
    with pytest.raises(BUILDER.Failure, match=f"^{picture}: ") as failure:
        bench.fit(CONFIG, splash=picture)
    assert str(failure.value) == f"{picture}: {text}"


def test_image_check_reads_it(bench):
    image = bench.image(CONFIG, splash=bench.file("picture", b"P6 2 2 255\n" + bytes(range(12))))
    assert bench.check(image)[0] == 0
    at = image.rindex(b"EXSP")
    image[at + 4] ^= 1
    assert bench.refusal(image) == ("/chosen: exen,splash: /images/splash: damaged: "
                                    "its sha256 is not the one it was built with")


def test_picture_of_ones_own_making(bench):
    """The property by hand, and a payload that is no picture."""
    config = CONFIG.replace("chosen {", 'chosen { exen,splash = "ramdisk";', 1)
    assert bench.refusal(bench.image(config)) == "/chosen: exen,splash: not a picture as image/splash.py makes them"


def test_picture_that_is_not_there(bench):
    config = CONFIG.replace("chosen {", 'chosen { exen,splash = "logo";', 1)
    assert bench.refusal(bench.image(config)) == '/chosen: exen,splash: the image has no payload "logo"'
