# SPDX-License-Identifier: Apache-2.0
"""Disks, network interfaces, screens, keyboards and sound of a configuration: checked, and turned into what the
hypervisor reads.

The hypervisor knows no class of device, only nodes of xenstore ("exen,pv-device", Documentation/image.md). What
they must be for each is said here, from Xen's xen/io/blkif.h, netif.h, fbif.h, displif.h, kbdif.h and sndif.h.
"""

import collections
import ipaddress
import re

import libfdt

from tree import flag, properties, strings_of, subnodes, text_of, value_of

# First number of a device's name, partitions (minor numbers) for each disk: Linux's and Xen's
# docs/misc/vbd-interface.txt
_XVD = 202
_MINORS = 16


class DeviceError(ValueError):
    """A device that cannot be; the text names node and property."""


def disk_number(name):
    """Xen's number of a disk's name ("xvda", "xvdb3"); ValueError if it has none."""
    match = re.fullmatch(r"xvd([a-p])([0-9]{0,2})", name)
    if not match or int(match[2] or 0) >= _MINORS or match[2].startswith("0"):
        raise ValueError(name)
    return _XVD << 8 | (ord(match[1]) - ord("a")) * _MINORS | int(match[2] or 0)


class Domain:
    """What a domain's devices have in common while they are read."""

    def __init__(self, tree, node, domid, privileged):
        self.tree = tree
        self.node = node
        self.path = f"/chosen/{tree.get_name(node)}"
        self.domid = domid
        self.privileged = privileged    # name of the domain that serves by default
        self.counts = collections.Counter()


def fail(domain, node, prop, what):
    """Raises the error, in the form of those of image-check."""
    raise DeviceError(f"{domain.path}/{domain.tree.get_name(node)}: {prop}: {what}")


def check_properties(domain, node, known):
    """No property but those, no node."""
    for name, _ in properties(domain.tree, node):
        if name not in known:
            fail(domain, node, name, "unknown property")
    for child in subnodes(domain.tree, node):
        fail(domain, node, domain.tree.get_name(child), "a device has no node")


def single(domain, node, prop, default=None):
    """A property that is one string; without a default it must be there."""
    strings = strings_of(domain.tree, node, prop)
    if strings is None and default is not None:
        return default
    if not strings or len(strings) != 1 or not strings[0] and default is None:
        fail(domain, node, prop, "must be one string")
    return strings[0]


def disk(domain, node):
    """(class, handle, frontend nodes, backend nodes) of an "exen,block"."""
    check_properties(domain, node, ("compatible", "exen,device", "exen,source", "exen,read-only",
                                    "exen,backend"))
    device = single(domain, node, "exen,device", f"xvd{'abcdefghijklmnop'[domain.counts['vbd'] % 16]}")
    source = single(domain, node, "exen,source")
    try:
        number = disk_number(device)
    except ValueError:
        fail(domain, node, "exen,device", "must be xvda to xvdp, or a partition up to 15 of these")
    if not re.match(r"/dev/\S+$|PARTUUID=\S+$|PARTLABEL=\S+$", source):
        fail(domain, node, "exen,source", "must be /dev/NAME, PARTUUID=ID or PARTLABEL=NAME")
    mode = "r" if flag(domain.tree, node, "exen,read-only") else "w"
    return ("vbd", number, {"virtual-device": str(number), "device-type": "disk"},
            {"params": source, "mode": mode, "type": "phy", "dev": device, "device-type": "disk",
             "removable": "0", "bootable": "1", "discard-enable": "1"})


def mac_of(domain, node, index):
    """local-mac-address, or one of Xen's that is unique in the image."""
    mac = value_of(domain.tree, node, "local-mac-address")
    if mac is None:
        mac = bytes((0, 0x16, 0x3e, 0, domain.domid, index))
    if len(mac) != 6 or mac[0] & 1 or not any(mac):
        fail(domain, node, "local-mac-address", "must be six bytes, not a group's address")
    return mac.hex(":")


def network(domain, node):
    """Likewise of an "exen,network"."""
    check_properties(domain, node, ("compatible", "local-mac-address", "exen,address", "exen,bridge",
                                    "exen,backend"))
    index = domain.counts["vif"]
    bridge = single(domain, node, "exen,bridge", "xenbr0")
    if len(bridge) > 15 or not re.fullmatch(r"[\w.-]*", bridge):
        fail(domain, node, "exen,bridge", "not a name of a network interface")
    mac = mac_of(domain, node, index)
    backend = {"mac": mac, "handle": str(index), "script": "none"}
    if bridge:
        backend["bridge"] = bridge
    address = single(domain, node, "exen,address", "")
    if address:
        try:
            backend["ip"] = str(ipaddress.IPv4Address(address))
        except ValueError:
            fail(domain, node, "exen,address", "must be an IPv4 address")
    return "vif", index, {"mac": mac, "handle": str(index)}, backend


