# SPDX-License-Identifier: Apache-2.0
"""The device trees that domains get, read back with libfdt."""

import os
import pathlib
import struct
import subprocess

import pytest

from conftest import OUT, ROOT

MEMORY, SIZE = 0x68000000, 0x4000000


def cells(*values):
    return b"".join(value.to_bytes(4, "big") for value in values)


class Tree:
    """A blob, read without libfdt (Devicetree Specification 0.3, chapter 5): nodes by path."""

    def __init__(self, blob):
        (magic, self.totalsize, structure, self._strings, reservations) = struct.unpack_from(
            ">5I", blob)
        assert magic == 0xD00DFEED
        self.has_reservations = any(blob[reservations:reservations + 16])
        self.nodes = {}
        self._blob = blob
        self._read(structure)

    def _string(self, at):
        return self._blob[at:self._blob.index(b"\0", at)].decode()

    def _read(self, at):
        path = []
        while True:
            (token,) = struct.unpack_from(">I", self._blob, at)
            at += 4
            if token == 1:                                      # FDT_BEGIN_NODE
                name = self._string(at)
                at += len(name) // 4 * 4 + 4
                path.append(name)
                node = self.nodes.setdefault("/".join(path) or "/", {})
            elif token == 2:                                    # FDT_END_NODE
                path.pop()
            elif token == 3:                                    # FDT_PROP
                length, name = struct.unpack_from(">2I", self._blob, at)
                node[self._string(self._strings + name)] = self._blob[at + 8:at + 8 + length]
                at += 8 + (length + 3) // 4 * 4
            elif token == 9:                                    # FDT_END
                return
            else:
                assert token == 4, token                        # FDT_NOP

    def has(self, path):
        return path in self.nodes

    def get(self, path, name):
        """The property's bytes, or None."""
        return self.nodes[path].get(name)

    def children(self):
        """Names of the root's nodes."""
        return [path[1:] for path in self.nodes if path.count("/") == 1 and path != "/"]

    def nodes_with(self, name, value):
        """Paths of all nodes whose property is `value`."""
        return [path for path, node in self.nodes.items() if node.get(name) == value]


