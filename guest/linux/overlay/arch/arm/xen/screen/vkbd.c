// SPDX-License-Identifier: GPL-2.0
/*
 * Backend for xen-kbdfront (xen/interface/io/kbdif.h): what is typed and pointed at while its domain has
 * the focus.
 *
 * The frontend's ring holds 51 events; what has no room waits in a queue, in its order, and goes when the
 * frontend has taken some.  Movements that wait become one.  If the frontend takes nothing any more new
 * events are dropped, and no key stays pressed: once there is room, all are released.
 *
 * A frontend that asks for absolute positions gets them from all pointers, one that doesn't gets distances
 * from all.  One that asks for multi-touch gets fingers; their movements wait and become one as those of pointers do.
 *
 * The frontend may only write its own index; a wrong one closes the device.
 */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/bitmap.h>
#include <linux/input.h>
#include <linux/interrupt.h>
#include <linux/kfifo.h>
#include <linux/slab.h>

#include <xen/events.h>
#include <xen/interface/io/kbdif.h>
#include <xen/xenbus.h>

#include "backend.h"
#include "screen.h"
#include "touch.h"

#define QUEUE_LEN	1024
#define MOST_STEPS	(3 * TOUCH_CONTACTS + 1)	/* that a frame takes */

/* Of kbdif's, without its padding.  Of a finger @pressed is XENKBD_MT_EV_*, @code which one. */
struct item {
	u8 type;
	u8 pressed;
	u16 code;
	s32 x, y, wheel;
};

struct vkbd {
	struct xenbus_device *dev;
	struct mutex state_mutex;	/* connecting and disconnecting */
	unsigned int irq;
	struct work_struct break_work;
	struct backend_offer offer;	/* that it is connected to */
	unsigned int width, height;	/* of absolute positions */
	/* focus_lock protects the rest. */
	struct xenkbd_page *page;	/* the frontend's; NULL: not connected */
	u32 prod;			/* of its ring */
	u32 seen_cons;			/* when it last told of what it has taken */
	bool is_absolute;
	bool has_touch;
	bool is_lost;			/* an event: nothing must stay pressed */
	bool has_moved;			/* since the last event that says so: */
	int dx, dy, wheel;
	int x, y;			/* where the pointer is, pixels */
	struct touch touch;
	DECLARE_BITMAP(pressed, KEY_CNT);	/* keys, as the frontend knows them */
	DECLARE_KFIFO(queue, struct item, QUEUE_LEN);
};

static struct vkbd *vkbds[SCREEN_DOMAINS];	/* by domain: its first that is connected; focus_lock */

/* ---- ring ----------------------------------------------------------------------------------- */

static void write_event(union xenkbd_in_event *to, const struct item *item)
{
	union xenkbd_in_event event = { .type = item->type };

	switch (item->type) {
	case XENKBD_TYPE_KEY:
		event.key.pressed = item->pressed;
		event.key.keycode = item->code;
		break;
	case XENKBD_TYPE_MOTION:
		event.motion.rel_x = item->x;
		event.motion.rel_y = item->y;
		event.motion.rel_z = -item->wheel;
		break;
	case XENKBD_TYPE_POS:
		event.pos.abs_x = item->x;
		event.pos.abs_y = item->y;
		event.pos.rel_z = -item->wheel;
		break;
	case XENKBD_TYPE_MTOUCH:
		event.mtouch.event_type = item->pressed;
		event.mtouch.contact_id = item->code;
		if (item->pressed == XENKBD_MT_EV_DOWN || item->pressed == XENKBD_MT_EV_MOTION) {
			event.mtouch.u.pos.abs_x = item->x;
			event.mtouch.u.pos.abs_y = item->y;
		}
		break;
	}
	memcpy(to, &event, sizeof(event));
}

/* How many events the frontend has not taken, above XENKBD_IN_RING_LEN: it is broken. */
static u32 in_ring(const struct vkbd *vkbd)
{
	return vkbd->prod - READ_ONCE(vkbd->page->in_cons);
}

/* From the queue to the ring.  Returns whether something went. */
static bool move_on(struct vkbd *vkbd)
{
	const u32 before = vkbd->prod;
	struct item item;
	u32 used = in_ring(vkbd);

	if (used > XENKBD_IN_RING_LEN) {
		queue_work(screen_work, &vkbd->break_work);
		return false;
	}
	virt_mb();			/* room is seen before it is filled */
	for (; used < XENKBD_IN_RING_LEN && kfifo_get(&vkbd->queue, &item); used++)
		write_event(&XENKBD_IN_RING_REF(vkbd->page, vkbd->prod++), &item);
	if (vkbd->prod == before)
		return false;
	virt_wmb();			/* events before their count */
	WRITE_ONCE(vkbd->page->in_prod, vkbd->prod);
	return true;
}

