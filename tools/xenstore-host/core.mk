# SPDX-License-Identifier: Apache-2.0
# How the xenstore core is compiled for the build machine: included by this tool, by the unit tests and
# by the fuzzer.  The includer sets TOP.

XS_DIR	:= $(TOP)/hypervisor/domain/xenstore
XS_SYS	:= $(TOP)/out/include
# Protocol, store and connections; the rest (ring.c ...) is the hypervisor's side
XS_CORE	:= check connection domain dump node path perm pool request request_domain request_session \
	   request_store server store transaction view watch
XS_HV	:= nodes ring xenstore

XS_WARN	:= -Wall -Wextra -Werror -Wshadow -Wvla -Wundef -Wstrict-prototypes -Wmissing-prototypes \
	   -Wimplicit-fallthrough -Wwrite-strings
ifneq ($(findstring gcc,$(shell $(CC) --version)),)
XS_WARN	+= -Wcast-align=strict -Wduplicated-cond -Wlogical-op
endif
XS_CFLAGS := -std=gnu11 -g $(XS_WARN) -I$(XS_DIR) -I$(TOP)/hypervisor/include -I$(TOP)/abi \
	     -isystem $(XS_SYS)
XS_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

$(XS_SYS)/xen:
	@mkdir -p $(@D)
	@ln -sfn /usr/include/xen $@
