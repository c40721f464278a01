# SPDX-License-Identifier: Apache-2.0
"""The container: what is wrong with the file, the FIT in it, or a payload."""

import re
import struct
import subprocess

import libfdt
import pytest

from conftest import BOARD, BUILDER, FIT_OFFSET, HERE, OUT, ROOT, zimage_header
import configuration

CONFIG = (HERE / "test.dts").read_text()


@pytest.fixture
def image(bench):
    return bench.image(CONFIG)


def set_end(image):
    """Makes the zImage header agree with the file's length."""
    struct.pack_into("<I", image, 0x2C, len(image))
    return image


def replace(image, old, new):
    """Replaces bytes of the same length, once."""
    assert len(old) == len(new) and image.count(old) >= 1
    return image.replace(old, new, 1)


def test_no_zimage_header(bench, image):
    image[0x24] ^= 1
    assert bench.refusal(image) == "no zImage header"


def test_truncated_file(bench, image):
    text = bench.refusal(image[:-100])
    assert text == f"the zImage header says {len(image)} bytes, the file has {len(image) - 100}"


def test_no_fit(bench, image):
    text = bench.refusal(set_end(image[:FIT_OFFSET]), "--fit-offset", str(FIT_OFFSET))
    assert text == "the image is cut short: 0 bytes where the FIT should be"


def test_other_magic(bench, image):
    image[FIT_OFFSET] ^= 0xFF
    text = bench.refusal(image, "--fit-offset", str(FIT_OFFSET))
    assert text == "no FIT behind the hypervisor: 0x2f0dfeed instead of 0xd00dfeed"


def test_header_cut(bench, image):
    text = bench.refusal(set_end(image[:FIT_OFFSET + 1000]))
    assert text == "the image is cut short: 1000 bytes of a FIT header of 4096"


def test_payload_cut(bench, image):
    text = bench.refusal(set_end(image[:FIT_OFFSET + 4096 + 100]))
    assert re.fullmatch(r"/images/config: the image is cut short: \d+ bytes at 0x1000 of 4196", text)


def test_header_too_long(bench, image):
    struct.pack_into(">I", image, FIT_OFFSET + 4, 0x20000)
    assert bench.refusal(image) == "the FIT's header is damaged: it says 131072 bytes"


@pytest.mark.parametrize("version", [0, 2, 16, 18])
def test_header_version(bench, image, version):
    struct.pack_into(">2I", image, FIT_OFFSET + 20, version, 0)     # libfdt alone crashes on 2
    assert bench.refusal(image) == "the FIT's header is damaged"


def test_header_structure(bench, image):
    struct.pack_into(">I", image, FIT_OFFSET + 8, 0xFFFFFFF0)
    assert bench.refusal(image) == "the FIT's header is damaged"


