# SPDX-License-Identifier: Apache-2.0
"""Every error that a configuration can have, with its message: one line, node and property named."""

import pytest

from conftest import HERE

DOM0 = """
dom0 {
	compatible = "xen,domain";
	exen,privileged;
	memory = <0 0x1000>;
	cpus = <1>;
	PROPERTIES
	kernel { compatible = "multiboot,kernel"; exen,image = "kernel"; KERNEL };
	NODES
};
"""
DOMU = """
domU {
	compatible = "xen,domain";
	memory = <0 0x800>;
	cpus = <1>;
	PROPERTIES
	kernel { compatible = "multiboot,kernel"; exen,image = "kernel"; KERNEL };
	NODES
};
"""
TREE = """/dts-v1/;
/ {
	compatible = "exen,configuration";
	ROOT
	chosen {
		#address-cells = <1>;
		#size-cells = <1>;
		CHOSEN
	};
};
"""


def fill(template, **parts):
    """The template with its places filled, or emptied."""
    for place in ("PROPERTIES", "KERNEL", "NODES", "ROOT", "CHOSEN"):
        template = template.replace(place, parts.get(place.lower(), ""))
    return template


def tree(*domains, **parts):
    return fill(TREE, chosen=parts.pop("chosen", "") + "".join(domains), **parts)


def dom0(**parts):
    return fill(DOM0, **parts)


def domu(**parts):
    return fill(DOMU, **parts)


def property_case(text):
    """An error in one property of a guest."""
    return tree(dom0(), domu(properties=text))


def without(domain, line):
    assert line in domain
    return tree(dom0(), domain.replace(line, ""))


def budget(budget_us, period_us):
    return property_case(f"exen,budget-us = <{budget_us}>; exen,period-us = <{period_us}>;")


SECOND = domu().replace("domU", "second")
IN_DOMU = "/chosen/domU: "

# name of the case: configuration, message

def device(name="device", handle=1, backend="dom0", nodes=""):
    """A device's node as the hypervisor reads it."""
    return (f'{name} {{ compatible = "exen,pv-device"; exen,class = "vbd"; exen,handle = <{handle}>; '
            f'exen,backend = "{backend}"; {nodes} }};')


IN_DEVICE = "/chosen/domU/device: "

