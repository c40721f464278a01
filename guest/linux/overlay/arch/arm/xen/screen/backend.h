/* SPDX-License-Identifier: GPL-2.0 */
/* A device that is served: what vfb.c, displ.c and vkbd.c have in common, and the states of the first and the last. */
#ifndef _EXEN_BACKEND_H
#define _EXEN_BACKEND_H

#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

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

/* For probe: tells the frontend of the screen, by @publish.  Without a screen that is an error, which is logged; the
 * frontend is left waiting, as for one that isn't there. */
int backend_publish_screen(struct xenbus_device *dev,
			   int (*publish)(struct xenbus_device *dev, unsigned int width, unsigned int height));
/* For probe, at its end: the device waits for its frontend, which begins now that what it will read is there, if the
 * configuration has made its state "0". */
int backend_start(struct xenbus_device *dev);
/* The domain's name, for people. */
void backend_read_name(struct xenbus_device *dev, char *name, size_t size);
/* Has @work done, but not before that time. */
void backend_queue(struct delayed_work *work, ktime_t not_before);
/* For otherend_changed, at its end: a frontend that is gone for good takes the device with it. */
void backend_unregister_if_gone(struct xenbus_device *dev, enum xenbus_state frontend);

#endif
