// SPDX-License-Identifier: GPL-2.0
/*
 * Backend for xen-fbfront (xen/interface/io/fbif.h): a picture in the other domain's memory, and what it
 * says has changed in it.
 *
 * fbif shares frames by number, not by grant: exen_vmap_foreign() lets nothing pass that isn't the
 * frontend's.  The frames are mapped from the frontend's Initialised to our Closed.  Only its shared page
 * is written, and only in answer to an event of the frontend's.
 *
 * Nothing that the frontend writes is trusted: each word is read once; what cannot be closes the device,
 * and is logged with the domain.  A flood of updates gets a third of the time at most: all of the work, the
 * ring's too, is done in one item, which comes back as long after its end as it ran twice; until then the
 * event channel is masked.
 */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <asm/xen/exen.h>
#include <xen/events.h>
#include <xen/interface/io/fbif.h>
#include <xen/xenbus.h>

#include "backend.h"
#include "screen.h"

#define DEPTH		32		/* the only one */
#define MOST_PIXELS	8192		/* in a line, and lines */
#define MOST_PAGES	8192		/* 32 MiB */
#define LEAST_PAUSE	ms_to_ktime(5)	/* between two times that the screen changes */
#define FRAMES_PER_PAGE	(PAGE_SIZE / sizeof(unsigned long))

struct vfb {
	struct xenbus_device *dev;
	struct delayed_work work;
	struct backend_offer offer;	/* that it is connected to */
	unsigned int irq;
	struct xenfb_page *page;	/* the frontend's; NULL: not connected */
	u32 cons;			/* of its ring */
	const void *memory;
	u32 memory_bytes;
	struct sink_picture picture;
	struct sink_rect damage;
	bool is_resized;		/* all of the screen is to be drawn */
	bool must_eoi;
	ktime_t not_before;		/* the next work */
	char name[16];			/* the domain's */
};

static struct vfb *vfbs[SCREEN_DOMAINS];	/* by domain: its first that is connected; screen_mutex */

static bool has_focus(const struct vfb *vfb)
{
	return vfbs[vfb->dev->otherend_id] == vfb && focus_get() == vfb->dev->otherend_id;
}

static bool is_inset(const struct vfb *vfb)
{
	return vfbs[vfb->dev->otherend_id] == vfb && inset_is(vfb->dev->otherend_id);
}

/* ---- picture -------------------------------------------------------------------------------- */

/* What a frontend says of its picture, read once. */
struct shape {
	s32 width, height, depth, offset;
	u32 stride;
};

static int set_shape(struct vfb *vfb, const struct shape *s)
{
	u64 last;

	if (s->depth != DEPTH)
		return -EOPNOTSUPP;
	if (s->width < 1 || s->width > MOST_PIXELS || s->height < 1 || s->height > MOST_PIXELS)
		return -EINVAL;
	if (s->stride < s->width * 4u || s->stride % 4 || s->offset < 0 || s->offset % 4)
		return -EINVAL;
	last = (u64)s->offset + (u64)(s->height - 1) * s->stride + s->width * 4u;
	if (last > vfb->memory_bytes)
		return -EINVAL;
	vfb->picture = (struct sink_picture){
		.pixels = vfb->memory + s->offset,
		.width = s->width,
		.height = s->height,
		.stride = s->stride,
	};
	return 0;
}

static void add_damage(struct sink_rect *damage, int x1, int y1, int x2, int y2)
{
	if (x1 >= x2 || y1 >= y2)
		return;
	if (damage->x1 >= damage->x2) {
		*damage = (struct sink_rect){ x1, y1, x2, y2 };
		return;
	}
	damage->x1 = min(damage->x1, x1);
	damage->y1 = min(damage->y1, y1);
	damage->x2 = max(damage->x2, x2);
	damage->y2 = max(damage->y2, y2);
}

