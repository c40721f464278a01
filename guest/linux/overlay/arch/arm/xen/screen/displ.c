// SPDX-License-Identifier: GPL-2.0
/*
 * Backend for mainline's drivers/gpu/drm/xen (xen/interface/io/displif.h, protocol version 2): display buffers,
 * framebuffers in them, and which of these is seen.  One connector, as large as the real screen.
 *
 * A framebuffer in a buffer that is the screen's (displ_buffer.c) is shown without a copy if its format is
 * the buffer's, too; of any other one all is copied at each flip.
 *
 * Nothing that the frontend writes is trusted: each request is read once; a wrong one is answered by an
 * error, a ring that cannot be closes the device.  All work is done in one item, which comes back as long after
 * its end as it ran twice; until then the event channel is masked.  Waiting for the display doesn't count.
 */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include <xen/events.h>
#include <xen/page.h>
#include <xen/xenbus.h>

#include "backend.h"
#include "displ.h"

#define MOST_BUFFERS	32
#define MOST_FBS	32
#define MOST_REQUESTS	16			/* at once */
#define FRAME		ns_to_ktime(NSEC_PER_SEC / 60)	/* a flip that no display paces */
#define CONNECTOR	"0"

struct displ_fb {
	struct list_head list;
	u64 cookie;
	struct displ_buffer *buffer;
	struct sink_picture picture;		/* without pixels */
};

struct displ {
	struct xenbus_device *dev;
	struct delayed_work work;
	struct xen_displif_back_ring ring;	/* sring NULL: not connected */
	struct xendispl_event_page *events;
	u32 event_prod;
	unsigned int irq, event_irq;
	struct list_head buffers, fbs;
	unsigned int nr_buffers, nr_fbs;
	struct displ_fb *fb;			/* that is to be seen; NULL: nothing is */
	unsigned int width, height;		/* of what was drawn last */
	bool may_allocate;			/* ask for memory of ours */
	bool must_eoi;
	ktime_t waited;				/* for the display, in this work */
	ktime_t not_before;			/* the next work */
	char name[16];				/* the domain's */
};

static struct displ *displs[SCREEN_DOMAINS];	/* by domain: its first that is connected; screen_mutex */

static bool has_focus(const struct displ *displ)
{
	return displs[displ->dev->otherend_id] == displ && focus_get() == displ->dev->otherend_id;
}

static bool is_inset(const struct displ *displ)
{
	return displs[displ->dev->otherend_id] == displ && inset_is(displ->dev->otherend_id);
}

/* ---- picture -------------------------------------------------------------------------------- */

static int draw(struct displ *displ, void (*draw_rect)(const struct sink_picture *, const struct sink_rect *))
{
	const struct sink_picture *picture = &displ->fb->picture;
	const struct sink_rect all = { 0, 0, picture->width, picture->height };

	return displ_buffer_draw(displ->fb->buffer, picture, &all, draw_rect);
}

/* Returns whether the screen shows the buffer itself. */
static bool show_buffer(struct displ *displ)
{
	const struct displ_fb *fb = displ->fb;
	const ktime_t start = ktime_get();
	bool is_shown;

	if (!displ_buffer_can_be_shown(fb->buffer, &fb->picture))
		return false;
	is_shown = !sink_show_buffer(fb->buffer->screen);
	displ->waited = ktime_add(displ->waited, ktime_sub(ktime_get(), start));
	return is_shown;
}

/* What was shown before may have been larger. */
static int show(struct displ *displ)
{
	const struct sink_picture *picture = &displ->fb->picture;
	int err;

	if (show_buffer(displ)) {
		displ->width = 0;
		return 0;
	}
	if (picture->width != displ->width || picture->height != displ->height)
		sink_clear();
	displ->width = picture->width;
	displ->height = picture->height;
	err = draw(displ, sink_draw);
	sink_show_buffer(NULL);
	return err;
}

/* Where it is seen, if it is. */
static int draw_all(struct displ *displ)
{
	if (has_focus(displ) && displ->fb)
		return show(displ);
	if (has_focus(displ)) {
		sink_clear();
		return sink_show_buffer(NULL);
	}
	if (!is_inset(displ))
		return 0;
	sink_clear_inset();
	return displ->fb ? draw(displ, sink_draw_inset) : 0;
}

bool displ_has_picture(unsigned int domid)
{
	return displs[domid];
}

