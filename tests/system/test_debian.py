# SPDX-License-Identifier: Apache-2.0
"""Debian's programs in a domU: they do what they do natively on the same board.

Each command runs in both, must succeed in both, and must write the same.
"""

import pytest

from userspace import Systems, initramfs

# Board, kernel of domU, Debian architecture.  A v5 kernel on the A9 has no native run of its own: it is
# compared with the board's kernel.
SYSTEMS = [("vexpress-a9", "v6v7", "armel"), ("versatilepb", "v5", "armel"), ("vexpress-a9", "v5", "armel"),
           ("realview-eb-arm926", "v5", "armel"), ("vexpress-a9", "v6v7", "armhf")]
SHORT = [("vexpress-a9", "v6v7", "armel"), ("versatilepb", "v5", "armel")]


def stress(name, instances, operations, options=""):
    """A command that runs a stressor to a fixed amount of work, its results verified."""
    return (f"stress-ng --temp-path /tmp --verify --no-rand-seed --metrics --yaml /tmp/y --{name} {instances} "
            f"--{name}-ops {operations} {options} >/tmp/log 2>&1 || {{ cat /tmp/log; exit 1; }}; "
            "! grep fail: /tmp/log && grep bogo-ops: /tmp/y")


def compiled(name, options="", compiler="gcc", arguments="", before="", libraries="-lm"):
    """A command that compiles one of our programs in the domain and runs it."""
    return f"{before}{compiler} -O2 -Wall {options} /opt/programs/{name} -o /tmp/a.out {libraries} && " \
           f"/tmp/a.out {arguments}"


def python(*modules):
    """A command that runs Python's own tests of some modules and writes each one's outcome."""
    names = " ".join(f"test_{module}" for module in modules)
    return f"cd /tmp && python3 -m test --junit-xml /tmp/junit.xml {names} >/tmp/log 2>&1 || " \
           "{ cat /tmp/log; exit 1; }; python3 /opt/programs/outcomes.py /tmp/junit.xml"


LIBRARIES = "".join(f"gcc -O2 -shared -fPIC -DNUMBER={n} /opt/programs/library.c -o /tmp/lib{n}.so && "
                    for n in (1, 2, 3))
TEXT = "seq 1 100000"