static void put(struct vkbd *vkbd, const struct item *item)
{
	if (!kfifo_put(&vkbd->queue, *item))
		vkbd->is_lost = true;
}

static void put_key(struct vkbd *vkbd, unsigned int code, bool is_pressed)
{
	const struct item item = { .type = XENKBD_TYPE_KEY, .code = code, .pressed = is_pressed };

	if (vkbd->is_lost && is_pressed)
		return;
	put(vkbd, &item);
	if (!vkbd->is_lost)
		__assign_bit(code, vkbd->pressed, is_pressed);
}

static void release_all(struct vkbd *vkbd)
{
	unsigned int code;

	for_each_set_bit(code, vkbd->pressed, KEY_CNT)
		put_key(vkbd, code, false);
}

/* What has moved since the last one. */
static void put_motion(struct vkbd *vkbd)
{
	struct item item = { .type = XENKBD_TYPE_MOTION, .x = vkbd->dx, .y = vkbd->dy, .wheel = vkbd->wheel };

	if (!vkbd->has_moved)
		return;
	if (vkbd->is_absolute) {
		item.type = XENKBD_TYPE_POS;
		item.x = vkbd->x;
		item.y = vkbd->y;
	}
	put(vkbd, &item);
	vkbd->dx = 0;
	vkbd->dy = 0;
	vkbd->wheel = 0;
	vkbd->has_moved = false;
}

/* All that the frontend is not told of fingers yet, if there is room for all. */
static void put_touch(struct vkbd *vkbd)
{
	struct touch_step step;

	if (kfifo_avail(&vkbd->queue) < MOST_STEPS)
		vkbd->is_lost = true;
	while (!vkbd->is_lost && touch_next(&vkbd->touch, &step)) {
		const struct item item = {
			.type = XENKBD_TYPE_MTOUCH, .pressed = step.event, .code = step.contact,
			.x = step.x, .y = step.y,
		};

		put(vkbd, &item);
	}
}

/* A movement that finds others waiting waits outside the queue, so that they become one. */
static void send(struct vkbd *vkbd)
{
	bool has_sent;

	if (vkbd->has_touch && touch_is_urgent(&vkbd->touch))
		put_touch(vkbd);
	has_sent = move_on(vkbd);
	if (kfifo_is_empty(&vkbd->queue)) {
		if (vkbd->is_lost) {
			vkbd->is_lost = false;
			release_all(vkbd);
			touch_release(&vkbd->touch);
		}
		put_motion(vkbd);
		if (vkbd->has_touch)
			put_touch(vkbd);
		has_sent |= move_on(vkbd);
	}
	if (has_sent)
		notify_remote_via_irq(vkbd->irq);
}

/* ---- events --------------------------------------------------------------------------------- */

/* The button or key that xen-kbdfront knows it as; 0: none. */
static unsigned int known_key(unsigned int code)
{
	if (code == BTN_TOUCH)
		return BTN_LEFT;
	if (code >= BTN_LEFT && code <= BTN_TASK)
		return code;
	if ((code >= KEY_ESC && code < KEY_UNKNOWN) || (code >= KEY_OK && code < KEY_MAX))
		return code;
	return 0;
}

static void take_key(struct vkbd *vkbd, unsigned int code, int value)
{
	code = known_key(code);
	if (!code)
		return;
	/* What was pressed before the focus came is another domain's until it is released. */
	if (value != 1 && !test_bit(code, vkbd->pressed))
		return;
	if (value == 2 && !kfifo_is_empty(&vkbd->queue))
		return;			/* repetitions need not wait */
	put_motion(vkbd);
	put_key(vkbd, code, value);
}

static void move_by(struct vkbd *vkbd, int dx, int dy)
{
	vkbd->dx += dx;
	vkbd->dy += dy;
	vkbd->x = clamp_t(int, vkbd->x + dx, 0, vkbd->width - 1);
	vkbd->y = clamp_t(int, vkbd->y + dy, 0, vkbd->height - 1);
	vkbd->has_moved = true;
}

static void take_relative(struct vkbd *vkbd, unsigned int code, int value)
{
	if (code == REL_X) {
		move_by(vkbd, value, 0);
	} else if (code == REL_Y) {
		move_by(vkbd, 0, value);
	} else if (code == REL_WHEEL) {
		vkbd->wheel += value;
		vkbd->has_moved = true;
	}
}