void displ_redraw(unsigned int domid)
{
	displs[domid]->width = 0;
	draw_all(displs[domid]);
}

/* The picture of who was seen before is not to be seen again. */
int displ_show(unsigned int domid)
{
	int err;

	sink_clear();
	err = sink_show();
	if (!err)
		displ_redraw(domid);
	return err;
}

/* ---- buffers and framebuffers --------------------------------------------------------------- */

static struct displ_buffer *find_buffer(struct displ *displ, u64 cookie)
{
	struct displ_buffer *buffer;

	list_for_each_entry(buffer, &displ->buffers, list) {
		if (buffer->cookie == cookie)
			return buffer;
	}
	return NULL;
}

static struct displ_fb *find_fb(struct displ *displ, u64 cookie)
{
	struct displ_fb *fb;

	list_for_each_entry(fb, &displ->fbs, list) {
		if (fb->cookie == cookie)
			return fb;
	}
	return NULL;
}

static void free_fb(struct displ *displ, struct displ_fb *fb)
{
	if (displ->fb == fb)
		displ->fb = NULL;
	list_del(&fb->list);
	displ->nr_fbs--;
	kfree(fb);
}

/* With the framebuffers in it. */
static void free_buffer(struct displ *displ, struct displ_buffer *buffer)
{
	struct displ_fb *fb, *next;

	list_for_each_entry_safe(fb, next, &displ->fbs, list) {
		if (fb->buffer == buffer)
			free_fb(displ, fb);
	}
	list_del(&buffer->list);
	displ->nr_buffers--;
	displ_buffer_free(buffer);
}

static int create_buffer(struct displ *displ, const struct xendispl_dbuf_create_req *req)
{
	struct displ_buffer *buffer;

	if (!req->dbuf_cookie)
		return -EINVAL;
	if (req->flags && (req->flags != XENDISPL_DBUF_FLG_REQ_ALLOC || !displ->may_allocate))
		return -EOPNOTSUPP;
	if (find_buffer(displ, req->dbuf_cookie))
		return -EEXIST;
	if (displ->nr_buffers == MOST_BUFFERS)
		return -ENOSPC;
	buffer = displ_buffer_new(displ->dev->otherend_id, req);
	if (IS_ERR(buffer))
		return PTR_ERR(buffer);
	list_add(&buffer->list, &displ->buffers);
	displ->nr_buffers++;
	return 0;
}

static int destroy_buffer(struct displ *displ, u64 cookie)
{
	struct displ_buffer *buffer = find_buffer(displ, cookie);

	if (!buffer)
		return -ENOENT;
	free_buffer(displ, buffer);
	return 0;
}

/* Does a picture of that size and format lie in the buffer? */
static bool fits(const struct displ_buffer *buffer, const struct pixels_format *format, u32 width, u32 height)
{
	const u32 stride = displ_buffer_stride(buffer, format, width);

	if (buffer->bpp && (buffer->bpp / 8 != format->bytes || width > buffer->width || height > buffer->height))
		return false;
	return (u64)(height - 1) * stride + width * format->bytes <= buffer->bytes - buffer->offset;
}

static int attach_fb(struct displ *displ, const struct xendispl_fb_attach_req *req)
{
	const struct pixels_format *format = pixels_format(req->pixel_format);
	struct displ_buffer *buffer = find_buffer(displ, req->dbuf_cookie);
	struct displ_fb *fb;

	if (!buffer)
		return -ENOENT;
	if (!req->fb_cookie || !format || req->width - 1 >= 8192 || req->height - 1 >= 8192 ||
	    !fits(buffer, format, req->width, req->height))
		return -EINVAL;
	if (find_fb(displ, req->fb_cookie))
		return -EEXIST;
	if (displ->nr_fbs == MOST_FBS)
		return -ENOSPC;
	fb = kzalloc(sizeof(*fb), GFP_KERNEL);
	if (!fb)
		return -ENOMEM;
	fb->cookie = req->fb_cookie;
	fb->buffer = buffer;
	fb->picture = (struct sink_picture){
		.width = req->width, .height = req->height, .format = format,
		.stride = displ_buffer_stride(buffer, format, req->width),
	};
	list_add(&fb->list, &displ->fbs);
	displ->nr_fbs++;
	return 0;
}

static int detach_fb(struct displ *displ, u64 cookie)
{
	struct displ_fb *fb = find_fb(displ, cookie);

	if (!fb)
		return -ENOENT;
	free_fb(displ, fb);
	return 0;
}

