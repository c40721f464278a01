# SPDX-License-Identifier: Apache-2.0
"""Takes the one console stream apart into what each domain and the hypervisor said.

The hypervisor starts every line with its source: "(d0) ", "(d1) ", "(XEN) ".  A source without the
keyboard is shown when its line is complete.  The one that has it is shown character by character, a
prompt without a newline, then; when another source speaks, that unfinished line is ended, and said again
from its start afterwards.  So a line of that source may be the beginning of a later one, but
what stands between two newlines is always one piece.
"""

import re

XEN = "XEN"         # the hypervisor's own lines
LOADER = "loader"   # lines without a prefix: before the hypervisor speaks, or without one

_PREFIX = re.compile(rb"\((d\d+|XEN)\) ")
_MAY_BECOME_PREFIX = re.compile(rb"(\((d\d*\)?|X|XE|XEN|XEN\))?)?$")


class Demultiplexer:
    """Text of each source, from the bytes of the console."""

    def __init__(self, prefixes=True):
        """prefixes: False for a kernel without hypervisor, whose text is all LOADER's."""
        self._sources = {}
        self._prefixes = prefixes
        self._current = None        # text of the current line's source, None: not known yet
        self._head = b""            # the current line while its source is not known

    def text(self, source):
        """What a source has said so far: a bytearray that grows."""
        return self._sources.setdefault(source, bytearray())

    def feed(self, data):
        """Takes the next bytes.  Carriage returns are dropped."""
        pieces = data.replace(b"\r", b"").split(b"\n")
        for piece in pieces[:-1]:
            self._feed_piece(piece, True)
        if pieces[-1]:
            self._feed_piece(pieces[-1], False)

    def _feed_piece(self, piece, ends_line):
        if self._current is None:
            piece = self._head + piece
            match = _PREFIX.match(piece) if self._prefixes else None
            if match:
                self._current = self.text(match.group(1).decode())
                piece = piece[match.end():]
            elif self._prefixes and not ends_line and _MAY_BECOME_PREFIX.match(piece):
                self._head = piece
                return
            else:
                self._current = self.text(LOADER)
            self._head = b""
        self._current += piece
        if ends_line:
            self._current += b"\n"
            self._current = None
