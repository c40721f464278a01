// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/rtlinkN: messages to and from a real-time domain (xen/interface/rtlink.h has the protocol).  This is the
 * backend; N counts from 0 in the order in which the links appear.
 *
 *	read()	waits for a message and returns it; room for the longest one is asked for, EINVAL otherwise.
 *		While the other end is away it waits for it; 0: the device has gone
 *	write()	one message; waits for room.  EMSGSIZE: too long, ENOTCONN: the other end is away
 *	poll(), O_NONBLOCK: as usual
 *
 * Nothing that the other end writes is trusted: what cannot be closes the link, and is logged with the domain.
 */
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <xen/events.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#define rtlink_mb()	virt_mb()
#include <xen/interface/rtlink.h>

struct link {
	struct kref ref;		/* device and open files */
	struct miscdevice misc;
	char name[16];
	int number;
	struct xenbus_device *dev;	/* NULL: the device has gone; state_lock */
	struct mutex state_lock;	/* connecting and disconnecting */
	wait_queue_head_t wait;
	unsigned int irq;		/* state_lock */
	struct rtlink_ring *rings;	/* the two of the frontend, NULL: not connected; lock */
	struct rtlink_producer out;	/* lock */
	struct rtlink_consumer in;	/* lock */
	bool is_gone;			/* lock */
	spinlock_t lock;
};

static DEFINE_IDA(numbers);

static void link_free(struct kref *ref)
{
	kfree(container_of(ref, struct link, ref));
}

/* ---- messages ------------------------------------------------------------------------------- */

static void notify(struct link *link, bool must_notify)
{
	if (must_notify)
		notify_remote_via_irq(link->irq);
}

/* The length, RTLINK_WOULD_WAIT, RTLINK_BROKEN; -ENODEV: the device has gone. */
static int receive(struct link *link, void *bytes)
{
	bool must_notify = false;
	int len = RTLINK_WOULD_WAIT;

	spin_lock(&link->lock);
	if (link->is_gone)
		len = -ENODEV;
	else if (link->rings)
		len = rtlink_pop(&link->in, bytes, &must_notify);
	notify(link, must_notify);
	spin_unlock(&link->lock);
	return len;
}

/* 0, RTLINK_WOULD_WAIT, RTLINK_BROKEN; -ENOTCONN. */
static int send(struct link *link, const void *bytes, size_t len)
{
	bool must_notify = false;
	int rc = -ENOTCONN;

	spin_lock(&link->lock);
	if (link->rings) {
		rc = rtlink_room(&link->out);
		if (rc > 0)
			rc = rtlink_push(&link->out, bytes, len, &must_notify);
		else if (!rc)
			rc = RTLINK_WOULD_WAIT;
	}
	notify(link, must_notify);
	spin_unlock(&link->lock);
	return rc;
}

/* Is read() worth another look?  If not the next message, or the device's end, wakes. */
static bool is_readable(struct link *link)
{
	bool is;

	spin_lock(&link->lock);
	is = link->is_gone || (link->rings && rtlink_want_message(&link->in));
	spin_unlock(&link->lock);
	return is;
}

static bool is_writable(struct link *link)
{
	bool is;

	spin_lock(&link->lock);
	is = !link->rings || rtlink_want_room(&link->out);
	spin_unlock(&link->lock);
	return is;
}

/* A domain that sends events for nothing is slowed down by the event channels' own means. */
static irqreturn_t interrupt(int irq, void *arg)
{
	struct link *link = arg;
	bool is_spurious = true;

	spin_lock(&link->lock);
	if (link->rings)
		is_spurious = link->in.ring->prod == link->in.cons && !rtlink_room(&link->out);
	spin_unlock(&link->lock);
	wake_up(&link->wait);
	xen_irq_lateeoi(irq, is_spurious ? XEN_EOI_FLAG_SPURIOUS : 0);
	return IRQ_HANDLED;
}

/* ---- connection ----------------------------------------------------------------------------- */