/* A part of it may be outside, or all. */
static void add_update(struct vfb *vfb, const struct xenfb_update *u)
{
	const s64 x2 = min_t(s64, (s64)u->x + u->width, vfb->picture.width);
	const s64 y2 = min_t(s64, (s64)u->y + u->height, vfb->picture.height);

	if (u->width > 0 && u->height > 0 && x2 > 0 && y2 > 0)
		add_damage(&vfb->damage, max(u->x, 0), max(u->y, 0), x2, y2);
}

static void damage_all(struct vfb *vfb)
{
	vfb->damage = (struct sink_rect){ 0, 0, vfb->picture.width, vfb->picture.height };
}

/* All is drawn anew if what was shown before may have been larger. */
static void draw_damage(struct vfb *vfb)
{
	if (vfb->is_resized)
		damage_all(vfb);
	if (has_focus(vfb)) {
		if (vfb->is_resized)
			sink_clear();
		sink_draw(&vfb->picture, &vfb->damage);
	} else if (is_inset(vfb)) {
		if (vfb->is_resized)
			sink_clear_inset();
		sink_draw_inset(&vfb->picture, &vfb->damage);
	}
	vfb->damage = (struct sink_rect){ };
	vfb->is_resized = false;
}

static void draw_all(struct vfb *vfb)
{
	vfb->is_resized = true;
	draw_damage(vfb);
}

void vfb_say_ended(unsigned int domid, const char *name)
{
	char text[80];

	snprintf(text, sizeof(text), " %s (domain %u) has no screen now.  Ctrl-Alt-Tab: the next system",
		 name, domid);
	sink_say(text);
}

bool vfb_has_picture(unsigned int domid)
{
	return vfbs[domid];
}

void vfb_redraw(unsigned int domid)
{
	if (vfbs[domid])
		draw_all(vfbs[domid]);
}

int vfb_show(unsigned int domid)
{
	struct vfb *vfb = vfbs[domid];

	if (vfb) {
		draw_all(vfb);
	} else {
		sink_clear();
		vfb_say_ended(domid, "It");
	}
	return sink_show();
}

/* ---- ring ----------------------------------------------------------------------------------- */

static int take_resize(struct vfb *vfb, const struct xenfb_resize *r)
{
	const struct shape s = {
		.width = r->width, .height = r->height, .depth = r->depth, .offset = r->offset,
		.stride = r->stride,
	};

	vfb->is_resized = true;
	return set_shape(vfb, &s);
}

static int take_event(struct vfb *vfb, const union xenfb_out_event *event)
{
	switch (event->type) {
	case XENFB_TYPE_UPDATE:
		add_update(vfb, &event->update);
		return 0;
	case XENFB_TYPE_RESIZE:
		return take_resize(vfb, &event->resize);
	default:
		return 0;		/* fbif: to be ignored */
	}
}

/* Takes what is in the ring.  Returns how many events, or an error. */
static int drain(struct vfb *vfb)
{
	const u32 prod = READ_ONCE(vfb->page->out_prod);
	const u32 nr = prod - vfb->cons;
	union xenfb_out_event event;
	int err = 0;

	if (nr > XENFB_OUT_RING_LEN)
		return -EPROTO;
	virt_rmb();			/* events after their count */
	while (vfb->cons != prod && !err) {
		memcpy(&event, &XENFB_OUT_RING_REF(vfb->page, vfb->cons), sizeof(event));
		vfb->cons++;
		err = take_event(vfb, &event);
	}
	virt_mb();			/* they are read before they are given back */
	WRITE_ONCE(vfb->page->out_cons, vfb->cons);
	return err ?: nr;
}

static const struct backend_ops vfb_ops;

