# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A private apt: package index and downloads of a foreign architecture in our cache, made from the
# system's own sources; the system's dpkg and apt state stay as they are.  Sourced by bash scripts.

# private_apt_begin ARCH ROOT [SOURCES]: apt works in ROOT from here on; nobody else does until the caller ends.
# SOURCES: a folder with lists in place of the system's.  The system's apt.conf.d (proxies, for one) still applies.
# Sets APT_CONFIG.
private_apt_begin() {
	local arch=$1 root=$2 sources=${3:-}
	mkdir -p "$root"/{lists/partial,archives/partial,log}
	exec 9>"$root/lock"
	flock 9
	: >"$root/status"
	cat >"$root/apt.conf" <<-END
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "$(id -un)";
		APT::Install-Recommends "false";
		Acquire::Languages "none";
		Dir::State::lists "$root/lists";
		Dir::State::status "$root/status";
		Dir::State::extended_states "$root/extended_states";
		Dir::Cache "$root";
		Dir::Log "$root/log";
	END
	if [ -n "$sources" ]; then
		echo "Dir::Etc { sourcelist \"/dev/null\"; sourceparts \"$sources\"; };" >>"$root/apt.conf"
	fi
	export APT_CONFIG=$root/apt.conf
	[ -e "$root/updated" ] || private_apt_update "$arch" "$root"
}

# Fetches the package index; other people's sources without this architecture are no error.
private_apt_update() {
	local arch=$1 root=$2
	echo "  APT     package index for $arch" >&2
	apt-get -qq update >"$root/update.log" 2>&1 || cat "$root/update.log" >&2
	touch "$root/updated"
}
