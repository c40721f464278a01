# SPDX-License-Identifier: Apache-2.0
# A suite that tests parts of the hypervisor as a program of the build machine, under ASan and UBSan; included by
# its Makefile, which sets TOP, SUITE (its folder's name), SRC (what is tested) and INC.  Its own files and check.c,
# which runs the tests and prints TAP, are found here.

HERE	:= $(TOP)/tests/unit/$(SUITE)
OUT	:= $(TOP)/out/tests/$(SUITE)
include $(TOP)/hypervisor/arch/host/core.mk

HOSTCC	?= gcc
CFLAGS	:= -std=gnu11 -O1 -g $(CORE_WARN) -fno-strict-aliasing -I$(HERE) $(INC) $(EXTRA_CFLAGS) \
	   -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OBJ	:= $(patsubst $(TOP)/%.c,$(OUT)/obj/%.o,$(SRC) $(wildcard $(HERE)/*.c) $(TOP)/tests/unit/check.c)

.PHONY: all check clean
all: $(OUT)/unit

check: all
	@$(OUT)/unit

$(OUT)/unit: $(OBJ)
	@echo "  HOSTLD  $(@F)"
	@$(HOSTCC) $(CFLAGS) -o $@ $^

$(OUT)/obj/%.o: $(TOP)/%.c $(TOP)/tests/unit/unit.mk $(HERE)/Makefile
	@mkdir -p $(@D)
	@echo "  HOSTCC  $*.c"
	@$(HOSTCC) $(CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf $(OUT)

-include $(OBJ:.o=.d)
