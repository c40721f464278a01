/* SPDX-License-Identifier: Apache-2.0 */
/** @file abi/rtlink.h with a barrier at which the other end may act. */
#ifndef BARRIER_H
#define BARRIER_H

/** Called at every barrier of the rings' functions; defined by who includes this. */
static void at_barrier(void);

#define rtlink_mb()	at_barrier()
#include <rtlink.h>

#endif