def waiting(class_name):
    """A device without properties, whose frontend reads what its backend has found out (a screen's size) as soon as it is
    there: its state is XenbusStateUnknown until the backend sets it to Initialising."""
    def device(domain, node):
        check_properties(domain, node, ("compatible", "exen,backend"))
        return class_name, domain.counts[class_name], {"state": "0"}, {}
    return device


def display(domain, node):
    """Likewise of an "exen,display": one connector. It waits, too; without a size it gets the screen's from the backend."""
    check_properties(domain, node, ("compatible", "exen,resolution", "exen,backend-allocates", "exen,backend"))
    index = domain.counts["vdispl"]
    allocates = {"be-alloc": str(int(flag(domain.tree, node, "exen,backend-allocates")))}
    frontend = {"state": "0", **allocates, "0/unique-id": str(index)}
    resolution = single(domain, node, "exen,resolution", "")
    if resolution:
        if not re.fullmatch(r"[1-9]\d{0,3}x[1-9]\d{0,3}", resolution):
            fail(domain, node, "exen,resolution", "must be WIDTHxHEIGHT")
        frontend["0/resolution"] = resolution
    return "vdispl", index, frontend, allocates


# A stream's kind: its type in sndif.h, the backend's node with the number of them
_STREAMS = {"playback": "p", "capture": "c"}
# What the backend serves (guest/linux/overlay/arch/arm/xen/sound/format.c)
_SOUND = {"short-name": "PV", "long-name": "Sound of another domain", "sample-rates": "48000",
          "sample-formats": "s8,u8,s16_le,s16_be,u16_le,s24_le,s32_le,s32_be", "buffer-size": "65536", "0/name": "PV"}


def sound(domain, node):
    """Likewise of an "exen,sound": one PCM with a stream of each kind."""
    check_properties(domain, node, ("compatible", "exen,streams", "exen,backend"))
    kinds = strings_of(domain.tree, node, "exen,streams") or list(_STREAMS)
    if not set(kinds) <= set(_STREAMS) or len(set(kinds)) != len(kinds):
        fail(domain, node, "exen,streams", "must be \"playback\", \"capture\" or both")
    frontend = dict(_SOUND)
    for number, kind in enumerate(kinds):
        frontend |= {f"0/{number}/type": _STREAMS[kind], f"0/{number}/unique-id": str(number)}
    return ("vsnd", domain.counts["vsnd"], frontend,
            {f"{kind}-streams": str(int(kind in kinds)) for kind in _STREAMS})


CLASSES = {"exen,block": disk, "exen,network": network, "exen,framebuffer": waiting("vfb"),
           "exen,keyboard": waiting("vkbd"), "exen,sound": sound, "exen,display": display}


def add_nodes(tree, parent, name, nodes):
    """A node with a property for each of xenstore's."""
    node = tree.add_subnode(parent, name)
    for key, value in nodes.items():
        tree.setprop_str(node, key, value)


def replace(domain, node):
    """Puts a generic node in the place of a device's."""
    tree = domain.tree
    kind = text_of(tree, node, "compatible")
    backend = single(domain, node, "exen,backend", domain.privileged)
    class_name, handle, frontend_nodes, backend_nodes = CLASSES[kind](domain, node)
    domain.counts[class_name] += 1
    name = f"{class_name}@{handle}"
    tree.del_node(node)
    if tree.path_offset(f"{domain.path}/{name}", libfdt.QUIET_NOTFOUND) >= 0:
        raise DeviceError(f"{domain.path}: two devices are {name}")
    device = tree.add_subnode(tree.path_offset(domain.path), name)
    tree.setprop_str(device, "compatible", "exen,pv-device")
    tree.setprop_str(device, "exen,class", class_name)
    tree.setprop_u32(device, "exen,handle", handle)
    tree.setprop_str(device, "exen,backend", backend)
    path = f"{domain.path}/{name}"
    add_nodes(tree, tree.path_offset(path), "frontend", frontend_nodes)
    add_nodes(tree, tree.path_offset(path), "backend", backend_nodes)


def first_device(tree, domain_node):
    """The next device of a domain that is to be replaced, or None."""
    for node in subnodes(tree, domain_node):
        if text_of(tree, node, "compatible") in CLASSES:
            return node
    return None


def has_devices(tree, domain_node):
    """Whether expand() has something to do there."""
    return first_device(tree, domain_node) is not None


def expand(tree, domain_nodes):
    """Replaces all devices; tree has room. Raises DeviceError."""
    paths = [f"/chosen/{tree.get_name(node)}" for node in domain_nodes]
    privileged = [path for path in paths if flag(tree, tree.path_offset(path), "exen,privileged")]
    others = [path for path in paths if path not in privileged]
    for domid, path in enumerate(privileged[:1] + others):
        serves = text_of(tree, tree.path_offset(privileged[0]), "exen,name") or \
            privileged[0].removeprefix("/chosen/") if privileged else ""
        domain = Domain(tree, tree.path_offset(path), domid, serves)
        while (node := first_device(tree, tree.path_offset(path))) is not None:
            replace(domain, node)