static void take_absolute(struct vkbd *vkbd, unsigned int code, int value)
{
	if (code == ABS_X)
		move_by(vkbd, value * (vkbd->width - 1) / ABSOLUTE_RANGE - vkbd->x, 0);
	else if (code == ABS_Y)
		move_by(vkbd, 0, value * (vkbd->height - 1) / ABSOLUTE_RANGE - vkbd->y);
}

void vkbd_event(unsigned int domid, unsigned int type, unsigned int code, int value)
{
	struct vkbd *vkbd = vkbds[domid];

	if (!vkbd)
		return;
	if (type == EV_KEY)
		take_key(vkbd, code, value);
	else if (type == EV_REL)
		take_relative(vkbd, code, value);
	else if (type == EV_ABS)
		take_absolute(vkbd, code, value);
	else if (type == EV_SYN)
		send(vkbd);
}

bool vkbd_has_touch(unsigned int domid)
{
	return vkbds[domid] && vkbds[domid]->has_touch;
}

void vkbd_touch(unsigned int domid, unsigned int contact, unsigned int code, int value)
{
	struct vkbd *vkbd = vkbds[domid];

	if (contact >= TOUCH_CONTACTS)
		return;
	if (code == ABS_MT_POSITION_X)
		value = value * (vkbd->width - 1) / ABSOLUTE_RANGE;
	else if (code == ABS_MT_POSITION_Y)
		value = value * (vkbd->height - 1) / ABSOLUTE_RANGE;
	touch_event(&vkbd->touch, contact, code, value);
}

void vkbd_release(unsigned int domid)
{
	struct vkbd *vkbd = vkbds[domid];

	if (!vkbd)
		return;
	put_motion(vkbd);
	release_all(vkbd);
	touch_release(&vkbd->touch);
	send(vkbd);
}