/* ---- what is seen --------------------------------------------------------------------------- */

static int set_config(struct displ *displ, const struct xendispl_set_config_req *req)
{
	struct displ_fb *fb = find_fb(displ, req->fb_cookie);

	if (!fb && (req->fb_cookie || req->width || req->height))
		return -ENOENT;
	if (fb && (req->x || req->y || req->width != fb->picture.width || req->height != fb->picture.height))
		return -EINVAL;
	displ->fb = fb;
	displ->width = 0;
	return draw_all(displ);
}

/* Nobody reads it: the frontend gives up its flip by itself. */
static void send_flipped(struct displ *displ, u64 cookie)
{
	struct xendispl_event_page *page = displ->events;
	struct xendispl_evt *event = &XENDISPL_IN_RING_REF(page, displ->event_prod);

	if (displ->event_prod - READ_ONCE(page->in_cons) >= XENDISPL_IN_RING_LEN)
		return;
	*event = (struct xendispl_evt){
		.id = displ->event_prod, .type = XENDISPL_EVT_PG_FLIP, .op.pg_flip.fb_cookie = cookie,
	};
	virt_wmb();			/* the event before its count */
	WRITE_ONCE(page->in_prod, ++displ->event_prod);
	notify_remote_via_irq(displ->event_irq);
}

static int flip(struct displ *displ, u64 cookie)
{
	const ktime_t waited = displ->waited;
	struct displ_fb *fb = find_fb(displ, cookie);
	int err;

	if (!fb)
		return -ENOENT;
	displ->fb = fb;
	err = draw_all(displ);
	if (displ->waited == waited)
		displ->not_before = ktime_add(ktime_get(), FRAME);
	if (!err)
		send_flipped(displ, cookie);
	return err;
}

/* ---- ring ----------------------------------------------------------------------------------- */

/* Returns 0 or an error for the frontend. */
static int take_request(struct displ *displ, const struct xendispl_req *req)
{
	switch (req->operation) {
	case XENDISPL_OP_DBUF_CREATE:
		return create_buffer(displ, &req->op.dbuf_create);
	case XENDISPL_OP_DBUF_DESTROY:
		return destroy_buffer(displ, req->op.dbuf_destroy.dbuf_cookie);
	case XENDISPL_OP_FB_ATTACH:
		return attach_fb(displ, &req->op.fb_attach);
	case XENDISPL_OP_FB_DETACH:
		return detach_fb(displ, req->op.fb_detach.fb_cookie);
	case XENDISPL_OP_SET_CONFIG:
		return set_config(displ, &req->op.set_config);
	case XENDISPL_OP_PG_FLIP:
		return flip(displ, req->op.pg_flip.fb_cookie);
	default:
		return -EOPNOTSUPP;
	}
}

static void respond(struct displ *displ, const struct xendispl_req *req, int status)
{
	const struct xendispl_resp resp = { .id = req->id, .operation = req->operation, .status = status };
	int must_notify;

	*RING_GET_RESPONSE(&displ->ring, displ->ring.rsp_prod_pvt) = resp;
	displ->ring.rsp_prod_pvt++;
	RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&displ->ring, must_notify);
	if (must_notify)
		notify_remote_via_irq(displ->irq);
}

/* Returns how many requests it has taken, or an error. */
static int drain(struct displ *displ)
{
	struct xen_displif_back_ring *ring = &displ->ring;
	const RING_IDX prod = READ_ONCE(ring->sring->req_prod);
	struct xendispl_req req;
	int nr;

	if (RING_REQUEST_PROD_OVERFLOW(ring, prod))
		return -EPROTO;
	virt_rmb();			/* requests after their count */
	for (nr = 0; nr < MOST_REQUESTS && ring->req_cons != prod; nr++) {
		RING_COPY_REQUEST(ring, ring->req_cons, &req);
		ring->req_cons++;
		respond(displ, &req, take_request(displ, &req));
	}
	return nr;
}

static void disconnect(struct displ *displ);

static void break_off(struct displ *displ, int err)
{
	dev_err_ratelimited(&displ->dev->dev, "domain %d has broken the protocol (%d), its screen is closed\n",
			    displ->dev->otherend_id, err);
	disconnect(displ);
	xenbus_switch_state(displ->dev, XenbusStateClosed);
}

