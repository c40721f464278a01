# SPDX-License-Identifier: Apache-2.0
"""The boards that QEMU models and this project boots, as a table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Board:
    """One board: how QEMU is asked for it."""

    name: str
    machine: str                # -M
    memory_mib: int             # -m, what the images' configurations count on
    console_uart: int = 0       # which -serial is the console
    cpu: str = None             # -cpu, None: the machine's own
    nic_model: str = None       # -nic user,model=
    dtb: str = None             # Linux's name for its device tree
    native_console: str = None  # console= of a kernel without hypervisor

    def qemu_options(self):
        """Options that describe the hardware only."""
        options = ["-M", self.machine, "-m", str(self.memory_mib), "-smp", "1"]
        if self.cpu:
            options += ["-cpu", self.cpu]
        return options


BOARDS = {board.name: board for board in (
    Board("vexpress-a9", "vexpress-a9", 512, nic_model="lan9118",
          dtb="vexpress-v2p-ca9.dtb", native_console="ttyAMA0"),
    Board("sabrelite", "sabrelite", 512, nic_model="imx.enet",
          dtb="imx6q-sabrelite.dtb", native_console="ttymxc1"),
    Board("xilinx-zynq-a9", "xilinx-zynq-a9", 512, console_uart=1, nic_model="cadence_gem",
          dtb="zynq-zc702.dtb", native_console="ttyPS0"),
    Board("versatilepb", "versatilepb", 256, nic_model="smc91c111",
          dtb="versatile-pb.dtb", native_console="ttyAMA0"),
)}
