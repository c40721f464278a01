# SPDX-License-Identifier: Apache-2.0
"""The boards that QEMU models and this project boots, as a table."""

import pathlib
from dataclasses import dataclass

OUT = pathlib.Path(__file__).resolve().parent.parent.parent / "out"


@dataclass(frozen=True)
class Board:
    """One board: how QEMU is asked for it."""

    name: str                   # ours, and QEMU's -M
    memory_mib: int             # -m, what the images' configurations count on
    compatible: str             # root of its device tree; hypervisor/platform knows it by this
    dtb: str                    # Linux's file of that tree
    isa: str                    # which of the guest kernels it runs: v5, v7
    ram_base: int               # physical address
    nic_model: str              # -nic user,model=
    native_console: str         # console= of a kernel without hypervisor
    console_uart: int = 0       # which -serial is the console
    is_dtb_given: bool = False  # QEMU passes no tree of its own: it gets one, as from a boot loader

    def qemu_options(self):
        """Options that describe the hardware only."""
        return ["-M", self.name, "-m", str(self.memory_mib), "-smp", "1"]

    def dtb_path(self):
        """Its device tree, as the build of one of the kernels left it; raises FileNotFoundError."""
        found = sorted(OUT.glob(f"linux-*/dtbs/{self.dtb}"))
        if not found:
            raise FileNotFoundError(f"no kernel build in {OUT} has left {self.dtb}")
        return found[0]


BOARDS = {board.name: board for board in (
    Board("vexpress-a9", 512, "arm,vexpress,v2p-ca9", "vexpress-v2p-ca9.dtb", "v7",
          ram_base=0x60000000, nic_model="lan9118", native_console="ttyAMA0"),
    Board("sabrelite", 512, "fsl,imx6q-sabrelite", "imx6q-sabrelite.dtb", "v7",
          ram_base=0x10000000, nic_model="imx.enet", native_console="ttymxc0",
          is_dtb_given=True),
    Board("xilinx-zynq-a9", 512, "xlnx,zynq-7000", "zynq-zc702.dtb", "v7",
          ram_base=0, nic_model="cadence_gem", native_console="ttyPS0", console_uart=1,
          is_dtb_given=True),
    Board("versatilepb", 256, "arm,versatile-pb", "versatile-pb.dtb", "v5",
          ram_base=0, nic_model="smc91c111", native_console="ttyAMA0"),
)}
