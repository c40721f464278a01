# SPDX-License-Identifier: Apache-2.0
"""What the builder reads in a configuration of domains, and what it writes into it.

A board is an object whose file(domain, name) is the file that a domain means by a payload's name, or None.
"""

import libfdt

from devices import DeviceError, expand, has_devices
from needs import Needs, of_kernel, of_ramdisk
from tree import flag, subnodes, text_of

_DEVICE_ROOM = 1 << 16


def domains(tree):
    """Offsets of a configuration's domains."""
    chosen = tree.path_offset("/chosen", libfdt.QUIET_NOTFOUND)
    return list(subnodes(tree, chosen)) if chosen >= 0 else []


def modules(tree, domain):
    """(node's name, compatible, payload) of each module of a domain."""
    return [(tree.get_name(node), text_of(tree, node, "compatible"), text_of(tree, node, "exen,image"))
            for node in subnodes(tree, domain) if flag(tree, node, "exen,image")]


def needs_of_module(kind, file):
    """What a payload needs of the processor."""
    if kind == "multiboot,ramdisk":
        return of_ramdisk(file.read_bytes())
    config = file.resolve().parent / "config"
    if kind == "multiboot,kernel" and config.is_file():
        return of_kernel(config.read_text(errors="replace"))
    return Needs()


def domain_needs(tree, domain, board):
    """[(what, Needs)] of a domain's payloads."""
    name = tree.get_name(domain)
    files = [(kind, board.file(name, payload)) for _, kind, payload in modules(tree, domain)]
    return [(f"{name}: {file}", needs_of_module(kind, file)) for kind, file in files if file]


def edits(tree, board, stored):
    """(node, property, strings) of what the builder writes into the configuration."""
    for domain in domains(tree):
        path = f"/chosen/{tree.get_name(domain)}"
        for module, _, name in modules(tree, domain):
            file = board.file(tree.get_name(domain), name)
            if file and stored[file] != name:
                yield f"{path}/{module}", "exen,image", [stored[file]]
        needs = Needs()
        for _, more in domain_needs(tree, domain, board):
            needs |= more
        if needs.arch != "any" and not flag(tree, domain, "exen,cpu-arch"):
            yield path, "exen,cpu-arch", [needs.arch]
        if needs.features and not flag(tree, domain, "exen,cpu-features"):
            yield path, "exen,cpu-features", sorted(needs.features)


def complete(blob, board, stored, splash=None):
    """The configuration as the hypervisor reads it, blob.

    With what the image calls the payloads ({file: name}, and the picture's name) and what they need; devices by their
    xenstore nodes.
    Raises DeviceError.
    """
    try:
        tree = libfdt.Fdt(blob)
        found = list(edits(tree, board, stored))
        if splash:
            found.append(("/chosen", "exen,splash", [splash]))
        if any(has_devices(tree, domain) for domain in domains(tree)):
            tree.resize(tree.totalsize() + _DEVICE_ROOM)
            expand(tree, domains(tree))
            tree.pack()
    except DeviceError:
        raise
    except (libfdt.FdtException, ValueError):
        return blob                     # image-check says what is wrong with it
    for node, name, strings in found:
        value = b"".join(text.encode() + b"\0" for text in strings)
        tree.resize(tree.totalsize() + len(value) + 64)
        tree.setprop(tree.path_offset(node), name, value)
        tree.pack()
    return bytes(tree.as_bytearray())


def explain(blob, board):
    """Lines that say what each payload of a board needs."""
    tree = libfdt.Fdt(blob)
    return [f"{what} needs {needs}" for domain in domains(tree)
            for what, needs in domain_needs(tree, domain, board) if needs != Needs()]
