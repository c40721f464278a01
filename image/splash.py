#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the picture that the hypervisor shows at boot from a PPM or PNG file: splash.py PICTURE OUTPUT.

The format is in Documentation/image.md; the reader is image/lib/splash.c.
"""

import itertools
import pathlib
import re
import struct
import sys
import zlib

MAGIC = b"EXSP"
SCREEN = 640, 480
REPEAT = 0x8000
MAX_RUN = REPEAT - 1
MIN_REPEATED = 3                # fewer are shorter as they are

PNG = b"\x89PNG\r\n\x1a\n"
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}        # by PNG's colour type
PALETTE = 3


class PictureError(Exception):
    """Not a picture that can be used; the text says why."""


def _read_ppm(content):
    """(width, height, rows of RGB bytes) of a binary PPM with 8 bits a sample."""
    head = re.match(rb"P6\s+(?:#.*\s+)*(\d+)\s+(?:#.*\s+)*(\d+)\s+(?:#.*\s+)*255\s", content)
    if not head:
        raise PictureError("a PPM that is not binary (P6) with 8 bits a sample")
    width, height = int(head[1]), int(head[2])
    pixels = content[head.end():]
    if len(pixels) < 3 * width * height:
        raise PictureError("the PPM is cut short")
    return width, height, [pixels[3 * width * y:3 * width * (y + 1)] for y in range(height)]


def _chunks(content):
    """(name, content) of a PNG's chunks."""
    at = len(PNG)
    while at + 12 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        chunk = content[at + 8:at + 8 + size]
        if len(chunk) != size or zlib.crc32(name + chunk).to_bytes(4, "big") != content[at + 8 + size:at + 12 + size]:
            raise PictureError("the PNG is damaged")
        yield name, chunk
        at += 12 + size


def _nearest(left, above, corner):
    """PNG's Paeth: which of three is nearest to left + above - corner."""
    return min((left, above, corner), key=lambda value: abs(left + above - corner - value))


def _unfilter(kind, row, before, step):
    """A row of a PNG as it was before its filter."""
    here = bytearray(row)
    for i, value in enumerate(row):
        left = here[i - step] if i >= step else 0
        corner = before[i - step] if i >= step else 0
        guess = (0, left, before[i], (left + before[i]) // 2, _nearest(left, before[i], corner))[kind]
        here[i] = (value + guess) & 0xff
    return here


def _read_png(content):
    """Likewise of a PNG; what is transparent in it is black."""
    chunks = list(_chunks(content))
    named = dict(chunks)
    if len(named.get(b"IHDR", b"")) != 13:
        raise PictureError("the PNG is damaged")
    width, height, bits, colours, _, _, interlace = struct.unpack(">IIBBBBB", named[b"IHDR"])
    if bits != 8 or interlace or colours not in SAMPLES:
        raise PictureError("a PNG that is interlaced or has not 8 bits a sample")
    step = SAMPLES[colours]
    size = 1 + width * step
    try:
        packed = zlib.decompress(b"".join(chunk for name, chunk in chunks if name == b"IDAT"))
    except zlib.error:
        raise PictureError("the PNG is damaged") from None
    if len(packed) != size * height or any(packed[y * size] > 4 for y in range(height)):
        raise PictureError("the PNG is damaged")
    rows, before = [], bytes(size - 1)
    for y in range(height):
        before = _unfilter(packed[y * size], packed[y * size + 1:(y + 1) * size], before, step)
        rows.append(_to_rgb(before, colours, named.get(b"PLTE", b"")))
    return width, height, rows


def _to_rgb(row, colours, palette):
    """RGB bytes of a row of a PNG."""
    step = SAMPLES[colours]
    pixels = [row[i:i + step] for i in range(0, len(row), step)]
    if colours == PALETTE:
        if max(row) * 3 + 3 > len(palette):
            raise PictureError("the PNG is damaged")
        return b"".join(palette[3 * index:3 * index + 3] for index in row)
    if step < 3:
        pixels = [bytes(pixel[:1]) * 3 + pixel[1:] for pixel in pixels]
    if step % 2 == 0:
        pixels = [bytes(value * pixel[3] // 255 for value in pixel[:3]) for pixel in pixels]
    return b"".join(pixels)


def read_picture(content):
    """(width, height, rows of RGB bytes) of a PPM or PNG."""
    if content.startswith(PNG):
        width, height, rows = _read_png(content)
    elif content.startswith(b"P6"):
        width, height, rows = _read_ppm(content)
    else:
        raise PictureError("neither PPM nor PNG")
    if not 0 < width <= SCREEN[0] or not 0 < height <= SCREEN[1]:
        raise PictureError(f"{width}x{height} pixels: the screen has {SCREEN[0]}x{SCREEN[1]}")
    return width, height, rows


def to_565(row):
    """Pixels of 16 bits of a row of RGB bytes."""
    return [(red & 0xf8) << 8 | (green & 0xfc) << 3 | blue >> 3
            for red, green, blue in zip(row[0::3], row[1::3], row[2::3])]


def _literal(pixels):
    """Runs of pixels as they are."""
    return b"".join(struct.pack(f"<H{len(part)}H", len(part), *part)
                    for part in (pixels[i:i + MAX_RUN] for i in range(0, len(pixels), MAX_RUN)))


def _runs(pixels):
    """The picture's runs."""
    pending = []
    for value, group in itertools.groupby(pixels):
        length = len(list(group))
        if length < MIN_REPEATED:
            pending += [value] * length
            continue
        yield _literal(pending)
        pending = []
        for start in range(0, length, MAX_RUN):
            yield struct.pack("<HH", REPEAT | min(MAX_RUN, length - start), value)
    yield _literal(pending)


def encode(content):
    """The picture as the hypervisor reads it, of a PPM's or PNG's bytes; its upper left pixel is the colour around it."""
    width, height, rows = read_picture(content)
    pixels = [pixel for row in rows for pixel in to_565(row)]
    return struct.pack("<4sHHHH", MAGIC, width, height, pixels[0], 0) + b"".join(_runs(pixels))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.splitlines()[0])
    try:
        pathlib.Path(sys.argv[2]).write_bytes(encode(pathlib.Path(sys.argv[1]).read_bytes()))
    except (OSError, PictureError) as error:
        sys.exit(f"splash.py: {sys.argv[1]}: {error}")


if __name__ == "__main__":
    main()
