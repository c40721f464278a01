# SPDX-License-Identifier: Apache-2.0
"""The boards that QEMU models and this project boots, as a table."""

import pathlib
from dataclasses import dataclass, replace

OUT = pathlib.Path(__file__).resolve().parent.parent.parent / "out"


@dataclass(frozen=True)
class Board:
    """One board with one processor: how QEMU is asked for it."""

    name: str                   # ours
    machine: str                # QEMU's -M
    cpu: str                    # QEMU's -cpu
    isa: str                    # v5, v6 or v7
    compatible: str             # root of its device tree; hypervisor/platform knows it by this
    dtb: str                    # Linux's file of that tree
    memory_mib: int             # -m, what the images' configurations count on
    ram_base: int               # physical address
    nic_model: str              # -nic user,model=; "": none
    native_console: str         # console= of a kernel without hypervisor
    console_uart: int = 0       # which -serial is the console
    is_dtb_given: bool = False  # QEMU passes no tree of its own: it gets one, as from a boot loader
    is_card_device: bool = False  # QEMU's -drive if=sd does not reach its slot: a card as a device does
    own_kernel: str = ""        # the kernel with its drivers, if that is not its ISA's

    @property
    def kernel(self):
        """The kernel that its domains run by default: a name in guest/linux/configs."""
        return self.own_kernel or ("v5" if self.isa == "v5" else "v6v7")

    def qemu_options(self):
        """Options that describe the hardware only."""
        return ["-M", self.machine, "-cpu", self.cpu, "-m", str(self.memory_mib), "-smp", "1"]

    def dtb_path(self):
        """Its device tree, as the build of one of the kernels left it; raises FileNotFoundError."""
        found = sorted(OUT.glob(f"linux-*/dtbs/{self.dtb}"))
        if not found:
            raise FileNotFoundError(f"no kernel build in {OUT} has left {self.dtb}")
        return found[0]

    def with_cpu(self, cpu, isa):
        """The same board with another processor."""
        return replace(self, name=f"{self.machine}-{cpu}", cpu=cpu, isa=isa)


_VERSATILEPB = Board(
    "versatilepb", "versatilepb", "arm926", "v5", "arm,versatile-pb", "versatile-pb.dtb",
    memory_mib=256, ram_base=0, nic_model="smc91c111", native_console="ttyAMA0")
_REALVIEW_EB = Board(
    "realview-eb-arm926", "realview-eb", "arm926", "v5", "arm,realview-eb", "arm-realview-eb.dtb",
    memory_mib=256, ram_base=0, nic_model="smc91c111", native_console="ttyAMA0")

BOARDS = {board.name: board for board in (
    Board("vexpress-a9", "vexpress-a9", "cortex-a9", "v7", "arm,vexpress,v2p-ca9",
          "vexpress-v2p-ca9.dtb", memory_mib=512, ram_base=0x60000000, nic_model="lan9118",
          native_console="ttyAMA0"),
    Board("sabrelite", "sabrelite", "cortex-a9", "v7", "fsl,imx6q-sabrelite",
          "imx6q-sabrelite.dtb", memory_mib=512, ram_base=0x10000000, nic_model="imx.enet",
          native_console="ttymxc0", is_dtb_given=True, is_card_device=True),
    Board("xilinx-zynq-a9", "xilinx-zynq-a9", "cortex-a9", "v7", "xlnx,zynq-7000", "zynq-zc702.dtb",
          memory_mib=512, ram_base=0, nic_model="cadence_gem", native_console="ttyPS0",
          console_uart=1, is_dtb_given=True),
    _VERSATILEPB,
    _VERSATILEPB.with_cpu("arm1136", "v6"),
    _VERSATILEPB.with_cpu("arm1176", "v6"),
    _REALVIEW_EB,
    _REALVIEW_EB.with_cpu("arm1136", "v6"),
    _REALVIEW_EB.with_cpu("arm1176", "v6"),
    _REALVIEW_EB.with_cpu("cortex-a8", "v7"),
    _REALVIEW_EB.with_cpu("cortex-a9", "v7"),
    Board("realview-pb-a8", "realview-pb-a8", "cortex-a8", "v7", "arm,realview-pba8",
          "arm-realview-pba8.dtb", memory_mib=512, ram_base=0x70000000, nic_model="lan9118",
          native_console="ttyAMA0"),
    Board("kzm", "kzm", "arm1136", "v6", "fsl,imx31", "imx31-lite.dtb",
          memory_mib=128, ram_base=0x80000000, nic_model="lan9118", native_console="ttymxc0",
          is_dtb_given=True, own_kernel="v6"),
    Board("imx25-pdk", "imx25-pdk", "arm926", "v5", "fsl,imx25", "imx25-pdk.dtb",
          memory_mib=128, ram_base=0x80000000, nic_model="imx.fec", native_console="ttymxc0",
          is_dtb_given=True),
    Board("raspi0", "raspi0", "arm1176", "v6", "brcm,bcm2835", "bcm2835-rpi-zero.dtb",
          memory_mib=512, ram_base=0, nic_model="", native_console="ttyAMA0", is_dtb_given=True),
    Board("cubieboard", "cubieboard", "cortex-a8", "v7", "allwinner,sun4i-a10",
          "sun4i-a10-cubieboard.dtb", memory_mib=512, ram_base=0x40000000,
          nic_model="allwinner-emac", native_console="ttyS0", is_dtb_given=True),
)}
