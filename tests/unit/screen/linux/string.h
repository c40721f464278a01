/* SPDX-License-Identifier: Apache-2.0 */
/* The C library's instead of the kernel's. */
#include <string.h>