/* state_lock is held. */
static void disconnect(struct link *link)
{
	struct rtlink_ring *rings;

	spin_lock(&link->lock);
	rings = link->rings;
	link->rings = NULL;
	spin_unlock(&link->lock);
	wake_up(&link->wait);
	if (!rings)
		return;
	unbind_from_irqhandler(link->irq, link);
	xenbus_unmap_ring_vfree(link->dev, rings);
}

static int read_offer(struct xenbus_device *dev, grant_ref_t ref[2], evtchn_port_t *port)
{
	unsigned int version;
	int err;

	err = xenbus_gather(XBT_NIL, dev->otherend, "version", "%u", &version, "ring-ref0", "%u",
			    &ref[0], "ring-ref1", "%u", &ref[1], "event-channel", "%u", port, NULL);
	if (!err && version != RTLINK_VERSION)
		err = -EPROTO;
	return err;
}

/* state_lock is held. */
static int connect(struct link *link)
{
	struct xenbus_device *dev = link->dev;
	grant_ref_t ref[2];
	evtchn_port_t port;
	void *rings;
	int err;

	err = read_offer(dev, ref, &port);
	if (err)
		return err;
	err = xenbus_map_ring_valloc(dev, ref, 2, &rings);
	if (err)
		return err;
	err = bind_interdomain_evtchn_to_irqhandler_lateeoi(dev, port, interrupt, 0, link->name, link);
	if (err < 0) {
		xenbus_unmap_ring_vfree(dev, rings);
		return err;
	}
	link->irq = err;
	spin_lock(&link->lock);
	link->rings = rings;
	link->in = (struct rtlink_consumer){ .ring = &link->rings[0] };
	link->out = (struct rtlink_producer){ .ring = &link->rings[1] };
	spin_unlock(&link->lock);
	wake_up(&link->wait);
	return 0;
}

static void broken(struct link *link)
{
	mutex_lock(&link->state_lock);
	if (link->dev && link->rings) {
		dev_err(&link->dev->dev, "domain %d has broken the protocol, the link is closed\n",
			link->dev->otherend_id);
		disconnect(link);
		xenbus_switch_state(link->dev, XenbusStateClosing);
	}
	mutex_unlock(&link->state_lock);
}

/* ---- /dev/rtlinkN --------------------------------------------------------------------------- */

static int rtlink_open(struct inode *inode, struct file *file)
{
	struct link *link = container_of(file->private_data, struct link, misc);

	kref_get(&link->ref);		/* misc_deregister() waits for us */
	file->private_data = link;
	return stream_open(inode, file);
}

static int rtlink_release(struct inode *inode, struct file *file)
{
	struct link *link = file->private_data;

	kref_put(&link->ref, link_free);
	return 0;
}

static ssize_t rtlink_read(struct file *file, char __user *to, size_t count, loff_t *at)
{
	struct link *link = file->private_data;
	u8 bytes[RTLINK_MESSAGE_BYTES];
	int len;

	if (count < sizeof(bytes))
		return -EINVAL;
	while ((len = receive(link, bytes)) < 0) {
		if (len == -ENODEV)
			return 0;
		if (len == RTLINK_BROKEN)
			broken(link);
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(link->wait, is_readable(link)))
			return -ERESTARTSYS;
	}
	return copy_to_user(to, bytes, len) ? -EFAULT : len;
}

static ssize_t rtlink_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	struct link *link = file->private_data;
	u8 bytes[RTLINK_MESSAGE_BYTES];
	int rc;

	if (count > sizeof(bytes))
		return -EMSGSIZE;
	if (copy_from_user(bytes, from, count))
		return -EFAULT;
	while ((rc = send(link, bytes, count))) {
		if (rc == -ENOTCONN)
			return rc;
		if (rc == RTLINK_BROKEN)
			broken(link);
		else if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(link->wait, is_writable(link)))
			return -ERESTARTSYS;
	}
	return count;
}

static __poll_t rtlink_poll(struct file *file, poll_table *table)
{
	struct link *link = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &link->wait, table);
	if (is_readable(link))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (is_writable(link))
		mask |= EPOLLOUT | EPOLLWRNORM;
	if (READ_ONCE(link->is_gone))
		mask |= EPOLLHUP;
	return mask;
}