static void serve(struct vfb *vfb)
{
	const ktime_t start = ktime_get();
	const int nr = drain(vfb);
	ktime_t end;

	if (nr < 0) {
		backend_break_off(&vfb_ops, vfb->dev, nr);
		return;
	}
	draw_damage(vfb);
	end = ktime_get();
	vfb->not_before = ktime_add(end, max_t(ktime_t, LEAST_PAUSE, 2 * ktime_sub(end, start)));
	if (nr)
		notify_remote_via_irq(vfb->irq);
	if (vfb->must_eoi) {
		vfb->must_eoi = false;
		xen_irq_lateeoi(vfb->irq, nr ? 0 : XEN_EOI_FLAG_SPURIOUS);
	}
}

static void vfb_work(struct work_struct *work)
{
	struct vfb *vfb = container_of(to_delayed_work(work), struct vfb, work);

	mutex_lock(&screen_mutex);
	if (vfb->page)
		serve(vfb);
	mutex_unlock(&screen_mutex);
}

static irqreturn_t interrupt(int irq, void *arg)
{
	struct vfb *vfb = arg;

	vfb->must_eoi = true;
	backend_queue(&vfb->work, vfb->not_before);
	return IRQ_HANDLED;
}

/* ---- connection ----------------------------------------------------------------------------- */

/* The numbers of the frames that hold @frame[0..nr) are in the page's directory. */
static int read_frames(struct vfb *vfb, unsigned long *frame, unsigned int nr)
{
	const domid_t domid = vfb->dev->otherend_id;
	unsigned int i, n;

	for (i = 0; i < nr; i += n) {
		unsigned long directory = READ_ONCE(vfb->page->pd[i / FRAMES_PER_PAGE]);
		void *list = exen_vmap_foreign(domid, &directory, 1, true);

		if (IS_ERR(list))
			return PTR_ERR(list);
		n = min_t(unsigned int, nr - i, FRAMES_PER_PAGE);
		memcpy(frame + i, list, n * sizeof(*frame));
		vunmap(list);
	}
	return 0;
}

static int map_memory(struct vfb *vfb)
{
	const u32 bytes = READ_ONCE(vfb->page->mem_length);
	const unsigned int nr = DIV_ROUND_UP_ULL(bytes, PAGE_SIZE);
	unsigned long *frame;
	void *memory;
	int err;

	if (!nr || nr > MOST_PAGES)
		return -EINVAL;
	frame = kvmalloc_array(nr, sizeof(*frame), GFP_KERNEL);
	if (!frame)
		return -ENOMEM;
	err = read_frames(vfb, frame, nr);
	memory = err ? ERR_PTR(err) : exen_vmap_foreign(vfb->dev->otherend_id, frame, nr, true);
	kvfree(frame);
	if (IS_ERR(memory))
		return PTR_ERR(memory);
	vfb->memory = memory;
	vfb->memory_bytes = bytes;
	return 0;
}

static int read_shape(struct vfb *vfb)
{
	const struct shape s = {
		.width = READ_ONCE(vfb->page->width),
		.height = READ_ONCE(vfb->page->height),
		.depth = READ_ONCE(vfb->page->depth),
		.stride = READ_ONCE(vfb->page->line_length),
	};

	return set_shape(vfb, &s);
}

static void unmap(struct vfb *vfb)
{
	vunmap(vfb->memory);
	vunmap(vfb->page);
	vfb->memory = NULL;
	vfb->page = NULL;
}

/* Whose work may run before we return waits for screen_mutex. */
static int listen(struct vfb *vfb, evtchn_port_t port)
{
	int irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(vfb->dev, port, interrupt, 0, "exen-screen",
								vfb);

	if (irq < 0)
		return irq;
	vfb->irq = irq;
	return 0;
}

static int map_all(struct vfb *vfb, unsigned long page)
{
	int err;

	vfb->page = exen_vmap_foreign(vfb->dev->otherend_id, &page, 1, false);
	if (IS_ERR(vfb->page)) {
		err = PTR_ERR(vfb->page);
		vfb->page = NULL;
		return err;
	}
	err = map_memory(vfb);
	if (!err)
		err = read_shape(vfb);
	if (err)
		unmap(vfb);
	return err;
}

