# SPDX-License-Identifier: Apache-2.0
# What there is to do with this tree; `make help` lists it.  Each part is built by its own Makefile or
# script into out/; this one knows only in which order.

BOARD	?= vexpress-a9
CONFIG	?= linux2
SECONDS	?= 60
IMAGE	:= out/$(CONFIG)-$(BOARD)$(MEMORY:%=-%M)$(DOM0_KERNEL:%=-dom0-%)$(DOMU_KERNEL:%=-domU-%)$(if $(SPLASH),-splash).img
KERNELS	:= $(DOM0_KERNEL:%=--dom0-kernel %) $(DOMU_KERNEL:%=--domU-kernel %)
RAM	:= $(MEMORY:%=--memory %)
PICTURE	:= $(if $(SPLASH),--splash "$(SPLASH)")

# The guest kernels, one for each configuration; the real-time one (linux-rt) is built for who asks for it
ISAS	:= $(filter-out rt,$(patsubst guest/linux/configs/%.config,%,$(wildcard guest/linux/configs/*.config)))

MAKEFLAGS += --no-print-directory

# For scripts that call make themselves: neither our variables nor our job server are theirs
CLEAN_ENV := env -u MAKEFLAGS -u MAKEOVERRIDES -u MAKELEVEL

.DEFAULT_GOAL := help

# ---- verbs -------------------------------------------------------------------------------------

.PHONY: help
help:		## this list
	@echo "make VERB [BOARD=$(BOARD)] [CONFIG=$(CONFIG)] [DOM0_KERNEL=...] [DOMU_KERNEL=...] [MEMORY=MiB] [SPLASH=PICTURE]"
	@sed -n 's/^\([a-z-]*\):[^#]*## */\1\t/p' Makefile | expand -t 20 | sed 's/^/  /'

.PHONY: run
run: image	## boot two Linux systems in QEMU, both consoles in this terminal
	@scripts/boot --board $(BOARD) --image $(IMAGE) $(RAM) --network --terminal

.PHONY: check
check: build	## all tests but the long ones
	@$(CLEAN_ENV) scripts/check

.PHONY: check-all
check-all: build	## all tests
	@$(CLEAN_ENV) scripts/check --all

.PHONY: pictures
pictures: build	## take the pictures of Documentation/pictures anew
	@$(CLEAN_ENV) EXEN_PICTURES=1 /usr/bin/python3 -m pytest -p no:cacheprovider -q tests/system/test_desktop.py

.PHONY: fuzz
fuzz: setup	## libFuzzer on each target for SECONDS (default 60)
	@for target in $(wildcard tests/fuzz/*/Makefile); do \
		echo "fuzz: $${target%/Makefile}"; \
		$(MAKE) -s -C $${target%/Makefile} fuzz SECONDS=$(SECONDS) || exit 1; \
	done

.PHONY: bench
bench: build linux-rt	## measure against native Linux, into out/bench.tsv
	@$(MAKE) -s -C tests/bench

.PHONY: bench-xen
bench-xen: build	## disks and cyclictest in a domU of Debian's Xen 4.17, to compare with
	@tests/bench/run --only xen

.PHONY: matrix
matrix: build	## each kernel on each board, natively and in domains, into out/matrix.tsv
	@$(CLEAN_ENV) tests/matrix/run

.PHONY: stats
stats: hypervisor	## sizes of the hypervisor, what the Linux series changes
	@scripts/stats

.PHONY: menuconfig
menuconfig: setup	## configure the hypervisor
	@scripts/configure --menu

.PHONY: format-check
format-check: setup	## where clang-format would write it otherwise
	@scripts/check-format

.PHONY: lint
lint: hypervisor	## sparse and cppcheck, if they are installed
	@scripts/lint

.PHONY: clean
clean:		## remove out/ (kernels stay in the cache)
	rm -rf out

# ---- parts -------------------------------------------------------------------------------------

.PHONY: setup
setup:		## install missing Debian packages (asks for root only for that)
	@scripts/setup

.PHONY: configure
configure: setup
	@scripts/configure

.PHONY: hypervisor
hypervisor: configure	## out/hypervisor/exen.bin
	@$(MAKE) -s -C hypervisor

.PHONY: linux
linux: $(ISAS:%=linux-%)	## the guest kernels and device trees, from the cache if they are there

linux-%: setup
	@$(CLEAN_ENV) scripts/build-linux $*

.PHONY: initramfs
initramfs: setup	## user space of the Linux domains
	@$(CLEAN_ENV) scripts/build-initramfs

.PHONY: rootfs
rootfs: setup	## Debian user space for CONFIG=debian, from the cache if it is there
	@$(CLEAN_ENV) scripts/build-rootfs armel

.PHONY: guest
guest: setup	## the guest kit and the in-guest tests
	@$(MAKE) -s -C guest

.PHONY: image-tools
image-tools: setup
	@$(MAKE) -s -C image

.PHONY: image
image: hypervisor initramfs image-tools $(if $(filter debian,$(CONFIG)),rootfs) $(if $(filter realtime fuzz,$(CONFIG)),guest)	## all in one file, for a BOARD or several of them
	@for kernel in $$(scripts/make-image --list-kernels $(KERNELS) "$(BOARD)" $(CONFIG)); do \
		$(CLEAN_ENV) scripts/build-linux $$kernel || exit 1; \
	done
	@$(CLEAN_ENV) scripts/make-image $(KERNELS) $(RAM) $(PICTURE) "$(BOARD)" $(CONFIG)

.PHONY: build
build: hypervisor linux initramfs guest image-tools	## all of it
