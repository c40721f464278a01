/* SPDX-License-Identifier: Apache-2.0 */
/** @file The hypervisor's configuration (Kconfig) on the fake architecture. */
#ifndef CONFIG_H
#define CONFIG_H

#define CONFIG_LATENCY 0

#endif
