# SPDX-License-Identifier: Apache-2.0
"""Disks, network interfaces and sound of a configuration: what image/build makes of them, and what it refuses."""

import sys

import libfdt
import pytest

from conftest import BUILDER, ROOT
from test_config import dom0, domu, tree

sys.path.insert(0, str(ROOT / "image"))
from tree import properties as tree_properties  # noqa: E402

IN = "/chosen/domU/d: "


def expand(bench, *nodes, **parts):
    """The completed configuration of a domU with these nodes."""
    source = tree(dom0(), domu(nodes="".join(nodes), **parts))
    board = type("Board", (), {"file": lambda *_: None})()
    return libfdt.Fdt(BUILDER.configuration.complete(bench.compile(source, "config").read_bytes(), board, {}))


def block(more="", source='exen,source = "/dev/sda1";', name="d"):
    return f'{name} {{ compatible = "exen,block"; {source} {more} }};'


def network(more="", name="d"):
    return f'{name} {{ compatible = "exen,network"; {more} }};'


def text(found, path, prop):
    return found.getprop(found.path_offset(path), prop).as_str()


def test_disk(bench):
    found = expand(bench, block('exen,device = "xvdb3"; exen,read-only;'))
    path = "/chosen/domU/vbd@51731"
    assert found.getprop(found.path_offset(path), "exen,handle").as_uint32() == 51731
    assert text(found, path, "exen,class") == "vbd" and text(found, path, "exen,backend") == "dom0"
    assert text(found, f"{path}/frontend", "virtual-device") == "51731"
    assert text(found, f"{path}/backend", "params") == "/dev/sda1"
    assert text(found, f"{path}/backend", "mode") == "r"


def test_disks_are_named_in_their_order(bench):
    found = expand(bench, block(name="a"), block(name="b"), block(name="c"))
    assert [text(found, f"/chosen/domU/vbd@{51712 + 16 * n}/backend", "dev") for n in range(3)] == \
        ["xvda", "xvdb", "xvdc"]


def test_network(bench):
    found = expand(bench, network(name="a"), network('exen,bridge = ""; exen,address = "10.0.2.20";',
                                                       name="b"))
    assert text(found, "/chosen/domU/vif@0/frontend", "mac") == "00:16:3e:00:01:00"
    assert text(found, "/chosen/domU/vif@0/backend", "bridge") == "xenbr0"
    assert text(found, "/chosen/domU/vif@1/frontend", "mac") == "00:16:3e:00:01:01"
    assert text(found, "/chosen/domU/vif@1/backend", "ip") == "10.0.2.20"
    assert "bridge" not in {name for name, _ in tree_properties(
        found, found.path_offset("/chosen/domU/vif@1/backend"))}


def test_screen_and_keyboard(bench):
    """Their frontends wait for their backend."""
    found = expand(bench, 'a { compatible = "exen,framebuffer"; };', 'b { compatible = "exen,keyboard"; };')
    for name in ("vfb", "vkbd"):
        assert text(found, f"/chosen/domU/{name}@0", "exen,class") == name
        assert text(found, f"/chosen/domU/{name}@0", "exen,backend") == "dom0"
        assert text(found, f"/chosen/domU/{name}@0/frontend", "state") == "0"


def sound(more="", name="d"):
    return f'{name} {{ compatible = "exen,sound"; {more} }};'


def test_sound(bench):
    found = expand(bench, sound())
    path = "/chosen/domU/vsnd@0"
    assert text(found, path, "exen,class") == "vsnd"
    assert text(found, f"{path}/frontend", "0/0/type") == "p" and text(found, f"{path}/frontend", "0/1/type") == "c"
    assert text(found, f"{path}/backend", "capture-streams") == "1"


def display(more="", name="d"):
    return f'{name} {{ compatible = "exen,display"; {more} }};'


def test_display(bench):
    """The backend gives it a size, and lets it begin."""
    found = expand(bench, display())
    path = "/chosen/domU/vdispl@0"
    assert text(found, f"{path}/frontend", "state") == "0"
    assert text(found, f"{path}/frontend", "0/unique-id") == "0"
    assert "0/resolution" not in {name for name, _ in tree_properties(found, found.path_offset(f"{path}/frontend"))}
    for end in ("frontend", "backend"):
        assert text(found, f"{path}/{end}", "be-alloc") == "0"


