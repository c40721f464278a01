/* SPDX-License-Identifier: BSD-2-Clause */
/* Xenstore client: the wire protocol of xen/io/xs_wire.h over this domain's ring. */
#include <guest/guest.h>
#include "internal.h"

#define REPLY_TIMEOUT_NS	(5 * NS_PER_S)
#define MAX_WATCHES		8
#define MAX_EVENTS		16
#define EVENT_SIZE		256

struct watch {
	char path[128];
	char token[32];
	xs_watch_fn fn;
};

static struct xenstore_domain_interface *ring;
static evtchn_port_t port;
static uint32_t last_req_id;
static char payload[XENSTORE_PAYLOAD_MAX];
static struct watch watches[MAX_WATCHES];
static char events[MAX_EVENTS][EVENT_SIZE];	/* path, 0, token, 0 */
static uint32_t events_in, events_out;
uint32_t xs_watch_lost;

int32_t xs_init(void)
{
	uint64_t pfn, evtchn;

	if (hvm_param_get(HVM_PARAM_STORE_PFN, &pfn) ||
	    hvm_param_get(HVM_PARAM_STORE_EVTCHN, &evtchn) || !evtchn)
		return -XEN_ENXIO;
	ring = shared_page(pfn * GUEST_PAGE_SIZE);
	if (!ring)
		return -XEN_ENXIO;
	port = (evtchn_port_t)evtchn;
	evtchn_unmask(port);		/* its events only wake the waits below */
	return 0;
}

struct xenstore_domain_interface *xs_ring(void)
{
	return ring;
}

evtchn_port_t xs_port(void)
{
	return port;
}

static volatile struct xenstore_domain_interface *shared_ring(void)
{
	return ring;
}

static uint32_t request_room(void)
{
	return XENSTORE_RING_SIZE - (shared_ring()->req_prod - shared_ring()->req_cons);
}

static uint32_t reply_bytes(void)
{
	return shared_ring()->rsp_prod - shared_ring()->rsp_cons;
}

static int32_t ring_write(const void *src, uint32_t len)
{
	volatile struct xenstore_domain_interface *r = shared_ring();
	const char *from = src;

	while (len) {
		uint32_t n, prod = r->req_prod;

		if (!wait_event(request_room() > 0, REPLY_TIMEOUT_NS))
			return -XEN_ETIME;
		n = len < request_room() ? len : request_room();
		memory_barrier();
		for (uint32_t i = 0; i < n; i++)
			r->req[MASK_XENSTORE_IDX(prod++)] = from[i];
		memory_barrier();
		r->req_prod = prod;
		evtchn_send(port);
		from += n;
		len -= n;
	}
	return 0;
}

static int32_t ring_read(void *dst, uint32_t len)
{
	volatile struct xenstore_domain_interface *r = shared_ring();
	char *to = dst;

	while (len) {
		uint32_t n, cons = r->rsp_cons;

		if (!wait_event(reply_bytes() > 0, REPLY_TIMEOUT_NS))
			return -XEN_ETIME;
		n = len < reply_bytes() ? len : reply_bytes();
		memory_barrier();
		for (uint32_t i = 0; i < n; i++)
			to[i] = r->rsp[MASK_XENSTORE_IDX(cons++)];
		memory_barrier();
		r->rsp_cons = cons;
		evtchn_send(port);
		to += n;
		len -= n;
	}
	return 0;
}

static void queue_event(uint32_t len)
{
	if (len > EVENT_SIZE || events_in - events_out == MAX_EVENTS) {
		xs_watch_lost++;
		return;
	}
	memcpy(events[events_in++ % MAX_EVENTS], payload, len);
}

/* Receives one message into payload[]; a watch event goes to the queue. */
static int32_t receive(struct xsd_sockmsg *msg)
{
	int32_t err = ring_read(msg, sizeof(*msg));

	if (err)
		return err;
	if (msg->len > XENSTORE_PAYLOAD_MAX)
		return -XEN_EIO;
	err = ring_read(payload, msg->len);
	if (!err && msg->type == XS_WATCH_EVENT)
		queue_event(msg->len);
	return err;
}

static int32_t error_number(uint32_t len)
{
	static const struct {
		const char *name;
		int32_t number;
	} errors[] = {
		{ "EINVAL", XEN_EINVAL }, { "EACCES", XEN_EACCES }, { "EEXIST", XEN_EEXIST },
		{ "EISDIR", XEN_EISDIR }, { "ENOENT", XEN_ENOENT }, { "ENOMEM", XEN_ENOMEM },
		{ "ENOSPC", XEN_ENOSPC }, { "EIO", XEN_EIO }, { "ENOTEMPTY", XEN_ENOTEMPTY },
		{ "ENOSYS", XEN_ENOSYS }, { "EROFS", XEN_EROFS }, { "EBUSY", XEN_EBUSY },
		{ "EAGAIN", XEN_EAGAIN }, { "EISCONN", XEN_EISCONN }, { "E2BIG", XEN_E2BIG },
		{ "EPERM", XEN_EPERM },
	};

	for (uint32_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strlen(errors[i].name) + 1 == len && !memcmp(errors[i].name, payload, len))
			return -errors[i].number;
	return -XEN_EIO;
}

