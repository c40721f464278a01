/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Xen's public headers (package libxen-dev), as 32-bit ARM sees them, on every machine that
 * compiles this tree: unit tests run the hypervisor's core on the build machine.  Structures are
 * the same for arm and aarch64 (guest handles are 8 bytes wide, xen_ulong_t and xen_pfn_t 64 bits),
 * so a build machine that is not ARM takes the aarch64 branch of arch-arm.h.
 */
#ifndef ABI_XEN_H
#define ABI_XEN_H

#ifndef __ASSEMBLY__
#include <stdint.h>
#include <string.h>
#endif

#define __XEN_INTERFACE_VERSION__ 0x00040e00

#if !defined(__arm__) && !defined(__aarch64__)
#pragma push_macro("__x86_64__")
#pragma push_macro("__i386__")
#undef __x86_64__
#undef __i386__
#define __aarch64__ 1
#define EXEN_FAKE_AARCH64 1
#endif

#include <xen/xen.h>
#include <xen/version.h>
#include <xen/features.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/physdev.h>
#include <xen/platform.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/io/console.h>
#include <xen/io/xs_wire.h>
#include <xen/io/xenbus.h>

#ifdef EXEN_FAKE_AARCH64
#undef __aarch64__
#pragma pop_macro("__i386__")
#pragma pop_macro("__x86_64__")
#endif

#endif /* ABI_XEN_H */
