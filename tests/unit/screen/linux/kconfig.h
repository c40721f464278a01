/* SPDX-License-Identifier: Apache-2.0 */
/* The build machine has none of the kernel's options. */
#define IS_ENABLED(option)	0
