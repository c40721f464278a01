# SPDX-License-Identifier: Apache-2.0
"""Names of the operations that the plugin lists: as an assembler writes them, without registers."""

import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent

VFP_REGISTERS = {0: "fpsid", 1: "fpscr", 6: "mvfr1", 7: "mvfr0", 8: "fpexc", 9: "fpinst", 10: "fpinst2"}
UNCONDITIONAL = 0xf0000000


def _classes():
    """{key: name} of plugin/classes.def."""
    text = (HERE / "plugin" / "classes.def").read_text()
    return {int(value, 16): name
            for value, name in re.findall(r'^CLASS\(\w+, (\w+), "(.*)"\)', text, re.MULTILINE)}


CLASSES = _classes()


def name_of(key):
    """`mcr p15,0,c7,c10,4`, `mcrr p15,0,c5`, `vmrs fpexc` or a class: what a key stands for."""
    if key in CLASSES:
        return CLASSES[key]
    suffix = "2" if key >= UNCONDITIONAL else ""
    reads = key >> 20 & 1
    coprocessor = key >> 8 & 15
    if key & 0x0f000000 == 0x0c000000:
        return f"{'mrrc' if reads else 'mcrr'}{suffix} p{coprocessor},{key >> 4 & 15},c{key & 15}"
    first, crn, second, crm = key >> 21 & 7, key >> 16 & 15, key >> 5 & 7, key & 15
    if coprocessor == 10:
        return f"{'vmrs' if reads else 'vmsr'} {VFP_REGISTERS.get(crn, f'#{crn}')}"
    return f"{'mrc' if reads else 'mcr'}{suffix} p{coprocessor},{first},c{crn},c{crm},{second}"


def key_of(name):
    """The key of a coprocessor transfer or a class; raises ValueError."""
    for key, known in CLASSES.items():
        if known == name:
            return key
    match = re.fullmatch(r"(mcr|mrc) p(\d+),(\d),c(\d+),c(\d+),(\d)", name)
    if match:
        coprocessor, first, crn, crm, second = map(int, match.groups()[1:])
        return (0x0e000010 | (match[1] == "mrc") << 20 | first << 21 | crn << 16 | coprocessor << 8 |
                second << 5 | crm)
    match = re.fullmatch(r"(mcrr|mrrc) p(\d+),(\d+),c(\d+)", name)
    if match:
        coprocessor, first, crm = map(int, match.groups()[1:])
        return 0x0c400000 | (match[1] == "mrrc") << 20 | coprocessor << 8 | first << 4 | crm
    raise ValueError(f"no operation: {name}")
