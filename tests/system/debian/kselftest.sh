#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs one program of the kernel's kselftest and prints what can be compared with another run: its exit
# status (0 passed, 4 skipped) and each result that it reports itself, without times and counts.
#
# usage: kselftest.sh SECONDS COLLECTION PROGRAM [ARGUMENT...]

limit=$1
cd "/opt/kselftest/$2" || exit 1
shift 2
timeout "$limit" "./$@" >/tmp/kselftest.log 2>&1 </dev/null
echo "status $?"
grep -E '^[# ]*(not )?ok |\[(OK|PASS|FAIL|SKIP|RUN)\]|: (pass|fail|PASS|FAIL)' /tmp/kselftest.log |
	sed -E 's/0x[0-9a-f]+/N/g; s/[0-9]+([.][0-9]+)?/N/g'
