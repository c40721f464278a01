# SPDX-License-Identifier: Apache-2.0
"""Debian's xenstore-utils, unmodified, work against the core."""

import os
import subprocess


def test_write_read_list_exists_remove(server):
    server.tool("write", "/a/b/c", "hello", "/a/d", "x y")
    assert server.tool("read", "/a/b/c", "/a/d") == "hello\nx y\n"
    assert server.tool("list", "/a") == "b\nd\n"
    assert server.tool("list", "-p", "/a/b").split() == ["/a/b/c"]
    server.tool("exists", "/a/b")
    server.tool("exists", "/a/none", status=1)
    server.tool("rm", "/a/b")
    server.tool("exists", "/a/b", status=1)
    server.tool("read", "/a/b/c", status=1)


def test_rm_with_tidying(server):
    server.tool("write", "/a/b/c", "1")
    server.tool("rm", "-t", "/a/b/c")
    server.tool("exists", "/a", status=1)


def test_ls_shows_everything(server):
    server.tool("write", "/vm/1/name", "one", "/vm/2", "a\x01b")
    assert server.tool("ls") == 'vm = ""\n 1 = ""\n  name = "one"\n 2 = "a\\001b"\n'
    assert server.tool("ls", "-f").splitlines() == [
        '/vm = ""', '/vm/1 = ""', '/vm/1/name = "one"', '/vm/2 = "a\\001b"']


def test_chmod(server):
    server.tool("write", "/a/b", "1", "/a/b/c", "2")
    server.tool("chmod", "/a/b", "n0", "r3")
    assert "/a/b" in server.tool("ls", "-f", "-p")
    listing = server.tool("ls", "-f", "-p").splitlines()
    assert [line.rsplit("(", 1)[1] for line in listing] == ["n0)", "n0,r3)", "n0)"]
    assert server.tool("read", "/a/b", path=server.dom3) == "1\n"
    server.tool("write", "/a/b", "2", path=server.dom3, status=1)
    server.tool("chmod", "-r", "/a", "b0")
    server.tool("write", "/a/b/c", "2", path=server.dom3)


def test_domain_without_rights(server):
    server.tool("write", "/secret", "s")
    server.tool("read", "/secret", path=server.dom3, status=1)
    server.tool("write", "/mine", "1", path=server.dom3, status=1)
    server.tool("ls", path=server.dom3, status=1)


def test_relative_paths_are_the_domains(server):
    server.tool("write", "/local/domain/3", "")
    server.tool("chmod", "/local/domain/3", "n3")
    server.tool("write", "data/x", "1", path=server.dom3)
    assert server.tool("read", "/local/domain/3/data/x") == "1\n"


def test_directories_longer_than_a_message(server):
    names = [f"node-{i}" for i in range(900)]
    for start in range(0, len(names), 100):
        server.tool("write", *(word for name in names[start:start + 100]
                               for word in (f"/big/{name}", "x")))
    assert server.tool("list", "/big").split() == names
    assert len(server.tool("ls", "-f", "/big").splitlines()) == 900


def test_watch(server):
    with subprocess.Popen(["stdbuf", "-oL", "xenstore-watch", "-n", "4", "/w"], text=True,
                          stdout=subprocess.PIPE,
                          env=dict(os.environ, XENSTORED_PATH=str(server.dom0))) as watch:
        try:
            assert watch.stdout.readline() == "/w\n"
            server.tool("write", "/w", "1")
            assert watch.stdout.readline() == "/w\n"
            server.tool("write", "/w/child", "1")
            assert watch.stdout.readline() == "/w/child\n"
            server.tool("rm", "/w")
            assert watch.stdout.readline() == "/w\n"
            assert watch.wait(10) == 0
        finally:
            watch.kill()


def test_long_values(server):
    value = "v" * 4000
    server.tool("write", "/long", value)
    assert server.tool("read", "/long") == value + "\n"


def test_many_tools_at_once(server):
    """Each xenstore-write is a transaction: those that conflict try again until they have won."""
    environment = dict(os.environ, XENSTORED_PATH=str(server.dom0))
    tools = [subprocess.Popen(["xenstore-write", "/shared", str(i), f"/each/{i}", str(i)],
                              env=environment) for i in range(30)]
    assert [tool.wait(20) for tool in tools] == [0] * 30
    assert sorted(map(int, server.tool("list", "/each").split())) == list(range(30))
