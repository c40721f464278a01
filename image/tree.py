# SPDX-License-Identifier: Apache-2.0
"""Reading device trees by libfdt."""

import libfdt


def subnodes(tree, node):
    """Offsets of a node's children."""
    child = tree.first_subnode(node, libfdt.QUIET_NOTFOUND)
    while child >= 0:
        yield child
        child = tree.next_subnode(child, libfdt.QUIET_NOTFOUND)


def properties(tree, node):
    """(name, bytes) of a node's properties."""
    offset = tree.first_property_offset(node, libfdt.QUIET_NOTFOUND)
    while offset >= 0:
        found = tree.get_property_by_offset(offset)
        yield found.name, bytes(found)
        offset = tree.next_property_offset(offset, libfdt.QUIET_NOTFOUND)


def value_of(tree, node, name):
    """A property's bytes, None if it is not there.

    Debian's libfdt 1.6.1 loses a reference to None whenever getprop() finds nothing, until Python aborts.
    """
    return dict(properties(tree, node)).get(name)


def flag(tree, node, name):
    """Whether the node has the property."""
    return value_of(tree, node, name) is not None


def strings_of(tree, node, name):
    """A property that is a list of strings, None if it is not there."""
    value = value_of(tree, node, name)
    return None if value is None else value.decode().split("\0")[:-1]


def text_of(tree, node, name):
    """A property that is a string, the first of a list; "" if it is not there."""
    return (strings_of(tree, node, name) or [""])[0]
