# SPDX-License-Identifier: Apache-2.0
"""What tools/exen-latency makes of a console's text."""

import pathlib
import subprocess
import xml.etree.ElementTree

import pytest

TOOL = pathlib.Path(__file__).resolve().parents[3] / "out/tools/exen-latency-asan"
CONSOLE = """(XEN) latency
(XEN) latency of domain 0 (dom0), interrupt to handler:
(XEN) latency of domain 1 (rt), interrupt to handler:
(XEN)   below 1024 ns: 1000000
(XEN)   below 2048 ns: 1
(d0) something else
(XEN)   below 1 ns: 7\r
(XEN)   worst 1500 ns at 812 ms beside domain 0 pc c0123456 psr 60000193, interrupts masked, interrupt 31
(XEN) longest time without interrupts: 900 ns at 7 ms, hypercall 20 (0) of domain 1
"""


def draw(text, *options):
    return subprocess.run([TOOL, *options], input=text.encode(), capture_output=True, timeout=20, check=False)


def test_text():
    done = draw(CONSOLE)
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "domain 0 (dom0), interrupt to handler: 0 times"
    assert lines[1] == ("domain 1 (rt), interrupt to handler: 1000008 times, worst 1500 ns at 812 ms beside domain 0 "
                        "pc c0123456 psr 60000193, interrupts masked, interrupt 31")
    assert [line.split()[:4] for line in lines[2:5]] == [
        ["below", "1", "ns", "7"], ["below", "1024", "ns", "1000000"], ["below", "2048", "ns", "1"]]
    assert lines.pop() == "longest time without interrupts: 900 ns at 7 ms, hypercall 20 (0) of domain 1"
    assert lines[3].count("#") > lines[2].count("#") > lines[4].count("#") >= 1


def test_svg():
    done = draw(CONSOLE, "--svg")
    assert done.returncode == 0
    root = xml.etree.ElementTree.fromstring(done.stdout)
    space = "{http://www.w3.org/2000/svg}"
    bars = root.findall(f"{space}rect")
    assert [bar.find(f"{space}title").text for bar in bars] == [
        "below 1 ns: 7", "below 1024 ns: 1000000", "below 2048 ns: 1"]
    heights = [int(bar.get("height")) for bar in bars]
    assert heights[1] > heights[0] > heights[2] > 0
    assert all(0 <= int(bar.get("y")) and int(bar.get("y")) + int(bar.get("height")) <= int(root.get("height"))
               for bar in bars)


def test_markup_in_a_title():
    done = draw("latency of <&\">:\n  below 2 ns: 1\n  worst <b>\n", "--svg")
    assert done.returncode == 0
    xml.etree.ElementTree.fromstring(done.stdout)


@pytest.mark.parametrize("text, message", [
    ("", "no line"),
    ("hello\n", "no line"),
    ("  below 2 ns: 1\n", "no line"),
    ("latency of domain 1\n", "line 1 is not understood"),
    ("latency of domain 1:\n  below 3 ns: 1\n", "line 2 is not understood"),
    ("latency of domain 1:\n  below 0 ns: 1\n", "line 2 is not understood"),
    ("latency of domain 1:\n  below x\n", "line 2 is not understood"),
    ("latency of domain 1:\n" * 17, "line 17 is not understood"),
])
def test_damaged(text, message):
    done = draw(text)
    assert done.returncode == 1 and message in done.stderr.decode()


def test_long_lines_and_bytes():
    done = subprocess.run([TOOL], input=b"\xff\0" * 5000 + b"\n" + b"latency of " + b"x" * 300 + b":\n",
                          capture_output=True, timeout=20, check=False)
    assert done.returncode == 1


def test_usage():
    assert draw(CONSOLE, "--png").returncode == 2
