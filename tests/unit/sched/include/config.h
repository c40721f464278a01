/* SPDX-License-Identifier: Apache-2.0 */
/** @file The hypervisor's configuration in this build. */
#define CONFIG_DEBUG_ALIASES 0
#define CONFIG_LATENCY 1