CASES = {
    "missing kernel": (
        without(domu(), 'kernel { compatible = "multiboot,kernel"; exen,image = "kernel";  };'),
        IN_DOMU + 'no kernel: no module compatible with "multiboot,kernel"'),
    "unknown architecture": (
        property_case('exen,cpu-arch = "armv9";'), IN_DOMU + "exen,cpu-arch: unknown architecture"),
    "architecture is no string": (
        property_case("exen,cpu-arch = <7>;"), IN_DOMU + "exen,cpu-arch: must be one string"),
    "unknown feature": (
        property_case('exen,cpu-features = "vfpv2", "mve";'), IN_DOMU + "exen,cpu-features: unknown feature"),
    "features are no strings": (
        property_case("exen,cpu-features = [61 62];"),
        IN_DOMU + "exen,cpu-features: must be a list of different strings"),
    "more features than there are": (
        property_case("exen,cpu-features = " + ", ".join(['"neon"'] * 7) + ";"),
        IN_DOMU + "exen,cpu-features: must be a list of different strings"),
    "unknown property of a domain": (
        property_case("exen,colour = <1>;"), IN_DOMU + "exen,colour: unknown property"),
    "unknown property of a module": (
        tree(dom0(kernel="load = <1>;")), "/chosen/dom0/kernel: load: unknown property"),
    "unknown property of chosen": (
        tree(dom0(), chosen="stdout-path;"), "/chosen: stdout-path: unknown property"),
    "watchdog in two cells": (
        tree(dom0(), chosen="exen,watchdog = <0 10>;"), "/chosen: exen,watchdog: must be one cell"),
    "unknown property of the root": (
        tree(dom0(), root="serial-number = \"1\";"), "/: serial-number: unknown property"),
    "unknown node at the root": (
        tree(dom0(), root="").replace("chosen {", "aliases { };\n\tchosen {"),
        "/aliases: unknown node"),
    "node that is no domain": (
        tree(dom0(), 'vm { compatible = "xen,guest"; };'),
        '/chosen/vm: compatible: must be "xen,domain"'),
    "node in a module": (
        tree(dom0(kernel="inner { };")), "/chosen/dom0/kernel: has a node: a module has none"),
    "module of an unknown kind": (
        tree(dom0(nodes='m { compatible = "multiboot,xsm"; exen,image = "kernel"; };')),
        '/chosen/dom0/m: compatible: must be "multiboot,kernel", "multiboot,ramdisk", '
        '"multiboot,device-tree" or "exen,pv-device"'),
    "two kernels": (
        tree(dom0(nodes='k2 { compatible = "multiboot,kernel"; exen,image = "kernel"; };')),
        "/chosen/dom0/k2: compatible: the domain has such a module already"),
    "module without image": (
        tree(dom0(nodes='r { compatible = "multiboot,ramdisk"; };')),
        "/chosen/dom0/r: exen,image: not there"),
    "unknown image": (
        tree(dom0(nodes='r { compatible = "multiboot,ramdisk"; exen,image = "initrd"; };')),
        '/chosen/dom0/r: exen,image: the image has no payload "initrd"'),
    "device tree that is none": (
        tree(dom0(nodes='t { compatible = "multiboot,device-tree"; exen,image = "ramdisk"; };')),
        "/chosen/dom0: multiboot,device-tree: not a device tree blob"),
    "no domain": (tree(), '/chosen: no domain has "exen,privileged"'),
    "no privileged domain": (tree(domu()), '/chosen: no domain has "exen,privileged"'),
    "two privileged domains": (
        tree(dom0(), domu(properties="exen,privileged;")),
        IN_DOMU + "exen,privileged: /chosen/dom0 has it already"),
    "nine domains": (
        tree(dom0(), *(domu().replace("domU", f"d{n}") for n in range(8))),
        "/chosen/d7: more than 8 domains"),
    "same name": (
        tree(dom0(), domu(properties='exen,name = "dom0";')),
        IN_DOMU + 'exen,name: /chosen/dom0 is called "dom0" too'),
    "same name, one by its node": (
        tree(dom0(properties='exen,name = "domU";'), domu()),
        IN_DOMU + 'exen,name: /chosen/dom0 is called "domU" too'),
    "name too long": (
        property_case('exen,name = "sixteen-letters-";'),
        IN_DOMU + "exen,name: longer than 15 characters"),
    "node's name too long": (
        tree(dom0(), domu().replace("domU", "sixteen-letters-")),
        "/chosen/sixteen-letters-: exen,name: longer than 15 characters"),
    "name with a space": (
        property_case('exen,name = "my vm";'),
        IN_DOMU + "exen,name: only letters, digits, - and _ are allowed"),
    "name of two strings": (
        property_case('exen,name = "a", "b";'), IN_DOMU + "exen,name: must be one string"),
    "empty name": (property_case('exen,name = "";'), IN_DOMU + "exen,name: must be one string"),
    "no memory": (without(domu(), "memory = <0 0x800>;"), IN_DOMU + "memory: not there"),
    "memory in one cell": (
        tree(dom0(), domu().replace("<0 0x800>", "<0x800>")),
        IN_DOMU + "memory: must be two cells: a 64-bit number of KiB"),
    "memory not a multiple of 2 MiB": (
        tree(dom0(), domu().replace("<0 0x800>", "<0 0xa00>")),
        IN_DOMU + "memory: must be a multiple of 2048 KiB, below 4 GiB, and not 0"),
    "memory of 0": (
        tree(dom0(), domu().replace("<0 0x800>", "<0 0>")),
        IN_DOMU + "memory: must be a multiple of 2048 KiB, below 4 GiB, and not 0"),
    "memory of 4 GiB": (
        tree(dom0(), domu().replace("<0 0x800>", "<0 0x400000>")),
        IN_DOMU + "memory: must be a multiple of 2048 KiB, below 4 GiB, and not 0"),
    "memory of 2^62 KiB": (
        tree(dom0(), domu().replace("<0 0x800>", "<0x40000000 0x800>")),
        IN_DOMU + "memory: must be a multiple of 2048 KiB, below 4 GiB, and not 0"),
    "more memory than RAM": (
        tree(dom0(), domu().replace("<0 0x800>", "<0 0x10000>")),
        IN_DOMU + "memory: no 65536 KiB left in RAM for domains (RAM KiB at 0x60000000)"),
    "no cpus": (without(domu(), "cpus = <1>;"), IN_DOMU + "cpus: not there"),
    "two cpus": (
        tree(dom0(), domu().replace("cpus = <1>", "cpus = <2>")),
        IN_DOMU + "cpus: only 1 is supported"),
    "cpus in two cells": (
        tree(dom0(), domu().replace("cpus = <1>", "cpus = <0 1>")),
        IN_DOMU + "cpus: must be one cell"),
    "slot not aligned": (
        property_case("xen,static-mem = <0x61100000 0x200000>;"),
        IN_DOMU + "xen,static-mem: the base must be 2 MiB aligned and below 4 GiB"),
    "slot of another size": (
        property_case("xen,static-mem = <0x61000000 0x400000>;"),
        IN_DOMU + 'xen,static-mem: the size is not that of "memory"'),
    "slot in wrong cells": (
        property_case("xen,static-mem = <0 0x61000000 0 0x200000>;"),
        IN_DOMU + "xen,static-mem: must be one base and one size, in the parent's cells"),
    "slot outside RAM": (
        property_case("xen,static-mem = <0x50000000 0x200000>;"),
        IN_DOMU + "xen,static-mem: 0x200000 bytes at 0x50000000 are not in RAM for domains "
        "(RAM bytes at 0x60000000)"),
    "overlapping slots": (
        tree(dom0(properties="xen,static-mem = <0x60000000 0x400000>;"),
             domu(properties="xen,static-mem = <0x60200000 0x200000>;")),
        IN_DOMU + "xen,static-mem: 0x200000 bytes at 0x60200000 overlap /chosen/dom0 "
        "(0x400000 bytes at 0x60000000)"),
    "priority 0": (property_case("exen,priority = <0>;"), IN_DOMU + "exen,priority: must be 1 to 7"),
    "priority 8": (property_case("exen,priority = <8>;"), IN_DOMU + "exen,priority: must be 1 to 7"),
    "budget without a period": (
        property_case("exen,budget-us = <100>;"),
        IN_DOMU + "exen,budget-us and exen,period-us belong together"),
    "period without a budget": (
        property_case("exen,period-us = <100>;"),
        IN_DOMU + "exen,budget-us and exen,period-us belong together"),
    "budget 0": (budget(0, 1000), IN_DOMU + "exen,budget-us: must be 10 to 1000000"),
    "budget 9": (budget(9, 1000), IN_DOMU + "exen,budget-us: must be 10 to 1000000"),
    "period 99": (budget(50, 99), IN_DOMU + "exen,period-us: must be 100 to 1000000"),
    "period too long": (budget(50, 1000001), IN_DOMU + "exen,period-us: must be 100 to 1000000"),
    "period beyond arithmetic": (budget(50, 0xffffffff), IN_DOMU + "exen,period-us: must be 100 to 1000000"),
    "budget above the period": (budget(1001, 1000), IN_DOMU + "exen,budget-us: more than exen,period-us"),
    "budget of two cells": (
        property_case("exen,budget-us = <0 100>; exen,period-us = <1000>;"),
        IN_DOMU + "exen,budget-us: must be one cell"),
    "budget that leaves nothing": (
        property_case("exen,priority = <4>; exen,budget-us = <1000>; exen,period-us = <1000>;"),
        IN_DOMU + "exen,budget-us: leaves no time to /chosen/dom0, with the other domains of higher priority "
        "100.0 % of the CPU"),
    "budgets that leave nothing": (
        tree(dom0(properties="exen,priority = <2>;"),
             domu(properties="exen,priority = <3>; exen,budget-us = <501>; exen,period-us = <1000>;"),
             SECOND.replace("cpus", "exen,priority = <7>; exen,budget-us = <60000>; exen,period-us = <100000>; cpus")),
        "/chosen/second: exen,budget-us: leaves no time to /chosen/dom0, with the other domains of higher priority "
        "110.1 % of the CPU"),
    "unknown policy": (
        property_case('exen,on-crash = "dump";'),
        IN_DOMU + 'exen,on-crash: must be "restart" or "halt"'),
    "long policy": (
        property_case('exen,on-reboot = "restarts";'),
        IN_DOMU + "exen,on-reboot: longer than 7 characters"),
    "flag with a value": (
        tree(dom0(), chosen="exen,semihosting-exit = <1>;"),
        "/chosen: exen,semihosting-exit: takes no value"),
    "interrupt of the CPU": (
        property_case("exen,owned-interrupts = <40 31>;"),
        IN_DOMU + "exen,owned-interrupts: 31 is not in 32 to 255"),
    "interrupt too high": (
        property_case("exen,owned-interrupts = <256>;"),
        IN_DOMU + "exen,owned-interrupts: 256 is not in 32 to 255"),
    "no interrupts": (
        property_case("exen,owned-interrupts;"),
        IN_DOMU + "exen,owned-interrupts: must be a list of interrupt numbers"),
    "shared interrupt": (
        tree(dom0(), domu(properties="exen,owned-interrupts = <40>;"),
             SECOND.replace("cpus", "exen,owned-interrupts = <99 40>; cpus")),
        "/chosen/second: exen,owned-interrupts: /chosen/domU owns 40 too"),
    "device without a path": (
        property_case('exen,owned-devices = "serial0";'),
        IN_DOMU + "exen,owned-devices: must be paths in the board's device tree"),
    "five devices": (
        property_case('exen,owned-devices = "/a", "/b", "/c", "/d", "/e";'),
        IN_DOMU + "exen,owned-devices: more than 4"),
    "devices that are no strings": (
        property_case("exen,owned-devices = [2f 61 62];"),
        IN_DOMU + "exen,owned-devices: must be a list of strings"),
    "long bootargs": (
        tree(dom0(kernel=f'bootargs = "{"x" * 512}";')),
        "/chosen/dom0/kernel: bootargs: longer than 511 characters"),
    "bootargs of a ramdisk": (
        tree(dom0(nodes='r { compatible = "multiboot,ramdisk"; exen,image = "ramdisk"; '
                        'bootargs = "x"; };')),
        "/chosen/dom0/r: bootargs: belongs to the kernel's module"),
    "device of an unknown class's name": (
        tree(dom0(), domu(nodes=device().replace("vbd", "v/d"))),
        IN_DEVICE + "exen,class: only letters, digits, - and _ are allowed"),
    "device without handle": (
        tree(dom0(), domu(nodes=device().replace("exen,handle = <1>;", ""))),
        IN_DEVICE + "exen,handle: not there"),
    "device of nobody": (
        tree(dom0(), domu(nodes=device(backend="domX"))),
        IN_DOMU + 'exen,backend: vbd 1: no domain is called "domX"'),
    "device of its own": (
        tree(dom0(), domu(nodes=device(backend="domU"))),
        IN_DOMU + "exen,backend: vbd 1 is served by its own domain"),
    "two devices of a handle": (
        tree(dom0(), domu(nodes=device() + device(name="second"))),
        "/chosen/domU/second: exen,handle: the domain has vbd 1 already"),
    "nine devices": (
        tree(dom0(), domu(nodes="".join(device(name=f"v{n}", handle=n) for n in range(9)))),
        "/chosen/domU/v8: more than 8 devices"),
    "device with another node": (
        tree(dom0(), domu(nodes=device(nodes="middle { };"))),
        IN_DEVICE.replace(": ", "/middle: ") + 'must be "frontend" or "backend"'),
    "device's node that xenstore has not": (
        tree(dom0(), domu(nodes=device(nodes='frontend { a,b = "1"; };'))),
        IN_DEVICE.replace(": ", "/frontend: ") + "a,b: not a name for xenstore"),
    "device's node that is a number": (
        tree(dom0(), domu(nodes=device(nodes="backend { a = <1>; };"))),
        IN_DEVICE.replace(": ", "/backend: ") + "a: must be one string"),
    "device's node that is long": (
        tree(dom0(), domu(nodes=device(nodes=f'backend {{ a = "{"x" * 128}"; }};'))),
        IN_DEVICE.replace(": ", "/backend: ") + "a: longer than 127 characters"),
    "devices' nodes together": (
        tree(dom0(), domu(nodes=device(nodes="backend { " + "".join(
            f'a{n} = "{"x" * 127}"; ' for n in range(13)) + "};"))),
        IN_DEVICE.replace(": ", "/backend: ") + "more than 1536 bytes of device nodes"),
    "focus on nobody": (
        tree(dom0(), chosen='exen,console-focus = "domX";'),
        '/chosen: exen,console-focus: no domain has this name, and it is not "hypervisor"'),
    "another tree": (
        tree(dom0()).replace("exen,configuration", "arm,vexpress"),
        '/: compatible: must be "exen,configuration"'),
    "no chosen": ('/dts-v1/; / { compatible = "exen,configuration"; };', '/: no node "chosen"'),
}


