/* SPDX-License-Identifier: BSD-2-Clause */
#include "xenbus.h"

#define LOOK_FIRST_NS	(200 * NS_PER_US)
#define LOOK_LAST_NS	(20 * NS_PER_MS)
#define MAX_RESTARTS	5

static const char *path_of(const char *dir, const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

void frontend_find(struct frontend *fe, const char *class)
{
	char names[64], dir[16];
	uint32_t id;

	snprintf(dir, sizeof(dir), "device/%s", class);
	fe->is_there = xs_directory(XS_NO_TRANSACTION, dir, names, sizeof(names)) > 0;
	if (!fe->is_there)
		return;
	snprintf(fe->dir, sizeof(fe->dir), "%s/%s", dir, names);
	if (xs_read(XS_NO_TRANSACTION, path_of(fe->dir, "backend"), fe->backend,
		    sizeof(fe->backend)) <= 0 ||
	    xs_read_u32(XS_NO_TRANSACTION, path_of(fe->dir, "backend-id"), &id))
		failure("%s: no backend", fe->dir);
	fe->backend_id = (domid_t)id;
}

bool frontend_write(const struct frontend *fe, const char *name, const char *value)
{
	return !xs_write(XS_NO_TRANSACTION, path_of(fe->dir, name), value);
}

void frontend_write_number(const struct frontend *fe, const char *name, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	if (!frontend_write(fe, name, text))
		failure("%s/%s can't be written", fe->dir, name);
}

void frontend_remove(const struct frontend *fe, const char *name)
{
	xs_rm(XS_NO_TRANSACTION, path_of(fe->dir, name));	/* it may not be there */
}

void frontend_switch(const struct frontend *fe, enum xenbus_state state)
{
	frontend_write_number(fe, "state", state);
}

uint32_t backend_number(const struct frontend *fe, const char *name)
{
	uint32_t number;

	return xs_read_u32(XS_NO_TRANSACTION, path_of(fe->backend, name), &number) ? 0 : number;
}

uint32_t backend_await(const struct frontend *fe, uint32_t states, uint64_t timeout_ns)
{
	const uint64_t end_ns = time_ns() + timeout_ns;
	uint64_t pause_ns = LOOK_FIRST_NS;
	uint32_t state;

	for (;;) {
		state = backend_number(fe, "state");
		if ((state < 32 && (BIT_OF(state) & states)) || time_ns() >= end_ns)
			return state;
		sleep_ns(pause_ns);
		pause_ns = 2 * pause_ns < LOOK_LAST_NS ? 2 * pause_ns : LOOK_LAST_NS;
	}
}

void frontend_restart(const struct frontend *fe)
{
	uint32_t state = 0;

	/* Requests may still be under way at the first attempt. */
	for (uint32_t i = 0; i < MAX_RESTARTS; i++) {
		frontend_switch(fe, XenbusStateClosing);
		backend_await(fe, BIT_OF(XenbusStateClosing) | BIT_OF(XenbusStateClosed), NS_PER_S);
		frontend_switch(fe, XenbusStateClosed);
		backend_await(fe, BIT_OF(XenbusStateClosed), STATE_TIMEOUT_NS / MAX_RESTARTS);
		frontend_switch(fe, XenbusStateInitialising);
		state = backend_await(fe, BIT_OF(XenbusStateInitWait), STATE_TIMEOUT_NS / MAX_RESTARTS);
		if (state == XenbusStateInitWait)
			return;
	}
	failure("%s: backend stays in state %u", fe->dir, state);
}
