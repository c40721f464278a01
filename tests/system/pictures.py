# SPDX-License-Identifier: Apache-2.0
"""What screendumps show: areas of a colour; PNG files of them."""

import os
import re
import struct
import zlib

from exenboot.images import OUT, TOP

KEPT = OUT / "pictures"
DOCUMENTED = TOP / "Documentation/pictures"


class Picture:
    """RGB bytes, from the upper left."""

    def __init__(self, width, height, rgb):
        self.width, self.height, self.rgb = width, height, rgb

    def row(self, y):
        return self.rgb[y * self.width * 3:(y + 1) * self.width * 3]

    def part(self, left, top, width, height):
        """A rectangle of it."""
        rows = (self.row(y)[left * 3:(left + width) * 3] for y in range(top, top + height))
        return Picture(width, height, b"".join(rows))

    def runs(self, colour):
        """(y, x, width) of each row's pieces that have a colour, (red, green, blue)."""
        pattern = re.compile(b"(?:%s)+" % re.escape(bytes(colour)), re.DOTALL)
        for y in range(self.height):
            for found in pattern.finditer(self.row(y)):
                if found.start() % 3 == 0:
                    yield y, found.start() // 3, (found.end() - found.start()) // 3

    def count(self, colour):
        """Pixels of a colour."""
        return sum(width for _, _, width in self.runs(colour))

    def block(self, colour):
        """(left, top, width, height) of what encloses all of a colour; None if nothing has it."""
        runs = list(self.runs(colour))
        if not runs:
            return None
        left, top = min(x for _, x, _ in runs), runs[0][0]
        return left, top, max(x + width for _, x, width in runs) - left, runs[-1][0] + 1 - top

    def write_png(self, path):
        """Each row as what it differs by from the one above."""
        before, rows = bytes(self.width * 3), []
        for y in range(self.height):
            row = self.row(y)
            rows.append(b"\2" + bytes((here - above) & 0xff for here, above in zip(row, before)))
            before = row
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
            for name, content in ((b"IHDR", struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)),
                                  (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))))

    def keep(self, name):
        """In out/pictures; with EXEN_PICTURES=1 (`make pictures`) also where README.md shows it from."""
        self.write_png(KEPT / name)
        if os.environ.get("EXEN_PICTURES"):
            self.write_png(DOCUMENTED / name)
