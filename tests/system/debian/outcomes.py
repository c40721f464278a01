# SPDX-License-Identifier: Apache-2.0
"""Prints the outcome of each test in a JUnit report of Python's regression tests, sorted."""

import sys
import xml.etree.ElementTree

CASES = xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testcase")
OUTCOMES = sorted(f"{case.get('name')}: {', '.join(child.tag for child in case) or 'passed'}"
                  for case in CASES)
print("\n".join(OUTCOMES))