@pytest.mark.parametrize("name", CASES)
def test_refused(bench, name):
    config, message = CASES[name]
    image = bench.image(config)
    text = bench.refusal(image)
    ram = 0x4000000 - 0x100000     # RAM less the FIT, in whole MiB
    assert text == message.replace("RAM KiB", f"{ram >> 10} KiB").replace("RAM bytes",
                                                                          f"0x{ram:x} bytes")


def test_too_little_memory(bench):
    bench.payloads["kernel"] = bytes(4 << 20)
    text = bench.refusal(bench.image(tree(dom0())))
    assert text == ("/chosen/dom0: memory: 4096 KiB are too little: kernel, ramdisk and device tree "
                    "need 5280 KiB")


def test_kernel_fits_barely(bench):
    bench.payloads["kernel"] = bytes((4096 - 64 - 64 - 32) * 1024 * 4 // 5)
    assert bench.check(bench.image(tree(dom0())))[0] == 0
    bench.payloads["kernel"] += bytes(1)
    assert "too little" in bench.refusal(bench.image(tree(dom0())))


def test_ramdisk_counts(bench):
    bench.payloads["ramdisk"] = bytes(4 << 20)
    config = tree(dom0(nodes='r { compatible = "multiboot,ramdisk"; exen,image = "ramdisk"; };'))
    assert "too little" in bench.refusal(bench.image(config))


def test_accepted(bench):
    status, text = bench.check(bench.image((HERE / "test.dts").read_text()))
    assert status == 0
    assert 'dom0 "control": 4 MiB at 0x60000000, priority 3, kernel' in text
    assert 'dom1 "guest": 2 MiB at 0x62000000, priority 5, 2000 of 10000 us, kernel' in text


def test_eight_domains(bench):
    config = tree(dom0(), *(domu().replace("domU", f"d{n}") for n in range(7)))
    status, text = bench.check(bench.image(config))
    assert status == 0 and 'dom7 "d6": 2 MiB at 0x61000000' in text


def test_budgets(bench):
    """Those above the privileged domain leave it something; others may add up to anything."""
    text = "exen,priority = <{}>; exen,budget-us = <{}>; exen,period-us = <{}>; cpus"
    config = tree(dom0(properties="exen,priority = <4>; exen,budget-us = <1000>; exen,period-us = <1000>;"),
                  *(domu().replace("domU", f"d{n}").replace("cpus", text.format(*terms))
                    for n, terms in enumerate([(5, 1, 1), (6, 498, 1000), (7, 500, 1000), (4, 90, 100), (3, 100, 100)]))
                  ).replace("<1>; exen,period-us = <1>", "<10>; exen,period-us = <1000000>")
    status, text = bench.check(bench.image(config))
    assert status == 0, text


def test_two_address_cells(bench):
    config = tree(dom0(), domu(properties="xen,static-mem = <0 0x61000000 0 0x200000>;"))
    config = config.replace("-cells = <1>", "-cells = <2>")
    status, text = bench.check(bench.image(config))
    assert status == 0 and 'dom1 "domU": 2 MiB at 0x61000000' in text


def test_focus_on_the_hypervisor(bench):
    assert bench.check(bench.image(tree(dom0(), chosen='exen,console-focus = "hypervisor";')))[0] == 0


def test_zimage_is_seen(bench):
    kernel = bytearray(1000)
    kernel[0x24:0x28] = b"\x18\x28\x6f\x01"
    bench.payloads["kernel"] = bytes(kernel)
    assert "zImage 0.0 MiB at 0x60010000" in bench.check(bench.image(tree(dom0())))[1]


def test_configuration_is_no_tree(bench):
    bad = bench.file("bad.dtb", b"not a tree")
    assert bench.refusal(bench.image(bad)) == "/images/config: not a device tree blob"


def test_configuration_too_long(bench):
    bad = bench.file("bad.dtb", bytes(65537))
    assert bench.refusal(bench.image(bad)) == "/images/config: 65537 bytes are more than 65536"