def make(tmp_path, kind, board, *more):
    out = tmp_path / "out.dtb"
    done = subprocess.run([OUT / "fdt-build", kind, board, out, *more], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    # dtc must take it too, without complaint about its structure
    subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", "-o", "/dev/null", out], check=True)
    return Tree(out.read_bytes())


def check_common(tree, intc, address_cells):
    high = (0,) * (address_cells - 1)
    memory = f"/memory@{MEMORY:x}"
    assert tree.nodes_with("device_type", b"memory\0") == [memory]
    assert tree.get(memory, "reg") == cells(*high, MEMORY, SIZE)
    assert not tree.has_reservations
    assert tree.get("/chosen", "bootargs") == b"console=hvc0\0"
    assert tree.get("/chosen", "linux,initrd-start") == cells(0x6B000000)
    assert tree.get("/chosen", "linux,initrd-end") == cells(0x6B000123)
    assert tree.get("/chosen", "stdout-path") is None
    assert tree.get("/hypervisor", "compatible") == b"xen,xen-4.17\0xen,xen\0"
    assert tree.get("/hypervisor", "reg") == cells(*high, 0x7FE00000, 0x8000)
    assert tree.get("/hypervisor", "interrupts") == cells(1, 1, 0xF08)
    assert tree.get("/pv-timer", "compatible") == b"exen,pv-timer\0"
    assert tree.get("/pv-timer", "interrupts") == cells(1, 0, 0xF08)
    assert tree.nodes_with("compatible", b"exen,pv-intc\0") == [intc]
    assert tree.get(intc, "#interrupt-cells") == cells(3)
    assert tree.get(intc, "interrupt-controller") == b""
    phandle = tree.get(intc, "phandle")
    assert phandle and phandle != cells(0)
    for node in "/hypervisor", "/pv-timer":
        assert tree.get(node, "interrupt-parent") == phandle
    assert tree.nodes_with("device_type", b"cpu\0") == ["/cpus/cpu@0"]
    assert tree.totalsize <= 65536


def test_board(tmp_path, board_dtb):
    tree = make(tmp_path, "test", board_dtb)
    check_common(tree, "/interrupt-controller@1e001000", 2)
    bus, inner = "/bus@40000000", "/bus@40000000/inner@3,10000"
    assert tree.nodes_with("status", b"disabled\0") == [
        "/timer@1e000600", f"{bus}/serial@3,9000", f"{inner}/identity@4000/watchdog@4010"]
    assert not tree.has(f"{inner}/i2c@5000/broken@39") and tree.has(f"{inner}/i2c@5000/good@40")
    assert tree.get("/interrupt-controller@1e001000", "reg") == cells(0, 0x1E001000, 0x1000)
    assert tree.get("/timer@1e000600", "compatible") == b"test,timer\0"
    assert tree.get(f"{inner}/net@6000", "status") == b"okay\0"
    assert tree.get("/", "compatible") == b"test,board\0test,family\0"


def test_device_of_another_domain(tmp_path, board_dtb):
    path = "/bus@40000000/inner@3,10000/net@6000"
    assert make(tmp_path, "test", board_dtb, path).get(path, "status") == b"disabled\0"


def test_minimal(tmp_path, board_dtb):
    tree = make(tmp_path, "minimal", board_dtb)
    check_common(tree, "/interrupt-controller", 1)
    assert sorted(tree.children()) == sorted([
        "chosen", "cpus", "hypervisor", "interrupt-controller", f"memory@{MEMORY:x}", "pv-timer"])
    assert tree.get("/", "compatible") == b"xen,xenvm\0"
    assert tree.get("/cpus/cpu@0", "compatible") == b"arm,cortex-a9\0"
    assert tree.get("/cpus/cpu@0", "reg") == cells(0)


def test_pv_tree_needs_no_rules(tmp_path, board_dtb):
    make(tmp_path, "minimal", board_dtb)
    given = tmp_path / "given.dtb"
    (tmp_path / "out.dtb").rename(given)
    check_common(make(tmp_path, "none", given), "/interrupt-controller", 1)


@pytest.mark.parametrize("nr_cells, timer, upcall", [
    (1, (0x1000 | 16,), (0x1000 | 17,)),        # VIC, AVIC: per-CPU interrupts have their own bit
    (2, (0x1000, 16), (0x1000, 17)),            # BCM2835: it lies in the cell of the bank
])
def test_controller_of_fewer_cells(tmp_path, nr_cells, timer, upcall):
    source = (pathlib.Path(__file__).parent / "board.dts").read_text()
    board = tmp_path / "board.dtb"
    subprocess.run(["dtc", "-q", "-f", "-O", "dtb", "-o", board], text=True, check=True,
                   input=source.replace("#interrupt-cells = <3>", f"#interrupt-cells = <{nr_cells}>"))
    tree = make(tmp_path, "test", board)
    assert tree.get("/pv-timer", "interrupts") == cells(*timer)
    assert tree.get("/hypervisor", "interrupts") == cells(*upcall)


@pytest.mark.parametrize("kind, change, error", [
    ("none", None, "FDT_ERR_NOTFOUND"),
    ("test", ("#interrupt-cells = <3>", "#interrupt-cells = <4>"), "FDT_ERR_BADNCELLS"),
])
def test_no_controller(tmp_path, kind, change, error):
    source = (pathlib.Path(__file__).parent / "board.dts").read_text()
    board = tmp_path / "board.dtb"
    subprocess.run(["dtc", "-q", "-f", "-O", "dtb", "-o", board], text=True, check=True,
                   input=source.replace(*change) if change else source)
    done = subprocess.run([OUT / "fdt-build", kind, board, tmp_path / "x"], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 3 and done.stderr == f"{error}\n"


# ---- the boards' real trees, if a kernel has been built ---------------------------------------------

REAL = {
    "vexpress-a9": ("vexpress-v2p-ca9.dtb", "/interrupt-controller@1e001000"),
    "sabrelite": ("imx6q-sabrelite.dtb", "/soc/interrupt-controller@a01000"),
    "zynq": ("zynq-zc702.dtb", "/axi/interrupt-controller@f8f01000"),
}


def real_tree(name):
    """Path of a kernel's DTB, from out/ or the cache of kernels."""
    cache = pathlib.Path(os.environ.get("EXEN_CACHE", pathlib.Path.home() / ".cache/embeddedxen"))
    for path in [*(ROOT / "out").glob(f"linux-*/dtbs/{name}"), *cache.glob(f"linux/*/dtbs/{name}")]:
        return path
    return pytest.skip(f"{name}: no kernel has been built")


@pytest.mark.parametrize("board", REAL)
def test_real_board(tmp_path, board):
    name, intc = REAL[board]
    tree = make(tmp_path, board, real_tree(name))
    check_common(tree, intc, 1)
    for compatible in b"arm,cortex-a9-twd-timer\0", b"arm,pl310-cache\0", b"arm,cortex-a9-pmu\0":
        for node in tree.nodes_with("compatible", compatible):
            assert tree.get(node, "status") == b"disabled\0"


def test_real_vexpress(tmp_path):
    tree = make(tmp_path, "vexpress-a9", real_tree("vexpress-v2p-ca9.dtb"))
    fpga = "/bus@40000000/motherboard-bus@40000000/iofpga@7,00000000"
    assert tree.get(f"{fpga}/uart@9000", "status") == b"disabled\0"
    assert tree.get(f"{fpga}/uart@a000", "status") is None
    assert not tree.has(f"{fpga}/clcd@1f000") and tree.has("/clcd@10020000")
    ports = f"{fpga}/i2c@16000/dvi-transmitter@39/ports"
    assert tree.has(f"{ports}/port@0") and not tree.has(f"{ports}/port@1")
    for node in tree.nodes_with("compatible", b"arm,sp804\0arm,primecell\0"):
        assert tree.get(node, "status") == b"disabled\0"
