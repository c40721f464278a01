// SPDX-License-Identifier: GPL-2.0
/* All running streams to one, and what the card has captured to all: the arithmetic between them. */
#include <linux/kernel.h>
#include <linux/string.h>

#include <xen/xenbus.h>

#include "sound.h"

#define UNITY_BITS	15
#define UNITY		(1 << UNITY_BITS)
#define FINE		15	/* bits of a gain behind those that count: it changes by little from frame to frame */

static_assert(UNITY == SOUND_UNITY);

/* Frames that pass before the stream's first one. */
static unsigned int take_lead(struct sound_stream *stream, unsigned int frames)
{
	unsigned int lead = min(stream->lead, frames);

	stream->lead -= lead;
	return lead;
}

/* Up to @bytes of the buffer from @done behind the stream's place, in one piece. */
static void *piece(struct sound_stream *stream, unsigned int done, unsigned int *bytes)
{
	unsigned int offset = (stream->offset + done) % stream->buffer_bytes;

	*bytes = min(*bytes, stream->buffer_bytes - offset);
	return sound_buffer_at(&stream->buffer, offset, bytes);
}

/* A sample at a gain, rounded. */
static s32 scaled(s32 sample, s32 gain)
{
	return (sample * gain + UNITY / 2) >> UNITY_BITS;
}

/* What was not written in time is silence. */
static void add_samples(struct sound_stream *stream, s32 *sum, unsigned int bytes)
{
	unsigned int valid = rounddown(min(bytes, stream->ahead), stream->frame_bytes);
	unsigned int done, length;

	for (done = 0; done < valid; done += length) {
		const void *from;

		length = valid - done;
		from = piece(stream, done, &length);
		sound_format_mix(stream->format, stream->channels, sum, from,
				 length / stream->frame_bytes);
		sum += length / stream->frame_bytes * SOUND_CHANNELS;
	}
}

/* Adds at a gain that goes evenly from one to another, so that a change of volume is no step. */
static void add_scaled(s32 *sum, const s32 *part, unsigned int frames, unsigned int from, unsigned int to)
{
	const s32 step = ((s32)to - (s32)from) * (1 << FINE) / (s32)frames;
	s32 gain = from << FINE;

	for (; frames; frames--, sum += SOUND_CHANNELS, part += SOUND_CHANNELS) {
		gain += step;
		sum[0] += scaled(part[0], gain >> FINE);
		sum[1] += scaled(part[1], gain >> FINE);
	}
}

static void add_stream(struct sound_engine *engine, struct sound_stream *stream)
{
	const unsigned int lead = take_lead(stream, engine->card.chunk);
	const unsigned int frames = engine->card.chunk - lead;
	const unsigned int before = stream->gain;
	s32 *sum = engine->sum + lead * SOUND_CHANNELS;

	if (!frames)
		return;
	stream->gain = sound_gain(stream->xbdev->otherend_id);
	if (before == SOUND_UNITY && stream->gain == SOUND_UNITY) {
		add_samples(stream, sum, frames * stream->frame_bytes);
	} else if (before || stream->gain) {
		memset(engine->part, 0, frames * SOUND_CHANNELS * sizeof(*engine->part));
		add_samples(stream, engine->part, frames * stream->frame_bytes);
		add_scaled(sum, engine->part, frames, before, stream->gain);
	}
	sound_stream_advance(stream, frames * stream->frame_bytes);
}

unsigned int sound_mix(struct sound_engine *engine)
{
	const unsigned int samples = engine->card.chunk * SOUND_CHANNELS;
	struct sound_stream *stream;
	unsigned int streams = 0, i;

	memset(engine->sum, 0, samples * sizeof(*engine->sum));
	list_for_each_entry(stream, &engine->running, link) {
		add_stream(engine, stream);
		streams++;
	}
	for (i = 0; i < samples; i++)
		engine->frames[i] = clamp(engine->sum[i], -0x8000, 0x7fff);
	return streams;
}

static void fill_stream(struct sound_stream *stream, const s16 *in, unsigned int frames)
{
	unsigned int lead = take_lead(stream, frames);
	unsigned int bytes = (frames - lead) * stream->frame_bytes;
	unsigned int done, length;

	in += lead * SOUND_CHANNELS;
	for (done = 0; done < bytes; done += length) {
		void *to;

		length = bytes - done;
		to = piece(stream, done, &length);
		sound_format_store(stream->format, stream->channels, to, in, length / stream->frame_bytes);
		in += length / stream->frame_bytes * SOUND_CHANNELS;
	}
	sound_stream_advance(stream, bytes);
}

unsigned int sound_distribute(struct list_head *running, const s16 *in, unsigned int frames)
{
	struct sound_stream *stream;
	unsigned int streams = 0;

	list_for_each_entry(stream, running, link) {
		fill_stream(stream, in, frames);
		streams++;
	}
	return streams;
}
