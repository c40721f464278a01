# SPDX-License-Identifier: Apache-2.0
"""ssh and HTTP between this machine, dom0 and two domU's: bridged, with Debian in one of them, and routed.

vexpress-a9 has its network by virtio: QEMU's lan9118 drops what comes faster than it is read, and then waits.
"""

import contextlib
import hashlib
import http.client
import random
import re
import subprocess

import pytest

import cards
from deadlines import SHELL_S
from exenboot.images import TOP, build_image, payload_files
from outside import free_ports

DOM0, DOMU, DOMU2 = "10.0.2.15", "10.0.2.20", "10.0.2.21"
ROUTER = "10.0.2.2"
DATA = random.Random(8).randbytes(1 << 20)
MD5 = hashlib.md5(DATA).hexdigest()
HOME = "root"
KEYS = f"{HOME}/.ssh/authorized_keys"
SECOND = """
		domU2 {
			compatible = "xen,domain";
			memory = <0 0xa000>;
			cpus = <1>;

			kernel {
				compatible = "multiboot,kernel", "multiboot,module";
				exen,image = "linux";
				bootargs = "console=hvc0 rdinit=/init exen.name=domU2 exen.ip=%s/24";
			};

			ramdisk {
				compatible = "multiboot,ramdisk", "multiboot,module";
				exen,image = "domu-initrd";
			};

			network {
				compatible = "exen,network";%s
			};
		};
"""
GET_S = 60              # a transfer of 2 MB
SSH = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
       "-o", "BatchMode=yes", "-F", "/dev/null"]


def key_pair(folder):
    """(private, public) key files."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", folder / "key"], check=True)
    return folder / "key", folder / "key.pub"


class Network:
    """Three domains with their shells, and the ways into them from this machine."""

    def __init__(self, lab, board, config, folder, payloads, **options):
        self.ports = dict(zip([(address, port) for address in (DOM0, DOMU, DOMU2) for port in (22, 8000)], free_ports(6)))
        image = build_image(board, config, payloads=payloads, output=config.with_suffix(".img"))
        self.session = lab.boot(board, image, forwards=[f"{host}:{address}:{port}" for (address, port), host
                                                        in self.ports.items()], **options)
        self.output = self.session.output
        self.key, self.public_key = folder / "key", folder / "key.pub"
        for domain in ("dom0", "domU", "domU2"):
            self.session.shell(domain, SHELL_S)

    def tell_of_stall(self, what):
        """For the report: what dom0, its network and QEMU's have to say when something takes too long."""
        print(f"{what} took too long")
        print(self.session.machine.qmp.command("human-monitor-command", **{"command-line": "info usernet"}))
        print(self.output("dom0", "dmesg | tail -n 20; cat /proc/interrupts /proc/net/dev /proc/net/arp"))

    def wait_for(self, what, call):
        """What the call returns; nobody waits for longer than GET_S."""
        try:
            return self.session.during(call)
        except (TimeoutError, subprocess.TimeoutExpired):
            self.tell_of_stall(what)
            raise

    def ssh_itself(self, address, command, data=b"", key=None):
        """The ssh of this machine, when it has ended."""
        words = ["ssh", *SSH, "-i", key or self.key, "-p", str(self.ports[address, 22]), "root@127.0.0.1", command]
        return self.wait_for(f"ssh {address} {command}", lambda: subprocess.run(
            words, input=data, capture_output=True, timeout=GET_S, check=False))

    def ssh(self, address, command, data=b""):
        """What a command writes there, which must succeed."""
        done = self.ssh_itself(address, command, data)
        assert done.returncode == 0, f"{command}: {done.stdout} {done.stderr}"
        return done.stdout

    def get(self, address):
        """The md5 of /file as this machine gets it."""
        def transfer():
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.ports[address, 8000], timeout=GET_S)) as connection:
                connection.request("GET", "/file")
                return hashlib.md5(connection.getresponse().read()).hexdigest()

        return self.wait_for(f"GET from {address}", transfer)


SERVE = "mkdir -p /tmp/www; head -c 2000000 /dev/urandom >/tmp/www/file; httpd -p 8000 -h /tmp/www; md5sum </tmp/www/file"


@pytest.fixture(scope="module")
def bridged(module_lab, tmp_path_factory):
    """Debian in domU, its keys on its disk; dom0 has dropbear in its ramdisk."""
    folder = tmp_path_factory.mktemp("bridged")
    _, public = key_pair(folder)
    public.chmod(0o600)
    disk = cards.copy(cards.root_file_system("armhf"), "network.card")
    cards.write_file(disk, KEYS, public)
    payloads = payload_files("vexpress-a9", "debian-disk")
    payloads["domu-initrd"] = payload_files("vexpress-a9", "disk")["domu-initrd"]
    payloads["dom0-initrd"] = ramdisk(payloads["dom0-initrd"], disk, folder, public)
    config = folder / "bridged.dts"
    source = (TOP / "image/configs/debian-disk.dts").read_text()
    end = source.rindex("\t};\n};")
    config.write_text(source[:end].replace("exen.ip=dhcp", f"exen.ip={DOMU}/24,{ROUTER}") + SECOND % (DOMU2, "") + source[end:])
    network = Network(module_lab, "vexpress-a9", config, folder, payloads, disk=disk,
                      virtio_network=True)
    # Who asks for random numbers for the first time may wait for them: not within ssh's handshake.
    for domain in ("dom0", "domU"):
        network.output(domain, "head -c 64 /dev/random | md5sum", SHELL_S)
    network.output("dom0", f"until ip addr show dev xenbr0 | grep -q {DOM0}/; do sleep 0.1; done; dropbear -R -s")
    return network