static const struct file_operations rtlink_fops = {
	.owner = THIS_MODULE,
	.open = rtlink_open,
	.release = rtlink_release,
	.read = rtlink_read,
	.write = rtlink_write,
	.poll = rtlink_poll,
	.llseek = no_llseek,
};

/* ---- xenbus --------------------------------------------------------------------------------- */

static struct link *link_alloc(struct xenbus_device *dev)
{
	struct link *link = kzalloc(sizeof(*link), GFP_KERNEL);

	if (!link)
		return NULL;
	kref_init(&link->ref);
	mutex_init(&link->state_lock);
	spin_lock_init(&link->lock);
	init_waitqueue_head(&link->wait);
	link->dev = dev;
	link->number = ida_alloc(&numbers, GFP_KERNEL);
	snprintf(link->name, sizeof(link->name), "rtlink%d", link->number);
	link->misc = (struct miscdevice){
		.minor = MISC_DYNAMIC_MINOR, .name = link->name, .fops = &rtlink_fops, .parent = &dev->dev,
	};
	return link;
}

static int rtlink_probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	struct link *link = link_alloc(dev);
	int err;

	if (!link)
		return -ENOMEM;
	err = link->number < 0 ? link->number : misc_register(&link->misc);
	if (err) {
		if (link->number >= 0)
			ida_free(&numbers, link->number);
		kref_put(&link->ref, link_free);
		return err;
	}
	dev_set_drvdata(&dev->dev, link);
	return xenbus_switch_state(dev, XenbusStateInitWait);
}

static void rtlink_remove(struct xenbus_device *dev)
{
	struct link *link = dev_get_drvdata(&dev->dev);

	misc_deregister(&link->misc);
	mutex_lock(&link->state_lock);
	disconnect(link);
	link->dev = NULL;
	mutex_unlock(&link->state_lock);
	spin_lock(&link->lock);
	link->is_gone = true;
	spin_unlock(&link->lock);
	wake_up(&link->wait);
	ida_free(&numbers, link->number);
	kref_put(&link->ref, link_free);
}

/* state_lock is held. */
static void follow(struct link *link, enum xenbus_state frontend)
{
	struct xenbus_device *dev = link->dev;
	int err;

	switch (frontend) {
	case XenbusStateInitialising:
		if (dev->state == XenbusStateClosed)
			xenbus_switch_state(dev, XenbusStateInitWait);
		break;
	case XenbusStateInitialised:
	case XenbusStateConnected:
		if (dev->state != XenbusStateInitWait)
			break;
		err = connect(link);
		if (err)
			xenbus_dev_fatal(dev, err, "cannot take what domain %d offers",
					 dev->otherend_id);
		else
			xenbus_switch_state(dev, XenbusStateConnected);
		break;
	case XenbusStateClosing:
	case XenbusStateClosed:
		disconnect(link);
		xenbus_switch_state(dev, XenbusStateClosed);
		break;
	default:
		break;
	}
}

static void rtlink_otherend_changed(struct xenbus_device *dev, enum xenbus_state frontend)
{
	struct link *link = dev_get_drvdata(&dev->dev);
	bool has_ended = frontend == XenbusStateClosed || frontend == XenbusStateUnknown;

	mutex_lock(&link->state_lock);
	follow(link, frontend);
	mutex_unlock(&link->state_lock);
	if (has_ended && !xenbus_dev_is_online(dev))
		device_unregister(&dev->dev);
}

static const struct xenbus_device_id rtlink_ids[] = {
	{ RTLINK_CLASS },
	{ "" }
};

static struct xenbus_driver rtlink_driver = {
	.ids = rtlink_ids,
	.probe = rtlink_probe,
	.remove = rtlink_remove,
	.otherend_changed = rtlink_otherend_changed,
};

static int __init rtlink_init(void)
{
	if (!xen_domain())
		return -ENODEV;
	return xenbus_register_backend(&rtlink_driver);
}
device_initcall(rtlink_init);
