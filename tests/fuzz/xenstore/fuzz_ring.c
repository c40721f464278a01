/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file A guest writes whatever it likes over its page, indices included.  Afterwards dom0's ring
 * still works.
 *
 * Input: actions.  First byte: 0 service, 1 put bytes into the ring properly, 2 consume what is
 * there, 3 reconnect, else overwrite the page: offset (2 bytes), length, bytes.
 */
#include <exen/bug.h>

#include "fuzz.h"
#include "xenstore.h"

#define ARENA_BYTES	KiB(192u)	/* small, so that it is quick to set up */

static uint64_t arena[ARENA_BYTES / sizeof(uint64_t)];
static union {
	struct xenstore_domain_interface ring;
	uint8_t bytes[sizeof(struct xenstore_domain_interface)];
} page0, page1;

static void notify(void *arg)
{
	(void)arg;
}

static void service(domid_t domid)
{
	unsigned int limit = 4096;

	while (xenstore_service(domid))
		BUG_ON(!limit--);
}

static void put(struct xenstore_domain_interface *ring, const uint8_t *bytes, size_t len)
{
	while (len--)
		ring->req[MASK_XENSTORE_IDX(ring->req_prod++)] = *bytes++;
}

static void act(struct input *in)
{
	uint8_t bytes[255], what = take(in);
	size_t at, len;

	switch (what) {
	case 0:
		service(1);
		break;
	case 1:
		len = take_bytes(in, bytes, take(in));
		put(&page1.ring, bytes, len);
		service(1);
		break;
	case 2:
		page1.ring.rsp_cons = page1.ring.rsp_prod;
		service(1);
		break;
	case 3:
		page1.ring.connection = XENSTORE_RECONNECT;
		service(1);
		break;
	default:
		at = (take(in) << 8 | take(in)) % sizeof(page1);
		len = take_bytes(in, bytes, take(in));
		memcpy(page1.bytes + at, bytes, MIN(len, sizeof(page1) - at));
	}
}

static void expect_service(void)
{
	static const char payload[] = "0";
	const struct xsd_sockmsg h = { .type = XS_GET_DOMAIN_PATH, .len = sizeof(payload) };
	uint32_t prod;

	page0.ring.connection = XENSTORE_RECONNECT;
	service(0);
	prod = page0.ring.rsp_prod;
	put(&page0.ring, (const uint8_t *)&h, sizeof(h));
	put(&page0.ring, (const uint8_t *)payload, sizeof(payload));
	service(0);
	BUG_ON(page0.ring.rsp_prod - prod != sizeof(h) + sizeof("/local/domain/0"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input in = { bytes, bytes + size };

	BUG_ON(xenstore_init(arena, sizeof(arena)));
	BUG_ON(xenstore_connect(0, true, &page0.ring, notify, NULL));
	BUG_ON(xenstore_connect(1, false, &page1.ring, notify, NULL));
	while (in.at < in.end)
		act(&in);
	expect_service();
	xenstore_disconnect(1);
	expect_service();
	return 0;
}
