# SPDX-License-Identifier: Apache-2.0
"""Takes the one console stream apart into what each domain and the hypervisor said.

The hypervisor starts every line with its source: "(d0) ", "(d1) ", "(XEN) ".  An unfinished line (a
prompt) stands after its prefix without a newline; when another source speaks, the hypervisor ends
that line and goes on with the prefix again.  So a newline may be the hypervisor's or the domain's,
and nobody can tell: `flat` is a source's text without newlines, for patterns that must not care.
"""

import re

XEN = "XEN"         # the hypervisor's own lines
LOADER = "loader"   # lines without a prefix: before the hypervisor speaks, or without one

_PREFIX = re.compile(rb"\((d\d+|XEN)\) ")
_MAY_BECOME_PREFIX = re.compile(rb"(\((d\d*\)?|X|XE|XEN|XEN\))?)?$")


class Source:
    """What one source has said so far."""

    def __init__(self):
        self.text = bytearray()
        self.flat = bytearray()

    def add(self, piece, ends_line):
        self.text += piece
        self.flat += piece
        if ends_line:
            self.text += b"\n"


class Demultiplexer:
    """Text of each source, from the bytes of the console."""

    def __init__(self, prefixes=True):
        """prefixes: False for a kernel without hypervisor, whose text is all LOADER's."""
        self._sources = {}
        self._prefixes = prefixes
        self._current = None        # source of the current line, None: not known yet
        self._head = b""            # the current line while its source is not known

    def source(self, name):
        """The Source of that name; one that has said nothing yet is empty."""
        return self._sources.setdefault(name, Source())

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
                self._current = self.source(match.group(1).decode())
                piece = piece[match.end():]
            elif self._prefixes and not ends_line and _MAY_BECOME_PREFIX.match(piece):
                self._head = piece
                return
            else:
                self._current = self.source(LOADER)
            self._head = b""
        self._current.add(piece, ends_line)
        if ends_line:
            self._current = None