int32_t xs_request(uint32_t type, uint32_t tx, const void *request, uint32_t len, char *reply,
		   uint32_t size)
{
	struct xsd_sockmsg msg = { .type = type, .req_id = ++last_req_id, .tx_id = tx, .len = len };
	uint32_t copied;
	int32_t err = ring_write(&msg, sizeof(msg));

	if (!err)
		err = ring_write(request, len);
	do {
		if (!err)
			err = receive(&msg);
		if (err)
			return err;
	} while (msg.type == XS_WATCH_EVENT);
	if (msg.req_id != last_req_id || (msg.type != type && msg.type != XS_ERROR))
		return -XEN_EIO;
	if (msg.type == XS_ERROR)
		return error_number(msg.len);
	if (!size)
		return 0;
	copied = msg.len < size ? msg.len : size - 1;
	memcpy(reply, payload, copied);
	reply[copied] = '\0';
	return (int32_t)copied;
}

static int32_t request_path(uint32_t type, uint32_t tx, const char *path, char *reply,
			    uint32_t size)
{
	return xs_request(type, tx, path, strlen(path) + 1, reply, size);
}

int32_t xs_read(uint32_t tx, const char *path, char *value, uint32_t size)
{
	return request_path(XS_READ, tx, path, value, size);
}

/* Path, 0, then @p len bytes. */
static int32_t request_pair(uint32_t type, uint32_t tx, const char *path, const void *rest,
			    uint32_t len)
{
	static char request[XENSTORE_PAYLOAD_MAX];
	const uint32_t path_len = strlen(path) + 1;

	if (path_len + len > sizeof(request))
		return -XEN_E2BIG;
	memcpy(request, path, path_len);
	memcpy(request + path_len, rest, len);
	return xs_request(type, tx, request, path_len + len, NULL, 0);
}

int32_t xs_write(uint32_t tx, const char *path, const char *value)
{
	return request_pair(XS_WRITE, tx, path, value, strlen(value));
}

int32_t xs_printf(uint32_t tx, const char *path, const char *fmt, ...)
{
	char value[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(value, sizeof(value), fmt, args);
	va_end(args);
	return xs_write(tx, path, value);
}

int32_t xs_read_u32(uint32_t tx, const char *path, uint32_t *value)
{
	char text[16];
	const int32_t len = xs_read(tx, path, text, sizeof(text));

	if (len < 0)
		return len;
	*value = 0;
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9')
			return -XEN_EINVAL;
		*value = *value * 10 + (uint32_t)(*p - '0');
	}
	return len ? 0 : -XEN_EINVAL;
}

int32_t xs_mkdir(uint32_t tx, const char *path)
{
	return request_path(XS_MKDIR, tx, path, NULL, 0);
}

int32_t xs_rm(uint32_t tx, const char *path)
{
	return request_path(XS_RM, tx, path, NULL, 0);
}

int32_t xs_directory(uint32_t tx, const char *path, char *names, uint32_t size)
{
	return request_path(XS_DIRECTORY, tx, path, names, size);
}

int32_t xs_get_perms(uint32_t tx, const char *path, char *perms, uint32_t size)
{
	return request_path(XS_GET_PERMS, tx, path, perms, size);
}

int32_t xs_set_perms(uint32_t tx, const char *path, const char *perms, uint32_t len)
{
	return request_pair(XS_SET_PERMS, tx, path, perms, len);
}

int32_t xs_transaction_start(uint32_t *tx)
{
	char text[16];
	const int32_t len = xs_request(XS_TRANSACTION_START, 0, "", 1, text, sizeof(text));

	if (len < 0)
		return len;
	*tx = 0;
	for (const char *p = text; *p >= '0' && *p <= '9'; p++)
		*tx = *tx * 10 + (uint32_t)(*p - '0');
	return *tx ? 0 : -XEN_EIO;
}

int32_t xs_transaction_end(uint32_t tx, bool commit)
{
	return xs_request(XS_TRANSACTION_END, tx, commit ? "T" : "F", 2, NULL, 0);
}

static struct watch *watch_find(const char *path, const char *token)
{
	for (uint32_t i = 0; i < MAX_WATCHES; i++)
		if (watches[i].fn && !strcmp(watches[i].token, token) &&
		    (!path || !strcmp(watches[i].path, path)))
			return &watches[i];
	return NULL;
}

int32_t xs_watch(const char *path, const char *token, xs_watch_fn fn)
{
	struct watch *w = watches;
	int32_t err;

	if (strlen(path) >= sizeof(w->path) || strlen(token) >= sizeof(w->token))
		return -XEN_E2BIG;
	while (w < watches + MAX_WATCHES && w->fn)
		w++;
	if (w == watches + MAX_WATCHES)
		return -XEN_ENOSPC;
	strcpy(w->path, path);
	strcpy(w->token, token);
	w->fn = fn;
	err = request_pair(XS_WATCH, 0, path, token, strlen(token) + 1);
	if (err < 0)
		w->fn = NULL;
	return err;
}

int32_t xs_unwatch(const char *path, const char *token)
{
	struct watch *w = watch_find(path, token);

	if (w)
		w->fn = NULL;
	return request_pair(XS_UNWATCH, 0, path, token, strlen(token) + 1);
}

uint32_t xs_dispatch(void)
{
	uint32_t n = 0;

	while (reply_bytes() >= sizeof(struct xsd_sockmsg)) {
		struct xsd_sockmsg msg;

		if (receive(&msg))
			break;
	}
	for (; events_out != events_in; events_out++, n++) {
		const char *path = events[events_out % MAX_EVENTS];
		const char *token = path + strlen(path) + 1;
		const struct watch *w = watch_find(NULL, token);

		if (w)
			w->fn(path, token);
	}
	return n;
}

uint32_t xs_wait_watch(uint64_t timeout_ns)
{
	if (events_in == events_out)
		wait_event(reply_bytes() >= sizeof(struct xsd_sockmsg), timeout_ns);
	return xs_dispatch();
}