# name: (command, seconds)
PROGRAMS = {
    "gcc: floating point": (compiled("float.c", "-ffp-contract=off"), 300),
    "gcc: threads": (compiled("threads.c", "-pthread", libraries="-latomic"), 600),
    "gcc: signals": (compiled("signals.c"), 300),
    "gcc: dynamic loading": (compiled("load.c", arguments="/tmp/lib1.so /tmp/lib2.so /tmp/lib3.so",
                                      before=LIBRARIES), 300),
    "g++: exceptions": (compiled("exceptions.cc", "-pthread", "g++"), 600),
    "openssl: digests": (f"for i in md5 sha1 sha256 sha512 sha3-256 blake2s256; do "
                         f"{TEXT} | openssl dgst -$i; done", 300),
    "openssl: ciphers": ("for i in aes-128-cbc aes-256-gcm aes-192-ctr camellia-128-cbc chacha20; do "
                         f"[ $i = aes-256-gcm ] || {TEXT} | openssl enc -$i -pbkdf2 -nosalt -pass pass:x | "
                         "md5sum; done", 300),
    "openssl: speed": ("openssl speed -seconds 1 -bytes 1024 sha256 aes-128-cbc 2>/dev/null | "
                       "grep -cE '^(sha256|aes-128)'", 300),
    "openssl: keys": ("cd /tmp && openssl ecparam -name prime256v1 -genkey -noout -out k && "
                      "openssl ec -in k -pubout -out p 2>/dev/null && "
                      "seq 1000 >t && openssl dgst -sha256 -sign k -out s t && "
                      "openssl dgst -sha256 -verify p -signature s t", 120),
    "perl": ("perl /opt/programs/check.pl", 600),
    "python: numbers and text": (python("math", "cmath", "struct", "json", "re", "zlib", "hashlib",
                                        "long", "float", "array"), 1800),
    "python: system": (python("mmap", "fork1", "wait4", "posixpath", "select", "pipes", "fcntl",
                              "threadsignals", "queue"), 1800),
    "strace": ("strace -e trace=openat,read,close,brk -e raw=brk cat /etc/debian_version 2>&1 >/dev/null | "
               "sed 's/0x[0-9a-f]*/N/g; s/[0-9]* bytes/N/'", 120),
    "cyclictest": ("cyclictest -q -l 500 -i 2000 -p 50 | sed -nE 's/^(T: *0).*C: *([0-9]+) .*/\\1 \\2/p'", 120),
    "stress-ng: cpu": (stress("cpu", 1, 100, "--cpu-method all"), 1200),
    "stress-ng: vm": (stress("vm", 1, 20000, "--vm-bytes 8M --vm-keep --vm-method all"), 900),
    "stress-ng: fork": (stress("fork", 2, 1000), 300),
    "stress-ng: exec": (stress("exec", 1, 100), 600),
    "stress-ng: mmap": (stress("mmap", 1, 10, "--mmap-bytes 4M"), 900),
    "stress-ng: mremap": (stress("mremap", 1, 100, "--mremap-bytes 2M"), 300),
    "stress-ng: futex": (stress("futex", 2, 10000), 300),
    "stress-ng: pipe": (stress("pipe", 1, 10000), 300),
    "stress-ng: sigsegv": (stress("sigsegv", 1, 3000), 300),
    "stress-ng: sigfpe": (stress("sigfpe", 1, 1000), 300),
    "stress-ng: switch": (stress("switch", 1, 10000), 300),
    "stress-ng: shm": (stress("shm", 1, 8, "--shm-bytes 1M"), 300),
    "stress-ng: mq": (stress("mq", 1, 5000), 300),
    "stress-ng: timerfd": (stress("timerfd", 1, 2000), 300),
    "stress-ng: fault": (stress("fault", 1, 2000), 300),
    "stress-ng: madvise": (stress("madvise", 1, 20), 900),
    "stress-ng: userfaultfd": (stress("userfaultfd", 1, 1000), 300),
    "stress-ng: matrix": (stress("matrix", 1, 50), 600),
    "stress-ng: atomic": (stress("atomic", 2, 50), 300),
    "stress-ng: memcpy": (stress("memcpy", 1, 20), 300),
    "stress-ng: qsort": (stress("qsort", 1, 2), 300),
    "stress-ng: pthread": (stress("pthread", 1, 500), 600),
    "stress-ng: clone": (stress("clone", 1, 500), 300),
    "stress-ng: vfork": (stress("vfork", 1, 500), 300),
}
SHORT_PROGRAMS = ["gcc: floating point", "gcc: signals", "openssl: digests"]


@pytest.fixture(scope="module")
def systems(request, module_lab, tmp_path_factory):
    """The Systems of the test's parameter."""
    board, kernel, arch = request.param
    archive = initramfs(arch, tmp_path_factory.mktemp("debian"))
    both = Systems(module_lab, board, kernel, archive)
    yield both
    both.close()


def name_of(system):
    return "-".join(system)


def assert_same(systems, command, timeout):
    """The command succeeds natively and in domU, and writes the same."""
    native = systems.run("native", command, timeout)
    assert native.status == 0, f"natively: status {native.status}: {native.text[-2000:]}"
    dom_u = systems.run("domU", command, timeout)
    assert dom_u.status == 0, f"in domU: status {dom_u.status}: {dom_u.text[-2000:]}"
    assert native.text.strip()
    assert dom_u.text == native.text


@pytest.mark.parametrize("systems", SHORT, ids=name_of, indirect=True)
def test_short(systems):
    for name in SHORT_PROGRAMS:
        assert_same(systems, *PROGRAMS[name])


@pytest.mark.long
@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("systems", SYSTEMS, ids=name_of, indirect=True)
def test_program(systems, name):
    assert_same(systems, *PROGRAMS[name])