static void serve(struct displ *displ)
{
	const ktime_t start = ktime_get();
	ktime_t end, own;
	int nr, more = 0;

	displ->waited = 0;
	nr = drain(displ);
	if (nr < 0) {
		break_off(displ, nr);
		return;
	}
	end = ktime_get();
	own = ktime_sub(ktime_sub(end, start), displ->waited);
	displ->not_before = max(displ->not_before, ktime_add(end, 2 * own));
	RING_FINAL_CHECK_FOR_REQUESTS(&displ->ring, more);
	if (more) {
		backend_queue(&displ->work, displ->not_before);
	} else if (displ->must_eoi) {
		displ->must_eoi = false;
		xen_irq_lateeoi(displ->irq, nr ? 0 : XEN_EOI_FLAG_SPURIOUS);
	}
}

static void displ_work(struct work_struct *work)
{
	struct displ *displ = container_of(to_delayed_work(work), struct displ, work);

	mutex_lock(&screen_mutex);
	if (displ->ring.sring)
		serve(displ);
	mutex_unlock(&screen_mutex);
}

static irqreturn_t interrupt(int irq, void *arg)
{
	struct displ *displ = arg;

	displ->must_eoi = true;
	backend_queue(&displ->work, displ->not_before);
	return IRQ_HANDLED;
}

/* Nothing is to be heard there. */
static irqreturn_t event_interrupt(int irq, void *arg)
{
	xen_irq_lateeoi(irq, XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

/* ---- connection ----------------------------------------------------------------------------- */

static int map_rings(struct displ *displ, grant_ref_t requests, grant_ref_t events)
{
	void *page;
	int err = xenbus_map_ring_valloc(displ->dev, &requests, 1, &page);
	RING_IDX rsp_prod;

	if (err)
		return err;
	rsp_prod = READ_ONCE(((struct xen_displif_sring *)page)->rsp_prod);
	BACK_RING_ATTACH(&displ->ring, (struct xen_displif_sring *)page, rsp_prod, PAGE_SIZE);
	err = xenbus_map_ring_valloc(displ->dev, &events, 1, &page);
	if (err) {
		xenbus_unmap_ring_vfree(displ->dev, displ->ring.sring);
		displ->ring.sring = NULL;
		return err;
	}
	displ->events = page;
	displ->event_prod = 0;
	return 0;
}

static void unmap_rings(struct displ *displ)
{
	xenbus_unmap_ring_vfree(displ->dev, displ->events);
	xenbus_unmap_ring_vfree(displ->dev, displ->ring.sring);
	displ->ring.sring = NULL;
}

/* Whose work may run before we return waits for screen_mutex. */
static int listen(struct displ *displ, evtchn_port_t requests, evtchn_port_t events)
{
	int irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(displ->dev, events, event_interrupt, 0,
								"exen-screen-events", displ);

	if (irq < 0)
		return irq;
	displ->event_irq = irq;
	irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(displ->dev, requests, interrupt, 0, "exen-screen", displ);
	if (irq < 0) {
		unbind_from_irqhandler(displ->event_irq, displ);
		return irq;
	}
	displ->irq = irq;
	return 0;
}

static int read_rings(struct displ *displ, grant_ref_t *refs, evtchn_port_t *ports)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/" CONNECTOR, displ->dev->otherend);
	return xenbus_gather(XBT_NIL, path, XENDISPL_FIELD_REQ_RING_REF, "%u", &refs[0],
			     XENDISPL_FIELD_REQ_CHANNEL, "%u", &ports[0], XENDISPL_FIELD_EVT_RING_REF, "%u", &refs[1],
			     XENDISPL_FIELD_EVT_CHANNEL, "%u", &ports[1], NULL);
}

static int connect(struct displ *displ)
{
	const domid_t domid = displ->dev->otherend_id;
	evtchn_port_t ports[2];
	grant_ref_t refs[2];
	int err = read_rings(displ, refs, ports);

	if (!err)
		err = map_rings(displ, refs[0], refs[1]);
	if (err)
		return err;
	err = listen(displ, ports[0], ports[1]);
	if (err) {
		unmap_rings(displ);
		return err;
	}
	if (!displs[domid])
		displs[domid] = displ;
	focus_add(domid);
	inset_choose();
	return 0;
}

/* Its last picture stays. */
static void disconnect(struct displ *displ)
{
	const domid_t domid = displ->dev->otherend_id;

	if (!displ->ring.sring)
		return;
	unbind_from_irqhandler(displ->irq, displ);
	unbind_from_irqhandler(displ->event_irq, displ);
	displ->must_eoi = false;
	if (has_focus(displ)) {
		sink_take_over();
		vfb_say_ended(domid, displ->name);
	}
	if (displs[domid] == displ)
		displs[domid] = NULL;
	inset_choose();
	while (!list_empty(&displ->buffers))
		free_buffer(displ, list_first_entry(&displ->buffers, struct displ_buffer, list));
	unmap_rings(displ);
	focus_remove(domid);
}

/* ---- xenbus --------------------------------------------------------------------------------- */

/* What the frontend is told of the screen; a size that the configuration has given it is kept. */
static int publish(struct xenbus_device *dev, unsigned int width, unsigned int height)
{
	char path[64];
	int err = xenbus_printf(XBT_NIL, dev->nodename, "versions", "1,2");

	snprintf(path, sizeof(path), "%s/" CONNECTOR, dev->otherend);
	if (err || xenbus_exists(XBT_NIL, path, XENDISPL_FIELD_RESOLUTION))
		return err;
	return xenbus_printf(XBT_NIL, path, XENDISPL_FIELD_RESOLUTION, "%u" XENDISPL_RESOLUTION_SEPARATOR "%u",
			     width, height);
}

static int displ_probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	struct displ *displ;
	int err;

	if (dev->otherend_id >= SCREEN_DOMAINS)
		return -EINVAL;
	err = backend_publish_screen(dev, publish);
	if (err)
		return err;
	displ = kzalloc(sizeof(*displ), GFP_KERNEL);
	if (!displ)
		return -ENOMEM;
	displ->dev = dev;
	displ->not_before = ktime_get();
	INIT_DELAYED_WORK(&displ->work, displ_work);
	INIT_LIST_HEAD(&displ->buffers);
	INIT_LIST_HEAD(&displ->fbs);
	displ->may_allocate = xenbus_read_unsigned(dev->nodename, XENDISPL_FIELD_BE_ALLOC, 0);
	backend_read_name(dev, displ->name, sizeof(displ->name));
	dev_set_drvdata(&dev->dev, displ);
	err = backend_start(dev);
	if (err)
		kfree(displ);
	return err;
}