def ramdisk(base, disk, folder, public):
    """dom0's ramdisk with dropbear from the disk and a key that may log in."""
    stage = folder / "dom0"
    cards.copy_programs(disk, stage, ["usr/sbin/dropbear", "usr/bin/dbclient", "usr/bin/dropbearkey"])
    for name, text in ((KEYS, public.read_text()), ("etc/passwd", f"root:x:0:0::/{HOME}:/bin/sh\n"),
                       ("etc/shadow", "root:*:19700:0:99999:7:::\n"), ("etc/dropbear/.keep", "")):
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_text(text)
        (stage / name).chmod(0o600 if "ssh" in name or "shadow" in name else 0o644)
    file = folder / "dom0.cpio"
    added = subprocess.run([TOP / "scripts/mkcpio", stage], check=True, capture_output=True).stdout
    file.write_bytes(base.read_bytes() + added)
    return file


def test_ssh_into_each(bridged):
    for address, name in ((DOM0, "dom0"), (DOMU, "domU")):
        assert bridged.ssh(address, "hostname").decode().strip() == name
        assert bridged.ssh(address, "cat >/tmp/copy; md5sum </tmp/copy", DATA).decode().split()[0] == MD5
        assert bridged.ssh(address, "cat /tmp/copy") == DATA


def test_ssh_beside_a_console_that_talks(bridged):
    """QEMU stands still, its network too, when its console is not read."""
    loop = "for i in $(seq 50); do echo a line of 20 bytes.; done >/dev/console; hostname"
    assert bridged.ssh(DOM0, loop).decode().strip() == "dom0"


def test_ssh_needs_the_key(bridged, tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    done = bridged.ssh_itself(DOMU, "true", key=tmp_path / "other")
    assert done.returncode == 255 and b"Permission denied" in done.stderr


def test_ssh_between_domains(bridged):
    for client, server, address in (("domU", "dom0", DOM0), ("dom0", "domU", DOMU)):
        public = bridged.output(client, "mkdir -p .ssh; dropbearkey -t ed25519 -f .ssh/id_dropbear 2>&1 | grep ^ssh-")
        bridged.output(server, f"echo '{public.strip()}' >>/{KEYS}")
        command = f"head -c 500000 /dev/urandom >/tmp/d; md5sum </tmp/d; dbclient -y root@{address} 'hostname; md5sum' </tmp/d 2>/dev/null"
        words = bridged.output(client, command).split()
        assert words[2] == server and words[0] == words[3]


def test_http(bridged):
    """Between all pairs, this machine included."""
    serve = SERVE.replace("httpd -p", "busybox httpd -p")
    http_between_all(bridged, {domain: serve for domain in ("dom0", "domU", "domU2")})


def http_between_all(network, serve):
    places = {"dom0": DOM0, "domU": DOMU, "domU2": DOMU2}
    for server, address in places.items():
        md5 = network.output(server, serve[server]).split()[0]
        for client in set(places) - {server}:
            assert network.output(client, f"wget -q -O - http://{address}:8000/file | md5sum").split()[0] == md5
        assert network.get(address) == md5


# -- routed

@pytest.fixture(scope="module", params=["vexpress-a9", pytest.param("realview-eb-arm926", marks=pytest.mark.long)])
def routed(request, module_lab, tmp_path_factory):
    """No bridge: dom0 forwards between its card and two vifs."""
    folder = tmp_path_factory.mktemp("routed")
    source = (TOP / "image/configs/disk.dts").read_text()
    source = re.sub(r"\t\t\tdisk \{.*?\n\t\t\t\};\n\n", "", source, flags=re.S)
    source = source.replace("exen.bridge=", "exen.route=").replace('rdinit=/init";', f'rdinit=/init exen.ip={DOMU}/24";')
    source = source.replace('exen,bridge = "xenbr0"', f'exen,bridge = ""; exen,address = "{DOMU}"')
    end = source.rindex("\t};\n};")
    second = SECOND % (DOMU2, f' exen,bridge = ""; exen,address = "{DOMU2}";')
    config = folder / "routed.dts"
    config.write_text(source[:end] + second + source[end:])
    network = Network(module_lab, request.param, config, folder, payload_files(request.param, "disk"),
                      virtio_network=request.param == "vexpress-a9")
    network.output("dom0", f"until ip route | grep -q {DOMU2}; do sleep 0.1; done")
    return network


def test_no_bridge(routed):
    assert routed.session.run("dom0", "ls -d /sys/class/net/*/bridge").status != 0
    route = routed.output("dom0", "ip route")
    assert f"{DOMU} dev vif1.0" in route and f"{DOMU2} dev vif2.0" in route


def test_routed_neighbours_are_answered_at_once(routed):
    """QEMU's user network drops what it keeps for a neighbour that says nothing for a second."""
    for interface in ("eth0", "vif1.0", "vif2.0"):
        assert routed.output("dom0", f"cat /proc/sys/net/ipv4/neigh/{interface}/proxy_delay").strip() == "0"


def test_routed_ping(routed):
    for address in (ROUTER, DOM0, DOMU2):
        assert " 0% packet loss" in routed.output("domU", f"ping -c 5 -s 1400 {address}")


def test_routed_http(routed):
    http_between_all(routed, {domain: SERVE for domain in ("dom0", "domU", "domU2")})


def test_routed_after_a_restart(routed):
    start = routed.session.mark("domU")
    routed.session.send("domU", b"reboot -f\r")
    routed.session.wait_for("domU", rb"Linux version", start=start)
    routed.session.forget_shell("domU")
    routed.session.shell("domU", SHELL_S)
    routed.output("domU", f"until ping -c 1 -W 1 {ROUTER} >/dev/null; do :; done; ping -c 2 {DOMU2}")