/* The frontend has taken some. */
static irqreturn_t interrupt(int irq, void *arg)
{
	struct vkbd *vkbd = arg;
	bool has_taken = false;

	spin_lock(&focus_lock);
	if (vkbd->page) {
		const u32 cons = READ_ONCE(vkbd->page->in_cons);

		has_taken = cons != vkbd->seen_cons;
		vkbd->seen_cons = cons;
		send(vkbd);
	}
	spin_unlock(&focus_lock);
	xen_irq_lateeoi(irq, has_taken ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

/* ---- connection ----------------------------------------------------------------------------- */

/* focus_lock is not held: state_mutex is. */
static void attach(struct vkbd *vkbd, struct xenkbd_page *page)
{
	const domid_t domid = vkbd->dev->otherend_id;

	spin_lock_irq(&focus_lock);
	vkbd->page = page;
	/* Of a page that was connected before, nothing comes twice. */
	vkbd->prod = vkbd->seen_cons = READ_ONCE(page->in_cons);
	WRITE_ONCE(page->in_prod, vkbd->prod);
	vkbd->is_lost = false;
	vkbd->has_moved = false;
	vkbd->x = vkbd->width / 2;
	vkbd->y = vkbd->height / 2;
	bitmap_zero(vkbd->pressed, KEY_CNT);
	memset(&vkbd->touch, 0, sizeof(vkbd->touch));
	kfifo_reset(&vkbd->queue);
	if (!vkbds[domid])
		vkbds[domid] = vkbd;
	spin_unlock_irq(&focus_lock);
	focus_add(domid);
}

/* Returns the page that was attached. */
static struct xenkbd_page *detach(struct vkbd *vkbd)
{
	const domid_t domid = vkbd->dev->otherend_id;
	struct xenkbd_page *page;

	spin_lock_irq(&focus_lock);
	page = vkbd->page;
	vkbd->page = NULL;
	if (vkbds[domid] == vkbd)
		vkbds[domid] = NULL;
	spin_unlock_irq(&focus_lock);
	if (page)
		focus_remove(domid);
	return page;
}

static int connect(struct xenbus_device *dev, const struct backend_offer *offer)
{
	struct vkbd *vkbd = dev_get_drvdata(&dev->dev);
	grant_ref_t ref = offer->page;
	void *page;
	int err = xenbus_map_ring_valloc(dev, &ref, 1, &page);

	if (err)
		return err;
	vkbd->is_absolute = xenbus_read_unsigned(dev->otherend, XENKBD_FIELD_REQ_ABS_POINTER, 0);
	vkbd->has_touch = xenbus_read_unsigned(dev->otherend, XENKBD_FIELD_REQ_MTOUCH, 0);
	err = bind_interdomain_evtchn_to_irqhandler_lateeoi(dev, offer->port, interrupt, 0, "exen-screen",
							    vkbd);
	if (err < 0) {
		xenbus_unmap_ring_vfree(dev, page);
		return err;
	}
	vkbd->irq = err;
	attach(vkbd, page);
	return 0;
}

static void disconnect(struct xenbus_device *dev)
{
	struct vkbd *vkbd = dev_get_drvdata(&dev->dev);
	struct xenkbd_page *page = detach(vkbd);

	if (!page)
		return;
	unbind_from_irqhandler(vkbd->irq, vkbd);
	xenbus_unmap_ring_vfree(dev, page);
}

static struct backend_offer *kept_offer(struct xenbus_device *dev)
{
	struct vkbd *vkbd = dev_get_drvdata(&dev->dev);

	return &vkbd->offer;
}

static const struct backend_ops vkbd_ops = {
	.what = "keyboard",
	.page_node = XENKBD_FIELD_RING_GREF,
	.connect = connect,
	.disconnect = disconnect,
	.offer = kept_offer,
};

static void break_off(struct work_struct *work)
{
	struct vkbd *vkbd = container_of(work, struct vkbd, break_work);

	mutex_lock(&vkbd->state_mutex);
	if (vkbd->page)
		backend_break_off(&vkbd_ops, vkbd->dev, -EPROTO);
	mutex_unlock(&vkbd->state_mutex);
}

/* ---- xenbus --------------------------------------------------------------------------------- */

/* What there is a device for is offered.  Positions are of the screen's pixels. */
static int publish(struct vkbd *vkbd)
{
	const unsigned int nr_contacts = min_t(unsigned int, input_contacts(), TOUCH_CONTACTS);
	const struct {
		const char *name;
		unsigned int value;
	} node[] = {
		{ XENKBD_FIELD_WIDTH, vkbd->width },
		{ XENKBD_FIELD_HEIGHT, vkbd->height },
		{ XENKBD_FIELD_MT_WIDTH, vkbd->width },
		{ XENKBD_FIELD_MT_HEIGHT, vkbd->height },
		{ XENKBD_FIELD_MT_NUM_CONTACTS, nr_contacts },
		{ XENKBD_FIELD_FEAT_MTOUCH, nr_contacts > 0 },
		{ XENKBD_FIELD_FEAT_ABS_POINTER, input_has_absolute_pointer() },
	};
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(node) && !err; i++)
		err = xenbus_printf(XBT_NIL, vkbd->dev->nodename, node[i].name, "%u", node[i].value);
	return err;
}

/* Without a screen there are no positions. */
static int offer(struct vkbd *vkbd)
{
	int err;

	mutex_lock(&screen_mutex);
	err = sink_find(&vkbd->width, &vkbd->height);
	mutex_unlock(&screen_mutex);
	return err ? 0 : publish(vkbd);
}

static int vkbd_probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	struct vkbd *vkbd;
	int err;

	if (dev->otherend_id >= SCREEN_DOMAINS)
		return -EINVAL;
	vkbd = kvzalloc(sizeof(*vkbd), GFP_KERNEL);
	if (!vkbd)
		return -ENOMEM;
	vkbd->dev = dev;
	vkbd->width = 1;
	vkbd->height = 1;
	mutex_init(&vkbd->state_mutex);
	INIT_WORK(&vkbd->break_work, break_off);
	INIT_KFIFO(vkbd->queue);
	dev_set_drvdata(&dev->dev, vkbd);
	err = offer(vkbd);
	if (!err)
		err = backend_start(dev);
	if (err)
		kvfree(vkbd);
	return err;
}

static void vkbd_remove(struct xenbus_device *dev)
{
	struct vkbd *vkbd = dev_get_drvdata(&dev->dev);

	mutex_lock(&vkbd->state_mutex);
	disconnect(dev);
	mutex_unlock(&vkbd->state_mutex);
	cancel_work_sync(&vkbd->break_work);
	kvfree(vkbd);
}

static void vkbd_otherend_changed(struct xenbus_device *dev, enum xenbus_state frontend)
{
	struct vkbd *vkbd = dev_get_drvdata(&dev->dev);

	backend_changed(&vkbd_ops, dev, &vkbd->state_mutex, frontend);
}

static const struct xenbus_device_id vkbd_ids[] = {
	{ XENKBD_DRIVER_NAME },
	{ "" }
};

static struct xenbus_driver vkbd_driver = {
	.ids = vkbd_ids,
	.probe = vkbd_probe,
	.remove = vkbd_remove,
	.otherend_changed = vkbd_otherend_changed,
};

int vkbd_init(void)
{
	return xenbus_register_backend(&vkbd_driver);
}

void vkbd_exit(void)
{
	xenbus_unregister_driver(&vkbd_driver);
}
