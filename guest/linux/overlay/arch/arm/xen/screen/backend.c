// SPDX-License-Identifier: GPL-2.0
/*
 * A device that is served: its beginning, its end, and its states.
 *
 * A frontend's driver that lets its device go and takes it again at once may be through before we have seen that
 * it was Closed: we read a state when we come to it, not each that there was.  So one that is Initialised begins
 * anew whatever we are, and so does one that offers something else than what we are connected to.  Nor must we be
 * Closed then: such a frontend, when it sees that, closes for good.
 */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/jiffies.h>
#include <linux/slab.h>

#include "backend.h"
#include "screen.h"

int backend_publish_screen(struct xenbus_device *dev,
			   int (*publish)(struct xenbus_device *dev, unsigned int width, unsigned int height))
{
	unsigned int width, height;
	int err;

	mutex_lock(&screen_mutex);
	err = sink_find(&width, &height);
	mutex_unlock(&screen_mutex);
	if (!err)
		err = publish(dev, width, height);
	if (err)
		xenbus_dev_error(dev, err, "no screen for domain %d", dev->otherend_id);
	return err;
}

int backend_start(struct xenbus_device *dev)
{
	const int err = xenbus_switch_state(dev, XenbusStateInitWait);

	if (err || xenbus_read_driver_state(dev->otherend) != XenbusStateUnknown)
		return err;
	return xenbus_printf(XBT_NIL, dev->otherend, "state", "%d", XenbusStateInitialising);
}

void backend_read_name(struct xenbus_device *dev, char *name, size_t size)
{
	char path[32], *found;

	snprintf(path, sizeof(path), "/local/domain/%d", dev->otherend_id);
	found = xenbus_read(XBT_NIL, path, "name", NULL);
	strscpy(name, IS_ERR(found) ? "It" : found, size);
	if (!IS_ERR(found))
		kfree(found);
}

void backend_queue(struct delayed_work *work, ktime_t not_before)
{
	const s64 pause_ns = ktime_to_ns(ktime_sub(not_before, ktime_get()));

	queue_delayed_work(screen_work, work, pause_ns > 0 ? nsecs_to_jiffies(pause_ns) + 1 : 0);
}

void backend_unregister_if_gone(struct xenbus_device *dev, enum xenbus_state frontend)
{
	if ((frontend == XenbusStateClosed || frontend == XenbusStateUnknown) && !xenbus_dev_is_online(dev))
		device_unregister(&dev->dev);
}

/* ---- states --------------------------------------------------------------------------------- */

static int read_offer(const struct backend_ops *ops, struct xenbus_device *dev, struct backend_offer *offer)
{
	return xenbus_gather(XBT_NIL, dev->otherend, ops->page_node, "%lu", &offer->page, "event-channel", "%u",
			     &offer->port, NULL);
}

static bool is_offer_new(const struct backend_ops *ops, struct xenbus_device *dev)
{
	const struct backend_offer *old = ops->offer(dev);
	struct backend_offer offer;

	return !read_offer(ops, dev, &offer) && (offer.page != old->page || offer.port != old->port);
}

static void begin(const struct backend_ops *ops, struct xenbus_device *dev)
{
	struct backend_offer offer;
	int err;

	ops->disconnect(dev);
	err = read_offer(ops, dev, &offer);
	if (!err)
		err = ops->connect(dev, &offer);
	if (err) {
		xenbus_dev_fatal(dev, err, "cannot take the %s that domain %d offers", ops->what, dev->otherend_id);
		return;
	}
	*ops->offer(dev) = offer;
	xenbus_switch_state(dev, XenbusStateConnected);
}

/* A driver that lets its device go says Closed without more; one that we have closed is not asked again. */
static bool may_come_back(struct xenbus_device *dev)
{
	return xenbus_dev_is_online(dev) && (dev->state == XenbusStateConnected || dev->state == XenbusStateInitWait);
}

static void follow(const struct backend_ops *ops, struct xenbus_device *dev, enum xenbus_state frontend)
{
	switch (frontend) {
	case XenbusStateInitialising:
		if (dev->state == XenbusStateClosed)
			xenbus_switch_state(dev, XenbusStateInitWait);
		break;
	case XenbusStateInitialised:
		if (dev->state == XenbusStateClosed || dev->state == XenbusStateInitWait ||
		    dev->state == XenbusStateConnected)
			begin(ops, dev);
		break;
	case XenbusStateConnected:
		if (dev->state == XenbusStateInitWait ||
		    (dev->state == XenbusStateConnected && is_offer_new(ops, dev)))
			begin(ops, dev);
		break;
	case XenbusStateClosing:
		ops->disconnect(dev);
		xenbus_switch_state(dev, XenbusStateClosed);
		break;
	case XenbusStateClosed:
		ops->disconnect(dev);
		xenbus_switch_state(dev, may_come_back(dev) ? XenbusStateInitWait : XenbusStateClosed);
		break;
	default:
		break;
	}
}

void backend_changed(const struct backend_ops *ops, struct xenbus_device *dev, struct mutex *lock,
		     enum xenbus_state frontend)
{
	mutex_lock(lock);
	follow(ops, dev, frontend);
	mutex_unlock(lock);
	backend_unregister_if_gone(dev, frontend);
}

void backend_break_off(const struct backend_ops *ops, struct xenbus_device *dev, int err)
{
	dev_err_ratelimited(&dev->dev, "domain %d has broken the protocol (%d), its %s is closed\n",
			    dev->otherend_id, err, ops->what);
	ops->disconnect(dev);
	xenbus_switch_state(dev, XenbusStateClosing);
}
