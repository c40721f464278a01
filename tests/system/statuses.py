# SPDX-License-Identifier: Apache-2.0
"""Exit statuses of images, by semihosting."""

REFUSED = 2         # hypervisor/include/exen/boot.h: EXIT_BOOT_REFUSED
PANIC = 134         # hypervisor/arch/arm/panic.c: EXIT_PANIC

# guest/lib: what an in-guest test ends with
SUCCESS = 0
FAILURE = 1
ERROR = 2
SKIP = 77
