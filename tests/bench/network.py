# SPDX-License-Identifier: Apache-2.0
"""Networks: TCP streams, round trips, and packets out of the board's card, natively, in dom0, from domU's.

Nothing comes from outside: behind the card is QEMU's hub with nobody in it.  TCP has nothing natively
to compare with but loopback; its MTU is made that of Ethernet.
"""

import statistics

from disks import set_split
from exenboot.boards import BOARDS
from exenboot.images import TOP, build_image, payload_files
from machines import BOARD, HYPERVISOR, hypervisor_elf, measure_native
from measure import BENCH, MeasureError, hypervisor_options, measure_once
from userland import add_to_initrds, pack, stage, unpack

SCRIPTS = TOP / "tests/bench/net"
WORK = BENCH / "net"
PACKAGES = ["iperf3"]
CARD = ["-nic", f"hubport,hubid=0,model={BOARDS[BOARD].nic_model}"]
STREAM_KIB = 64 << 10           # 72m - 8m: net/stream
STREAMS = ("to_dom0", "from_dom0", "to_domU2")          # as net/domU runs them
ROUND_TRIPS = ("to_dom0", "to_domU2")
NR_ROUND_TRIPS = 200            # net/udp.c
PACKETS = ("small", "full")     # net/packets
NR_PACKETS = 2000               # 2500 - 500
DOMAINS = {"dom0": "d0", "domU": "d1", "domU2": "d2"}


def _payloads():
    """Of net/net.dts: the ramdisks with iperf3 and what is in net/."""
    files = {f"net/{script}": SCRIPTS / script for script in ("stream", "packets", "dom0", "domU", "domU2")}
    stage(WORK / "fs", unpack(WORK / "debian", PACKAGES), ["usr/bin/iperf3"],
          {"io/mark": BENCH / "mark", "net/udp": WORK / "udp", "net/seed": WORK / "seed", **files})
    return add_to_initrds(payload_files(BOARD, "disk"), WORK, pack(WORK / "fs"))


def _differences(run, section, first, units):
    """{column: instructions for one} from two samples, of which the second has done `units` more."""
    samples = run.counts(section)[first:first + 2]
    if len(samples) < 2:
        raise MeasureError(f"samples of {section} are missing: see out/bench/*.console")
    return run.differences(*samples, units)


def _stream(run, number):
    return _differences(run, "io", 2 * number, STREAM_KIB)


def _packet(run, number):
    return _differences(run, "datagrams", 2 * number, NR_PACKETS)


def _round_trip(run, number):
    """The middle one of each column."""
    samples = run.counts("round_trip")[number * NR_ROUND_TRIPS:(number + 1) * NR_ROUND_TRIPS]
    if len(samples) < NR_ROUND_TRIPS:
        raise MeasureError("round trips are missing: see out/bench/*.console")
    return {column: statistics.median_low(counts[column] for counts in samples) for column in run.instructions}


def _set(table, name, counts, domains):
    table.set(name, sum(counts.values()))
    set_split(table, name, counts, {domain: DOMAINS[domain] for domain in domains})


def _own(table, native, dom0):
    """What needs no domU: natively, and dom0 compared with it."""
    for name, how, number in (("stream", _stream, 0), ("round_trip", _round_trip, 0),
                              *((f"packet.{size}", _packet, number) for number, size in enumerate(PACKETS))):
        total = sum(how(native, number).values())
        table.set(f"net.{name}.native", total)
        table.set(f"net.{name}.dom0", sum(how(dom0, number).values()) / total)


def _between(table, native, domu):
    for names, what, how in ((STREAMS, "stream", _stream), (ROUND_TRIPS, "round_trip", _round_trip)):
        for number, name in enumerate(names):
            _set(table, f"net.{what}.{name}", how(domu, number), DOMAINS if name == "to_domU2" else ("dom0", "domU"))
    for number, size in enumerate(PACKETS):
        counts = _packet(domu, number)
        _set(table, f"net.packet.{size}.domU", counts, ("dom0", "domU"))
        table.set(f"net.packet.{size}.domU.ratio", sum(counts.values()) / sum(_packet(native, number).values()))


def figures(table):
    """iperf3 and datagrams on vexpress-a9: natively, in dom0, between domains, out of the card."""
    WORK.mkdir(parents=True, exist_ok=True)
    payloads = _payloads()
    native, _ = measure_native("net-native", payloads["dom0-initrd"], "exen.ip=10.0.2.15/24 exen.init=/net/dom0", extra=CARD)
    image = build_image(BOARD, SCRIPTS / "net.dts", payloads=payloads, output=WORK / "net.img", hypervisor=HYPERVISOR)
    run, _ = measure_once("net", BOARD, image, hypervisor_options(BOARD, hypervisor_elf(), image), extra=CARD)
    _own(table, native, run.of("d0"))
    _between(table, native, run.of("d1"))
    table.runs["net"] = run
