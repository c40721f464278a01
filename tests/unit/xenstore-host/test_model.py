# SPDX-License-Identifier: Apache-2.0
"""Random operations against a model of the store: a dictionary, and transactions as lists of what was
asked and answered.  A commit must succeed only if asking the same again, all at once, on the store as
it is then gives the same answers (so that transactions are serialisable), and leave what that leaves."""

import random

import pytest

import wire
from wire import XenstoreError

NAMES = ("a", "b", "c")


class Model:
    """The store as paths and values; the root always exists."""

    def __init__(self, values=None):
        self.values = dict(values or {"/": b""})

    @staticmethod
    def parent(path):
        """The path above."""
        return path.rsplit("/", 1)[0] or "/"

    def children(self, path):
        """Names right below."""
        return sorted(p.rsplit("/", 1)[1] for p in self.values
                      if p != "/" and self.parent(p) == path)

    def make(self, path):
        """Creates what is missing of a path."""
        while path not in self.values:
            self.values[path] = b""
            path = self.parent(path)

    def apply(self, kind, path, value):
        """The answer that the server should give."""
        if kind == wire.WRITE:
            self.make(path)
            self.values[path] = value
        elif kind == wire.MKDIR:
            self.make(path)
        elif kind == wire.RM:
            if path not in self.values:
                return b"OK\0" if self.parent(path) in self.values else "ENOENT"
            for below in [p for p in self.values if p == path or p.startswith(path + "/")]:
                del self.values[below]
        elif path not in self.values:
            return "ENOENT"
        elif kind == wire.READ:
            return self.values[path]
        else:
            return self.children(path)
        return b"OK\0"


def ask(client, kind, path, value, transaction):
    """The server's answer in the model's form."""
    payload = path.encode() + b"\0" + (value if kind == wire.WRITE else b"")
    try:
        answer = client.ask(kind, payload, transaction)
    except XenstoreError as error:
        return str(error)
    if kind == wire.DIRECTORY:
        return sorted(name.decode() for name in answer.split(b"\0")[:-1])
    return answer


class Session:
    """A client that may be in a transaction."""

    def __init__(self, client, generator):
        self.client = client
        self.generator = generator
        self.transaction = 0
        self.history = []

    def random_operation(self, counter):
        """(type, path, value)"""
        generator = self.generator
        path = "".join("/" + generator.choice(NAMES) for _ in range(generator.randint(1, 3)))
        kind = generator.choice((wire.READ, wire.READ, wire.WRITE, wire.WRITE, wire.MKDIR, wire.RM,
                                 wire.DIRECTORY))
        return kind, path, b"%d" % counter

    def end(self, store):
        """Ends the transaction and judges; returns whether it was committed."""
        again = Model(store.values)
        is_same = all(again.apply(*operation) == answer for operation, answer in self.history)
        try:
            self.client.ask(wire.END, b"T\0", self.transaction)
        except XenstoreError as error:
            assert str(error) == "EAGAIN"
            self.transaction = 0
            return False
        assert is_same, "committed although its answers would be different now"
        store.values = again.values
        self.transaction = 0
        return True

    def step(self, store, counter):
        """One random request."""
        choice = self.generator.random()
        if not self.transaction and choice < 0.2:
            self.transaction = int(self.client.ask(wire.START, b"\0").rstrip(b"\0"))
            self.history = []
            return None
        if self.transaction and choice < 0.15:
            return self.end(store)
        operation = self.random_operation(counter)
        answer = ask(self.client, *operation, self.transaction)
        if self.transaction:
            self.history.append((operation, answer))
        else:
            assert answer == store.apply(*operation)
        return None


@pytest.mark.parametrize("seed", range(4))
def test_several_clients(server, seed):
    generator = random.Random(seed)
    sessions = [Session(server.client(), generator) for _ in range(3)]
    store = Model()
    outcomes = [generator.choice(sessions).step(store, i) for i in range(6000)]
    assert outcomes.count(True) > 50 and outcomes.count(False) > 50
    for session in sessions:
        if session.transaction:
            session.end(store)
    for path, value in store.values.items():
        assert ask(sessions[0].client, wire.READ, path, b"", 0) == value
        assert ask(sessions[0].client, wire.DIRECTORY, path, b"", 0) == store.children(path)


@pytest.mark.parametrize("seed", range(3))
def test_one_client_never_conflicts_and_sees_its_own_changes(server, seed):
    generator = random.Random(100 + seed)
    client = server.client()
    store = Model()
    for i in range(300):
        session = Session(client, generator)
        view = Model(store.values)
        transaction = int(client.ask(wire.START, b"\0").rstrip(b"\0"))
        for _ in range(generator.randint(1, 12)):
            operation = session.random_operation(i)
            assert ask(client, *operation, transaction) == view.apply(*operation)
        if generator.random() < 0.7:
            assert client.ask(wire.END, b"T\0", transaction) == b"OK\0"
            store = view
        else:
            client.ask(wire.END, b"F\0", transaction)
    assert ask(client, wire.DIRECTORY, "/", b"", 0) == store.children("/")