@pytest.mark.parametrize("payload", ["config", f"dtb-{BOARD}", "kernel", "ramdisk"])
def test_payload_damaged(bench, image, payload):
    nothing = type("Board", (), {"file": lambda *_: None})()
    config = configuration.complete((bench.folder / "config.dtb").read_bytes(), nothing, {})
    content = {"config": config,
               f"dtb-{BOARD}": bench.board.read_bytes()}.get(payload) or bench.payloads[payload]
    at = image.find(content, FIT_OFFSET + 4096)     # mkimage leaves a copy behind its header
    assert at > 0 and at % 4096 == 0
    image[at + len(content) // 2] ^= 0x10
    text = bench.refusal(image)
    assert text == f"/images/{payload}: damaged: its sha256 is not the one it was built with"


def test_hash_algorithm(bench, image):
    image = replace(image, b"sha256\0", b"sha255\0")
    assert bench.refusal(image).endswith(': no hash with algo = "sha256"')


def test_compressed(bench, image):
    image = replace(image, b"none\0", b"gzip\0")
    assert bench.refusal(image) == '/images/config: compression: only "none" is supported'


def test_data_inside(bench, image):
    image = replace(image, b"data-offset\0", b"data-xxxxxx\0")
    assert bench.refusal(image) == "/images/config: data-offset: not there (mkimage -E makes it)"


def test_payload_not_aligned(bench, image):
    strings = FIT_OFFSET + struct.unpack_from(">I", image, FIT_OFFSET + 12)[0]
    name = image.index(b"data-offset\0") - strings
    at = image.index(struct.pack(">3I", 3, 4, name)) + 12
    struct.pack_into(">I", image, at, 8)
    assert bench.refusal(image) == "/images/config: data-offset: 0x8 is not a multiple of 4096"


def test_no_images(bench, image):
    image = replace(image, b"\x00\x00\x00\x01images\0", b"\x00\x00\x00\x01imagex\0")
    assert bench.refusal(image) == '/: no node "images": not a FIT'


def test_board_without_configuration(bench, image):
    image = replace(image, b"exen,config\0", b"exen,konfig\0")
    assert bench.refusal(image) == f"/configurations/{BOARD}: exen,config: not there"


def test_unknown_board(bench, image):
    text = bench.refusal(image, "--board", "other,board")
    assert text == '/configurations: none for a board compatible with "other,board"'


def test_tree_of_another_board(bench):
    other = bench.compile('/dts-v1/; / { compatible = "other,board"; };', "other")
    text = bench.refusal(bench.image(CONFIG, [("test,board", other)]))
    assert text == '/configurations/test,board: fdt: not a device tree for "test,board"'


def test_board_tree_is_none(bench):
    text = bench.refusal(bench.image(CONFIG, [(BOARD, bench.file("x.dtb", b"nothing at all"))]))
    assert text == f"/images/dtb-{BOARD}: not a device tree blob"


def test_two_boards(bench):
    second = bench.compile('/dts-v1/; / { compatible = "second,board", "test,family"; };', "second")
    image = bench.image(CONFIG, [(BOARD, bench.board), ("second,board", second)])
    status, text = bench.check(image)
    assert status == 0 and text.count("board ") == 2
    status, text = bench.check(image, "--board", "second,board")
    assert status == 0 and "test,board" not in text


def test_ram_from_the_board(bench, image):
    path = bench.file("image.img", image)
    done = subprocess.run([OUT / "image-check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_ram_too_small(bench, image):
    text = bench.refusal(image, ram="0x60000000,0x100000")
    assert text == "test,board: RAM of 1048576 bytes does not hold the image"


def test_usage():
    done = subprocess.run([OUT / "image-check"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith("usage: image-check ")


# ---- the builder -----------------------------------------------------------------------------------


def build(bench, *more, name="out.img", **environment):
    """Runs image/build as a user does."""
    hypervisor = bench.file("hypervisor.bin", zimage_header() * 17)     # 4352 bytes: a page and some
    config = bench.file("test.dts", CONFIG.encode())
    for payload, content in bench.payloads.items():
        bench.file(payload, content)
    command = [ROOT / "image/build", "--hypervisor", hypervisor, "--config", config,
               "--payload", f"kernel={bench.folder / 'kernel'}",
               "--payload", f"ramdisk={bench.folder / 'ramdisk'}",
               "--dtb", f"{BOARD}={bench.board}", "-o", bench.folder / name, *more]
    return subprocess.run(command, capture_output=True, text=True, check=False,
                          cwd=bench.folder, env={"PATH": "/usr/bin:/bin", **environment})


def test_build(bench):
    done = build(bench)
    assert done.returncode == 0, done.stderr
    image = (bench.folder / "out.img").read_bytes()
    assert struct.unpack_from("<I", image, 0x2C)[0] == len(image)
    assert image[8192:8196] == b"\xd0\x0d\xfe\xed"
    assert image[:0x2C] == zimage_header()[:0x2C] and image[4352:8192] == bytes(8192 - 4352)
    assert 'dom0 "control": 4 MiB at 0x60000000' in done.stdout


def test_build_is_deterministic(bench):
    assert build(bench, name="a.img").returncode == 0
    assert build(bench, name="b.img").returncode == 0
    assert build(bench, name="c.img", SOURCE_DATE_EPOCH="1600000000").returncode == 0
    first, second, dated = ((bench.folder / f"{name}.img").read_bytes() for name in "abc")
    assert first == second and first != dated


def test_build_keeps_no_bad_image(bench):
    assert build(bench).returncode == 0
    before = (bench.folder / "out.img").read_bytes()
    done = build(bench, "--ram", "0x60000000,0x700000")
    assert done.returncode == 1
    assert done.stderr.startswith("image/build: image-check: ") and "RAM for domains" in done.stderr
    assert (bench.folder / "out.img").read_bytes() == before


def stored(image):
    """{name: content} of an image's payloads."""
    at = 8192
    fit = libfdt.Fdt(image[at:at + struct.unpack_from(">I", image, at + 4)[0]])
    behind = at + fit.totalsize()
    found = {}
    for node in configuration.subnodes(fit, fit.path_offset("/images")):
        offset, size = (fit.getprop(node, f"data-{what}").as_uint32() for what in ("offset", "size"))
        found[fit.get_name(node)] = image[behind + offset:behind + offset + size]
    return found


def meant(config):
    """{domain: [payload of each module]} of a configuration."""
    tree = libfdt.Fdt(config)
    return {tree.get_name(domain): [name for _, _, name in configuration.modules(tree, domain)]
            for domain in configuration.domains(tree)}


def test_boards_share_what_they_have_in_common(bench):
    second = bench.compile('/dts-v1/; / { compatible = "second,board"; };', "second")
    other = bench.file("other-kernel", b"another kernel")
    done = build(bench, "--dtb", f"second,board={second}", "--payload", f"kernel={other}",
                 "--ram", "0x60000000,0x4000000")
    assert done.returncode == 0, done.stderr
    payloads = stored((bench.folder / "out.img").read_bytes())
    assert set(payloads) == {"config", "config-2", f"dtb-{BOARD}", "dtb-second,board", "kernel",
                             "kernel-2", "ramdisk"}
    assert payloads["kernel-2"] == b"another kernel"
    assert meant(payloads["config-2"]) == {"guest": ["kernel-2"], "dom0": ["kernel-2", "ramdisk"]}


def test_a_payload_for_one_domain(bench):
    other = bench.file("other-kernel", b"another kernel")
    done = build(bench, "--payload", f"dom0/kernel={other}")
    assert done.returncode == 0, done.stderr
    payloads = stored((bench.folder / "out.img").read_bytes())
    assert meant(payloads["config"]) == {"guest": ["kernel"], "dom0": ["kernel-2", "ramdisk"]}


def test_two_files_with_the_same_content(bench):
    copy = bench.file("copy", bench.payloads["kernel"])
    done = build(bench, "--payload", f"dom0/kernel={copy}")
    assert done.returncode == 0, done.stderr
    assert "kernel-2" not in stored((bench.folder / "out.img").read_bytes())


@pytest.mark.parametrize("arguments, message", [
    (["--payload", "more=/nowhere", "--payload", "more=/nowhere"],
     "--payload more: two files for one name"),
    (["--payload", "config=/nowhere"], "--payload config: the name is taken"),
    (["--payload", "a/b/c=/nowhere"], "--payload a/b/c: the name is taken"),
    (["--dtb", f"{BOARD}=/nowhere"], f"--dtb {BOARD}: two boards cannot be told apart at boot"),
    (["--payload", "other=/nowhere"], "/nowhere: no such file"),
])
def test_build_refuses(bench, arguments, message):
    done = build(bench, *arguments)
    assert done.returncode == 1 and done.stderr == f"image/build: {message}\n"


def test_build_wants_a_zimage(bench):
    with pytest.raises(BUILDER.Failure, match="no zImage header"):
        BUILDER.hypervisor_with_fit(bytes(1000), b"")


def test_samples_compile():
    for source in sorted((ROOT / "image/configs").glob("*.dts")):
        done = subprocess.run(["dtc", "-I", "dts", "-O", "dtb", "-o", "/dev/null", source],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0 and not done.stderr, done.stderr
