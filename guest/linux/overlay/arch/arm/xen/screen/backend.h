/* SPDX-License-Identifier: GPL-2.0 */
/* The states of a device that is served: what vfb.c and vkbd.c have in common. */
#ifndef _EXEN_BACKEND_H
#define _EXEN_BACKEND_H

#include <linux/mutex.h>

#include <xen/events.h>
#include <xen/xenbus.h>

/* What a frontend offers. */
struct backend_offer {
	unsigned long page;		/* a frame's number or a grant's, as the protocol has it */
	evtchn_port_t port;
};

/* The device's lock is held for all of them. */
struct backend_ops {
	const char *what;		/* is offered */
	const char *page_node;		/* the frontend's, of the offer's page */
	/* Takes what the frontend offers, and keeps it where offer() says.  Returns 0 or an error. */
	int (*connect)(struct xenbus_device *dev, const struct backend_offer *offer);
	void (*disconnect)(struct xenbus_device *dev);	/* nothing, if it is not connected */
	struct backend_offer *(*offer)(struct xenbus_device *dev);
};

/* For otherend_changed; @lock: the device's.  The device may be gone afterwards. */
void backend_changed(const struct backend_ops *ops, struct xenbus_device *dev, struct mutex *lock,
		     enum xenbus_state frontend);
/* The device's lock is held: the frontend has broken the protocol. */
void backend_break_off(const struct backend_ops *ops, struct xenbus_device *dev, int err);

#endif
