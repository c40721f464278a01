# SPDX-License-Identifier: Apache-2.0
# What makes up the core on the fake architecture; included by Makefiles that set TOP.

CORE_SRC := $(sort $(wildcard $(TOP)/hypervisor/arch/host/*.c) \
	      $(filter-out $(TOP)/hypervisor/domain/build%,$(wildcard $(TOP)/hypervisor/domain/*.c)))
CORE_CFLAGS := -fno-strict-aliasing -I$(TOP)/hypervisor/arch/host/include \
	       -I$(TOP)/hypervisor/include -I$(TOP)/hypervisor/domain -I$(TOP)/abi
CORE_WARN := -Wall -Wextra -Werror -Wshadow -Wvla -Wundef -Wstrict-prototypes -Wmissing-prototypes \
	     -Wimplicit-fallthrough -Wcast-align=strict -Wwrite-strings -Wno-unused-parameter
