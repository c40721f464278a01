/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The frontend's half of xenbus (xen/io/xenbus.h): its nodes and the states of both ends. */
#ifndef FUZZ_XENBUS_H
#define FUZZ_XENBUS_H

#include "fuzz.h"
#include <xen/io/xenbus.h>

#define BIT_OF(state)		(1u << (state))
#define STATE_TIMEOUT_NS	(20 * NS_PER_S)

struct frontend {
	char dir[48];		/**< "device/vbd/51712" */
	char backend[96];
	domid_t backend_id;
	bool is_there;
};

/** Finds the first device of a class ("vbd"). */
void frontend_find(struct frontend *fe, const char *class);
/** Node @p name of the frontend; false: could not be written. */
bool frontend_write(const struct frontend *fe, const char *name, const char *value);
void frontend_write_number(const struct frontend *fe, const char *name, uint32_t value);
void frontend_remove(const struct frontend *fe, const char *name);
void frontend_switch(const struct frontend *fe, enum xenbus_state state);
/** Node @p name of the backend, 0 if it is not there or no number. */
uint32_t backend_number(const struct frontend *fe, const char *name);
/** Waits until the backend is in one of the states (BIT_OF()).  @return its state at the end */
uint32_t backend_await(const struct frontend *fe, uint32_t states, uint64_t timeout_ns);
/** Closes, whatever state the two are in, and waits until the backend is ready for a new start. */
void frontend_restart(const struct frontend *fe);

#endif