def test_display_with_all(bench):
    found = expand(bench, display('exen,resolution = "640x480"; exen,backend-allocates;'))
    path = "/chosen/domU/vdispl@0"
    assert text(found, f"{path}/frontend", "0/resolution") == "640x480"
    for end in ("frontend", "backend"):
        assert text(found, f"{path}/{end}", "be-alloc") == "1"


def test_sound_without_capture(bench):
    found = expand(bench, sound('exen,streams = "playback";'))
    path = "/chosen/domU/vsnd@0"
    assert "0/1/type" not in {name for name, _ in tree_properties(found, found.path_offset(f"{path}/frontend"))}
    assert text(found, f"{path}/backend", "playback-streams") == "1"
    assert text(found, f"{path}/backend", "capture-streams") == "0"


CASES = {
    "streams": (sound('exen,streams = "stereo";'), IN + 'exen,streams: must be "playback", "capture" or both'),
    "resolution": (display('exen,resolution = "640*480";'), IN + "exen,resolution: must be WIDTHxHEIGHT"),
    "streams twice": (sound('exen,streams = "capture", "capture";'),
                      IN + 'exen,streams: must be "playback", "capture" or both'),
    "no source": (block(source=""), IN + "exen,source: must be one string"),
    "source that is no disk": (block(source='exen,source = "sda";'),
                               IN + "exen,source: must be /dev/NAME, PARTUUID=ID or PARTLABEL=NAME"),
    "device's name": (block('exen,device = "sda";'),
                      IN + "exen,device: must be xvda to xvdp, or a partition up to 15 of these"),
    "partition 16": (block('exen,device = "xvda16";'),
                     IN + "exen,device: must be xvda to xvdp, or a partition up to 15 of these"),
    "unknown property": (block("exen,writable;"), IN + "exen,writable: unknown property"),
    "node": (block("e { };"), IN + "e: a device has no node"),
    "two of a name": (block('exen,device = "xvda";', name="a") + block('exen,device = "xvda";', name="b"),
                      "/chosen/domU: two devices are vbd@51712"),
    "address of a group": (network("local-mac-address = [01 00 00 00 00 00];"),
                           IN + "local-mac-address: must be six bytes, not a group's address"),
    "short address": (network("local-mac-address = [00 16];"),
                      IN + "local-mac-address: must be six bytes, not a group's address"),
    "no address": (network('exen,address = "10.0.2.256";'), IN + "exen,address: must be an IPv4 address"),
    "screen's property": ('d { compatible = "exen,framebuffer"; exen,source = "/dev/fb0"; };',
                          IN + "exen,source: unknown property"),
    "bridge's name": (network('exen,bridge = "a bridge";'),
                      IN + "exen,bridge: not a name of a network interface"),
}


@pytest.mark.parametrize("name", CASES)
def test_refused(bench, name):
    nodes, message = CASES[name]
    with pytest.raises(BUILDER.configuration.DeviceError, match=f"^{message}$".replace("(", r"\\(")):
        expand(bench, nodes)


@pytest.mark.parametrize("name, good", [("0/0/type", True), ("/type", False), ("0/", False), ("0//type", False)])
def test_names_that_are_paths(bench, name, good):
    """Device tree source has none such; they are added to the blob."""
    pv_device = ('d { compatible = "exen,pv-device"; exen,class = "vsnd"; exen,handle = <0>; exen,backend = "dom0"; '
                 'frontend { a = "1"; }; };')
    blob = libfdt.Fdt(bench.compile(tree(dom0(), domu(nodes=pv_device)), "config").read_bytes())
    blob.resize(blob.totalsize() + 256)
    blob.setprop_str(blob.path_offset("/chosen/domU/d/frontend"), name, "1")
    image = bench.image(bench.file("paths.dtb", blob.as_bytearray()))
    if good:
        assert bench.check(image)[0] == 0
    else:
        assert bench.refusal(image) == f"/chosen/domU/d/frontend: {name}: not a name for xenstore"
