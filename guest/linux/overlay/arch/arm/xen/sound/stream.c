// SPDX-License-Identifier: GPL-2.0
/*
 * What the requests of a stream do, and where it stands.
 *
 * Its buffer is a ring that the card's clock runs through, as it would through memory of its own: from START on the
 * place moves on, with samples or without.  WRITE says what is valid behind the place; the rest is silence, never
 * what was there a round ago.
 */
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/math64.h>

#include <sound/asound.h>
#include <xen/xenbus.h>

#include "sound.h"

#define MIN_CHUNKS	2	/* of a buffer: one is played while the next is written */

void sound_stream_advance(struct sound_stream *stream, unsigned int bytes)
{
	stream->position += bytes;
	stream->offset = (stream->offset + bytes) % stream->buffer_bytes;
	stream->ahead -= min(stream->ahead, bytes);
	stream->since_event += bytes;
	if (!stream->period_bytes || stream->since_event <= stream->period_bytes)
		return;
	if (sound_ring_position(stream))
		stream->since_event %= stream->period_bytes;
}

/* ---- requests ------------------------------------------------------------------------------- */

static bool fits(const struct xensnd_open_req *open, const struct sound_format *format)
{
	const unsigned int frame = format ? format->bytes * open->pcm_channels : 0;

	return frame && open->pcm_channels <= SOUND_CHANNELS && open->pcm_rate == SOUND_RATE &&
	       open->buffer_sz <= SOUND_MAX_PAGES * PAGE_SIZE && open->buffer_sz % frame == 0 &&
	       open->buffer_sz >= frame && open->period_sz <= open->buffer_sz;
}

/* A frontend that gets other parameters opens again without closing. */
static int open_stream(struct sound_stream *stream, const struct xensnd_open_req *open)
{
	const struct sound_format *format = sound_format(open->pcm_format);
	const bool is_capture = stream->engine->direction == SNDRV_PCM_STREAM_CAPTURE;
	int err;

	sound_stream_close(stream);
	if (!fits(open, format))
		return -EINVAL;
	err = sound_engine_get(stream->engine);
	if (err)
		return err;
	err = sound_buffer_map(&stream->buffer, stream->xbdev->otherend_id, open->gref_directory,
			       open->buffer_sz, is_capture);
	if (err) {
		sound_engine_put(stream->engine);
		return err;
	}
	stream->format = format;
	stream->channels = open->pcm_channels;
	stream->frame_bytes = format->bytes * open->pcm_channels;
	stream->buffer_bytes = open->buffer_sz;
	stream->period_bytes = open->period_sz;
	stream->position = 0;
	stream->offset = 0;
	stream->ahead = 0;
	stream->next_write = 0;
	stream->since_event = 0;
	stream->state = SOUND_STOPPED;
	return 0;
}

static void leave_running(struct sound_stream *stream)
{
	spin_lock(&stream->engine->lock);
	list_del_init(&stream->link);
	spin_unlock(&stream->engine->lock);
}

void sound_stream_close(struct sound_stream *stream)
{
	if (stream->state == SOUND_CLOSED)
		return;
	leave_running(stream);
	sound_buffer_unmap(&stream->buffer);
	sound_engine_put(stream->engine);
	stream->state = SOUND_CLOSED;
}

/* A range of the buffer that the request names. */
static bool is_inside(const struct sound_stream *stream, const struct xensnd_rw_req *rw)
{
	return rw->length <= stream->buffer_bytes && rw->offset <= stream->buffer_bytes - rw->length;
}

/*
 * Samples lie there from now on.  What the place has passed already will not be heard: of what comes too late only
 * the part that goes on beyond it.  Who leaves something out has written it before.
 */
static int written(struct sound_stream *stream, const struct xensnd_rw_req *rw)
{
	const unsigned int size = stream->buffer_bytes;
	unsigned int start, end;

	if (stream->state == SOUND_CLOSED || !is_inside(stream, rw))
		return -EINVAL;
	spin_lock(&stream->engine->lock);
	start = rw->offset >= stream->offset ? rw->offset - stream->offset : rw->offset + size - stream->offset;
	end = start + rw->length;
	if (start > stream->ahead && rw->offset == stream->next_write)
		end -= min(end, size);
	stream->ahead = max(stream->ahead, min(end, size));
	stream->next_write = (rw->offset + rw->length) % size;
	spin_unlock(&stream->engine->lock);
	return 0;
}

