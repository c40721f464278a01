# SPDX-License-Identifier: Apache-2.0
"""Clients that break the protocol, flood, never read or vanish: nobody else notices."""

import random
import socket

import pytest

import wire
from wire import HEADER, XenstoreError


def give_home(server):
    """/local/domain/3, owned by domain 3."""
    dom0 = server.client()
    dom0.ask(wire.WRITE, b"/local/domain/3\0")
    dom0.ask(wire.SET_PERMS, b"/local/domain/3\0n3\0")
    return dom0


def test_overlong_message_closes_only_that_connection(server):
    bad, good = server.client(server.dom3), server.client()
    bad.socket.sendall(HEADER.pack(wire.WRITE, 1, 0, 4097) + b"x" * 4097)
    assert bad.is_closed()
    assert good.ask(wire.GET_DOMAIN_PATH, b"0\0") == b"/local/domain/0\0"


def test_garbage(server):
    generator = random.Random(1)
    for _ in range(200):
        client = server.client(server.dom3)
        try:
            client.socket.sendall(generator.randbytes(generator.randrange(1, 5000)))
        except ConnectionError:
            pass
        client.close()
    assert server.client().ask(wire.GET_DOMAIN_PATH, b"1\0") == b"/local/domain/1\0"


def test_half_a_message_keeps_nobody_waiting(server):
    slow, good = server.client(), server.client()
    slow.socket.sendall(HEADER.pack(wire.WRITE, 1, 0, 100) + b"/half")
    assert good.ask(wire.GET_DOMAIN_PATH, b"1\0") == b"/local/domain/1\0"
    slow.socket.sendall(b"\0" + b"v" * 94)
    assert slow.answer() == b"OK\0"
    assert good.ask(wire.READ, b"/half\0") == b"v" * 94


def test_client_that_never_reads_is_held_back(server):
    dom0 = give_home(server)
    deaf = server.client(server.dom3)
    deaf.socket.settimeout(0.5)
    dom0.ask(wire.WRITE, b"/local/domain/3/big\0" + b"v" * 2000)
    sent = 0
    with pytest.raises(socket.timeout):
        while True:
            deaf.send(wire.READ, b"big\0")
            sent += 1
            assert sent < 1000000, "the server takes requests without end"
    for i in range(50):
        dom0.ask(wire.WRITE, b"/local/domain/3/x\0%d" % i)
    assert dom0.ask(wire.READ, b"/local/domain/3/x\0") == b"49"


def test_events_for_a_client_that_never_reads_are_folded(server):
    dom0 = give_home(server)
    deaf = server.client(server.dom3)
    deaf.ask(wire.WATCH, b"w\0token\0")
    for i in range(20000):
        dom0.ask(wire.WRITE, b"/local/domain/3/w/%d\0x" % (i % 10))
    nr_events = 0
    deaf.send(wire.GET_DOMAIN_PATH, b"3\0")
    assert deaf.answer() == b"/local/domain/3\0"
    nr_events = len(deaf.events)
    assert 0 < nr_events < 20000
    dom0.ask(wire.WRITE, b"/local/domain/3/w/last\0x")
    while deaf.event() not in (b"w/last\0token\0", b"w\0token\0"):
        pass


def test_flood_leaves_turns_for_others(server):
    give_home(server)
    flooders = [server.client(server.dom3) for _ in range(10)]
    request = HEADER.pack(wire.READ, 1, 0, 5) + b"none\0"
    for flooder in flooders:
        flooder.socket.setblocking(False)
        try:
            while flooder.socket.send(request * 1000):
                pass
        except BlockingIOError:
            pass
    good = server.client(timeout=5)
    for _ in range(200):
        assert good.ask(wire.GET_DOMAIN_PATH, b"1\0") == b"/local/domain/1\0"


def test_quota_of_a_domain_is_no_one_elses(server):
    dom0 = give_home(server)
    greedy = server.client(server.dom3)
    with pytest.raises(XenstoreError, match="ENOSPC"):
        for i in range(10000):
            greedy.ask(wire.WRITE, b"n/%d\0x" % i)
    assert i < 1000
    dom0.ask(wire.WRITE, b"/still/works\0x")


def test_vanishing_in_a_transaction(server):
    dom0 = server.client()
    for i in range(200):
        client = server.client()
        transaction = int(client.ask(wire.START, b"\0").rstrip(b"\0"))
        client.ask(wire.WRITE, b"/never/%d\0x" % i, transaction)
        client.ask(wire.WATCH, b"/never\0t\0")
        client.close()
    with pytest.raises(XenstoreError, match="ENOENT"):
        dom0.ask(wire.READ, b"/never\0")
    assert dom0.ask(wire.CONTROL, b"memreport\0").startswith(b"nodes 4 of ")


def test_more_clients_than_connections(server):
    clients = [server.client() for _ in range(80)]
    answered = 0
    for client in clients[:60]:
        answered += client.ask(wire.GET_DOMAIN_PATH, b"1\0") == b"/local/domain/1\0"
    assert answered == 60
    for client in clients:
        client.close()
    assert server.client().ask(wire.GET_DOMAIN_PATH, b"2\0") == b"/local/domain/2\0"
