// SPDX-License-Identifier: GPL-2.0
/* How a stream's requests come and its events go: two shared pages with an event channel each. */
#include <linux/interrupt.h>
#include <linux/string.h>

#include <xen/events.h>
#include <xen/xenbus.h>

#include "sound.h"

#define MOST_REQUESTS	32U	/* at once; then it is others' turn */

/*
 * snd_xen_front takes no responses while its device is not open and doesn't ask for an event by the next one then, so
 * there is one for each.
 */
static void answer(struct sound_stream *stream, const struct xensnd_req *req)
{
	struct xensnd_resp resp = { .id = req->id, .operation = req->operation };

	resp.status = sound_stream_request(stream, req, &resp);
	*RING_GET_RESPONSE(&stream->ring, stream->ring.rsp_prod_pvt) = resp;
	stream->ring.rsp_prod_pvt++;
	RING_PUSH_RESPONSES(&stream->ring);
	notify_remote_via_irq(stream->request_irq);
}

/* @return how many requests were answered; -EPROTO: the ring's indices cannot be */
static int answer_some(struct sound_stream *stream)
{
	struct xen_sndif_back_ring *ring = &stream->ring;
	RING_IDX produced = READ_ONCE(ring->sring->req_prod);
	struct xensnd_req req;
	int answered = 0;

	if (RING_REQUEST_PROD_OVERFLOW(ring, produced))
		return -EPROTO;
	virt_rmb();	/* requests are there before they are counted */
	while (ring->req_cons != produced && answered < MOST_REQUESTS) {
		RING_COPY_REQUEST(ring, ring->req_cons, &req);
		ring->req_cons++;
		answer(stream, &req);
		answered++;
	}
	return answered;
}

static void serve(struct work_struct *work)
{
	struct sound_stream *stream = container_of(work, struct sound_stream, requests);
	int answered = answer_some(stream), more;

	if (answered < 0) {
		stream->is_broken = true;
		sound_stream_close(stream);
		dev_err_ratelimited(&stream->xbdev->dev, "a ring's indices cannot be: it is served no more\n");
		return;
	}
	RING_FINAL_CHECK_FOR_REQUESTS(&stream->ring, more);
	if (more)
		schedule_work(&stream->requests);
	else
		xen_irq_lateeoi(stream->request_irq, answered ? 0 : XEN_EOI_FLAG_SPURIOUS);
}

/* No other comes before xen_irq_lateeoi(). */
static irqreturn_t request_interrupt(int irq, void *arg)
{
	struct sound_stream *stream = arg;

	schedule_work(&stream->requests);
	return IRQ_HANDLED;
}

/* Nobody needs to tell us anything here: there is no xen_irq_lateeoi(), so it happens once. */
static irqreturn_t event_interrupt(int irq, void *arg)
{
	return IRQ_HANDLED;
}

bool sound_ring_position(struct sound_stream *stream)
{
	struct xensnd_event_page *page = stream->event_page;
	struct xensnd_evt event = {
		.id = stream->events,
		.type = XENSND_EVT_CUR_POS,
		.op.cur_pos.position = stream->position,
	};

	if (stream->events - READ_ONCE(page->in_cons) >= XENSND_IN_RING_LEN)
		return false;
	virt_mb();	/* it has read what was there before */
	XENSND_IN_RING_REF(page, stream->events) = event;
	virt_wmb();	/* the event is there before it is counted */
	WRITE_ONCE(page->in_prod, ++stream->events);
	notify_remote_via_irq(stream->event_irq);
	return true;
}

static int connect_requests(struct sound_stream *stream, grant_ref_t grant, evtchn_port_t port)
{
	struct xenbus_device *dev = stream->xbdev;
	void *page;
	int irq, err = xenbus_map_ring_valloc(dev, &grant, 1, &page);

	if (err)
		return err;
	BACK_RING_ATTACH(&stream->ring, (struct xen_sndif_sring *)page,
			 READ_ONCE(((struct xen_sndif_sring *)page)->rsp_prod), XEN_PAGE_SIZE);
	irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(dev, port, request_interrupt, 0, "sound-requests",
							    stream);
	if (irq < 0)
		return irq;
	stream->request_irq = irq;
	schedule_work(&stream->requests);	/* there may be some that another life of this driver has left */
	return 0;
}

static int connect_events(struct sound_stream *stream, grant_ref_t grant, evtchn_port_t port)
{
	struct xenbus_device *dev = stream->xbdev;
	void *page;
	int irq, err = xenbus_map_ring_valloc(dev, &grant, 1, &page);

	if (err)
		return err;
	stream->event_page = page;
	stream->events = READ_ONCE(stream->event_page->in_prod);
	irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(dev, port, event_interrupt, 0, "sound-events",
							    stream);
	if (irq < 0)
		return irq;
	stream->event_irq = irq;
	return 0;
}

/* What was done before an error is undone by sound_ring_disconnect(). */
int sound_ring_connect(struct sound_stream *stream, const char *path)
{
	unsigned int request_grant, request_port, event_grant, event_port;
	int err = xenbus_gather(XBT_NIL, path, XENSND_FIELD_RING_REF, "%u", &request_grant,
				XENSND_FIELD_EVT_CHNL, "%u", &request_port,
				XENSND_FIELD_EVT_RING_REF, "%u", &event_grant,
				XENSND_FIELD_EVT_EVT_CHNL, "%u", &event_port, NULL);

	INIT_WORK(&stream->requests, serve);
	if (!err)
		err = connect_events(stream, event_grant, event_port);
	return err ?: connect_requests(stream, request_grant, request_port);
}

void sound_ring_disconnect(struct sound_stream *stream)
{
	struct xenbus_device *dev = stream->xbdev;

	if (stream->request_irq)
		disable_irq(stream->request_irq);
	cancel_work_sync(&stream->requests);
	sound_stream_close(stream);
	if (stream->request_irq)
		unbind_from_irqhandler(stream->request_irq, stream);
	if (stream->event_irq)
		unbind_from_irqhandler(stream->event_irq, stream);
	if (stream->ring.sring)
		xenbus_unmap_ring_vfree(dev, stream->ring.sring);
	if (stream->event_page)
		xenbus_unmap_ring_vfree(dev, stream->event_page);
}