static int connect(struct xenbus_device *dev, const struct backend_offer *offer)
{
	struct vfb *vfb = dev_get_drvdata(&dev->dev);
	const domid_t domid = dev->otherend_id;
	int err = map_all(vfb, offer->page);

	if (err)
		return err;
	vfb->cons = 0;
	err = listen(vfb, offer->port);
	if (err) {
		unmap(vfb);
		return err;
	}
	if (!vfbs[domid])
		vfbs[domid] = vfb;
	focus_add(domid);
	if (has_focus(vfb)) {
		draw_all(vfb);
		sink_show();
	}
	inset_choose();
	return 0;
}

static void disconnect(struct xenbus_device *dev)
{
	struct vfb *vfb = dev_get_drvdata(&dev->dev);
	const domid_t domid = dev->otherend_id;

	if (!vfb->page)
		return;
	unbind_from_irqhandler(vfb->irq, vfb);
	vfb->must_eoi = false;
	if (has_focus(vfb))
		vfb_say_ended(domid, vfb->name);
	if (vfbs[domid] == vfb)
		vfbs[domid] = NULL;
	inset_choose();
	unmap(vfb);
	focus_remove(domid);
}

static struct backend_offer *kept_offer(struct xenbus_device *dev)
{
	struct vfb *vfb = dev_get_drvdata(&dev->dev);

	return &vfb->offer;
}

static const struct backend_ops vfb_ops = {
	.what = "picture",
	.page_node = "page-ref",
	.connect = connect,
	.disconnect = disconnect,
	.offer = kept_offer,
};

/* ---- xenbus --------------------------------------------------------------------------------- */

/* What the frontend is told of the screen. */
static int publish(struct xenbus_device *dev, unsigned int width, unsigned int height)
{
	const struct {
		const char *name;
		unsigned int value;
	} node[] = {
		{ "width", width },
		{ "height", height },
		{ "videoram", DIV_ROUND_UP(width * height * (DEPTH / 8), 1 << 20) },
		{ "feature-resize", 1 },
		{ "request-update", 1 },
	};
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(node) && !err; i++)
		err = xenbus_printf(XBT_NIL, dev->nodename, node[i].name, "%u", node[i].value);
	return err;
}

static int vfb_probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	struct vfb *vfb;
	int err;

	if (dev->otherend_id >= SCREEN_DOMAINS)
		return -EINVAL;
	err = backend_publish_screen(dev, publish);
	if (err)
		return err;
	vfb = kzalloc(sizeof(*vfb), GFP_KERNEL);
	if (!vfb)
		return -ENOMEM;
	vfb->dev = dev;
	vfb->not_before = ktime_get();
	INIT_DELAYED_WORK(&vfb->work, vfb_work);
	backend_read_name(dev, vfb->name, sizeof(vfb->name));
	dev_set_drvdata(&dev->dev, vfb);
	err = backend_start(dev);
	if (err)
		kfree(vfb);
	return err;
}

static void vfb_remove(struct xenbus_device *dev)
{
	struct vfb *vfb = dev_get_drvdata(&dev->dev);

	mutex_lock(&screen_mutex);
	disconnect(dev);
	mutex_unlock(&screen_mutex);
	cancel_delayed_work_sync(&vfb->work);
	kfree(vfb);
}

static void vfb_otherend_changed(struct xenbus_device *dev, enum xenbus_state frontend)
{
	backend_changed(&vfb_ops, dev, &screen_mutex, frontend);
}

static const struct xenbus_device_id vfb_ids[] = {
	{ "vfb" },
	{ "" }
};

static struct xenbus_driver vfb_driver = {
	.ids = vfb_ids,
	.probe = vfb_probe,
	.remove = vfb_remove,
	.otherend_changed = vfb_otherend_changed,
};

int vfb_init(void)
{
	return xenbus_register_backend(&vfb_driver);
}

void vfb_exit(void)
{
	xenbus_unregister_driver(&vfb_driver);
}