/* What was captured lies in the buffer before its reader hears of it. */
static int read(const struct sound_stream *stream, const struct xensnd_rw_req *rw)
{
	return stream->state != SOUND_CLOSED && is_inside(stream, rw) ? 0 : -EINVAL;
}

/*
 * snd_xen_front sees a period's end when the place is behind it, not when it is there.  So that this is not a chunk
 * later, the first frame of a stream is the last one of a chunk.
 */
static void run(struct sound_stream *stream, unsigned int lead)
{
	struct sound_engine *engine = stream->engine;

	spin_lock(&engine->lock);
	stream->lead = lead;
	stream->gain = sound_gain(stream->xbdev->otherend_id);
	list_add_tail(&stream->link, &engine->running);
	spin_unlock(&engine->lock);
	wake_up(&engine->wait);
	stream->state = SOUND_RUNNING;
}

/*
 * snd_xen_front writes from the buffer's start when it starts again, and counts on from where it was: the place
 * moves to the start, too.
 */
static void rewind(struct sound_stream *stream)
{
	unsigned int rest;

	leave_running(stream);
	spin_lock(&stream->engine->lock);
	rest = stream->offset ? stream->buffer_bytes - stream->offset : 0;
	stream->position += rest;
	stream->since_event += rest;
	stream->offset = 0;
	stream->ahead = 0;
	stream->next_write = 0;
	if (rest && stream->period_bytes && sound_ring_position(stream))
		stream->since_event %= stream->period_bytes;
	spin_unlock(&stream->engine->lock);
	stream->state = SOUND_STOPPED;
}

static int trigger(struct sound_stream *stream, u8 type)
{
	const enum sound_state state = stream->state;

	if (state == SOUND_CLOSED)
		return -EINVAL;
	if (stream->engine->is_dead)
		return -ENODEV;
	if (type == XENSND_OP_TRIGGER_START && state == SOUND_STOPPED) {
		run(stream, sound_engine_chunk() - 1);
	} else if (type == XENSND_OP_TRIGGER_RESUME && state == SOUND_PAUSED) {
		run(stream, 0);
	} else if (type == XENSND_OP_TRIGGER_PAUSE && state == SOUND_RUNNING) {
		leave_running(stream);
		stream->state = SOUND_PAUSED;
	} else if (type == XENSND_OP_TRIGGER_STOP) {
		rewind(stream);
	} else {
		return -EINVAL;
	}
	return 0;
}

/* The part of what it could do that can be served.  What is empty then it finds out itself. */
static int query(const struct xensnd_query_hw_param *asked, struct xensnd_query_hw_param *answer)
{
	const unsigned int chunk = sound_engine_chunk();
	const unsigned int most = SOUND_MAX_PAGES * PAGE_SIZE;	/* frames of one byte */

	answer->formats = asked->formats & sound_formats();
	answer->rates.min = max(asked->rates.min, SOUND_RATE);
	answer->rates.max = min(asked->rates.max, SOUND_RATE);
	answer->channels.min = max(asked->channels.min, 1U);
	answer->channels.max = min(asked->channels.max, SOUND_CHANNELS);
	answer->buffer.min = max(asked->buffer.min, MIN_CHUNKS * chunk);
	answer->buffer.max = min(asked->buffer.max, most);
	answer->period.min = max(asked->period.min, chunk);
	answer->period.max = min(asked->period.max, most);
	return 0;
}

int sound_stream_request(struct sound_stream *stream, const struct xensnd_req *req,
			 struct xensnd_resp *resp)
{
	switch (req->operation) {
	case XENSND_OP_OPEN:
		return open_stream(stream, &req->op.open);
	case XENSND_OP_CLOSE:
		sound_stream_close(stream);
		return 0;
	case XENSND_OP_WRITE:
		return written(stream, &req->op.rw);
	case XENSND_OP_READ:
		return read(stream, &req->op.rw);
	case XENSND_OP_TRIGGER:
		return trigger(stream, req->op.trigger.type);
	case XENSND_OP_HW_PARAM_QUERY:
		return query(&req->op.hw_param, &resp->resp.hw_param);
	default:
		return -EOPNOTSUPP;
	}
}