static void displ_remove(struct xenbus_device *dev)
{
	struct displ *displ = dev_get_drvdata(&dev->dev);

	mutex_lock(&screen_mutex);
	disconnect(displ);
	mutex_unlock(&screen_mutex);
	cancel_delayed_work_sync(&displ->work);
	kfree(displ);
}

/* screen_mutex is held. */
static void begin(struct displ *displ)
{
	int err;

	if (displ->ring.sring)
		return;
	err = connect(displ);
	if (err) {
		xenbus_dev_fatal(displ->dev, err, "cannot take the rings that domain %d offers",
				 displ->dev->otherend_id);
		return;
	}
	xenbus_switch_state(displ->dev, XenbusStateConnected);
}

/* A frontend's driver that ends waits for InitWait. */
static void follow(struct displ *displ, enum xenbus_state frontend)
{
	const bool is_online = xenbus_dev_is_online(displ->dev);

	switch (frontend) {
	case XenbusStateInitialised:
		if (displ->dev->state == XenbusStateInitWait)
			begin(displ);
		break;
	case XenbusStateInitialising:
	case XenbusStateClosing:
		disconnect(displ);
		xenbus_switch_state(displ->dev, is_online ? XenbusStateInitWait : XenbusStateClosed);
		break;
	case XenbusStateClosed:
		disconnect(displ);
		xenbus_switch_state(displ->dev, XenbusStateClosed);
		break;
	default:
		break;
	}
}

static void displ_otherend_changed(struct xenbus_device *dev, enum xenbus_state frontend)
{
	mutex_lock(&screen_mutex);
	follow(dev_get_drvdata(&dev->dev), frontend);
	mutex_unlock(&screen_mutex);
	backend_unregister_if_gone(dev, frontend);
}

static const struct xenbus_device_id displ_ids[] = {
	{ XENDISPL_DRIVER_NAME },
	{ "" }
};

static struct xenbus_driver displ_driver = {
	.ids = displ_ids,
	.probe = displ_probe,
	.remove = displ_remove,
	.otherend_changed = displ_otherend_changed,
};

int displ_init(void)
{
	return xenbus_register_backend(&displ_driver);
}

void displ_exit(void)
{
	xenbus_unregister_driver(&displ_driver);
	displ_buffer_exit();
}
