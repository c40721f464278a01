/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file Xenstore client over this domain's ring (xen/io/xs_wire.h).
 *
 * Results: 0 or a length; -XEN_E* as the server answered; -XEN_EIO for a broken reply, -XEN_ETIME
 * for none within 5 seconds.  Thread context, interrupts enabled; one request at a time.
 */
#ifndef GUEST_XENSTORE_H
#define GUEST_XENSTORE_H

#include <stdbool.h>
#include <stdint.h>
#include <guest/hypercall.h>

#define XS_NO_TRANSACTION	0u

/** Finds ring and port.  @return -XEN_ENXIO without them */
int32_t xs_init(void);

/**
 * Sends one request, waits for its reply.
 * @param reply  gets the payload and a terminating 0 (that is not counted)
 * @return length of the payload, cut to @p size - 1
 */
int32_t xs_request(uint32_t type, uint32_t tx, const void *payload, uint32_t len, char *reply,
		   uint32_t size);

/** @return length; @p value is terminated */
int32_t xs_read(uint32_t tx, const char *path, char *value, uint32_t size);
int32_t xs_write(uint32_t tx, const char *path, const char *value);
int32_t xs_printf(uint32_t tx, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/** Reads a decimal number. */
int32_t xs_read_u32(uint32_t tx, const char *path, uint32_t *value);
int32_t xs_mkdir(uint32_t tx, const char *path);
int32_t xs_rm(uint32_t tx, const char *path);
/** @return bytes of the 0-separated names in @p names */
int32_t xs_directory(uint32_t tx, const char *path, char *names, uint32_t size);
/** Permissions as strings "n0", "r1" ..., 0-separated. */
int32_t xs_get_perms(uint32_t tx, const char *path, char *perms, uint32_t size);
int32_t xs_set_perms(uint32_t tx, const char *path, const char *perms, uint32_t len);
int32_t xs_transaction_start(uint32_t *tx);
/** @return -XEN_EAGAIN: another change came between; start again */
int32_t xs_transaction_end(uint32_t tx, bool commit);

/** Called from xs_dispatch() and xs_wait_watch(). */
typedef void (*xs_watch_fn)(const char *path, const char *token);
int32_t xs_watch(const char *path, const char *token, xs_watch_fn fn);
int32_t xs_unwatch(const char *path, const char *token);
/** Calls the functions of watch events that have come.  @return their number */
uint32_t xs_dispatch(void);
/** The same, waits for the first one.  @return 0: none within @p timeout_ns */
uint32_t xs_wait_watch(uint64_t timeout_ns);
/** Watch events that had no room in the queue: 0 unless the caller never dispatches. */
extern uint32_t xs_watch_lost;

/** For tests that break the protocol. */
struct xenstore_domain_interface *xs_ring(void);
evtchn_port_t xs_port(void);

#endif
