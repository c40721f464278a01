# SPDX-License-Identifier: Apache-2.0
"""The console stream taken apart."""

import pytest

from exenboot.console import Demultiplexer

STREAM = (b"QEMU says\r\n(XEN) hello\r\n(d0) / # \r\n(d1) boot\r\n(d0) ls\r\n(d0) (d1) is text\r\n"
          b"(X) odd\r\n(d12) far\x85\x0b\r\n(XEN) ")
WANTED = {"loader": b"QEMU says\n(X) odd\n", "XEN": b"hello\n", "d0": b"/ # \nls\n(d1) is text\n",
          "d1": b"boot\n", "d12": b"far\x85\x0b\n"}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 1000])
def test_however_it_is_cut(size):
    console = Demultiplexer()
    for position in range(0, len(STREAM), size):
        console.feed(STREAM[position:position + size])
    for source, text in WANTED.items():
        assert bytes(console.text(source)) == text


def test_unfinished_line_is_seen_at_once():
    console = Demultiplexer()
    console.feed(b"(d0) / # ")
    assert bytes(console.text("d0")) == b"/ # "


def test_without_hypervisor():
    console = Demultiplexer(prefixes=False)
    console.feed(b"(d0) x\n/ # ")
    assert bytes(console.text("loader")) == b"(d0) x\n/ # "
