// SPDX-License-Identifier: GPL-2.0
/* All running streams to one, and what the card has captured to all: the arithmetic between them. */
#include <linux/kernel.h>
#include <linux/string.h>

#include "sound.h"

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

/* What was not written in time is silence. */
static void add_stream(struct sound_stream *stream, s32 *sum, unsigned int frames)
{
	unsigned int lead = take_lead(stream, frames);
	unsigned int bytes = (frames - lead) * stream->frame_bytes;
	unsigned int valid = rounddown(min(bytes, stream->ahead), stream->frame_bytes);
	unsigned int done, length;

	sum += lead * SOUND_CHANNELS;
	for (done = 0; done < valid; done += length) {
		const void *from;

		length = valid - done;
		from = piece(stream, done, &length);
		sound_format_mix(stream->format, stream->channels, sum, from,
				 length / stream->frame_bytes);
		sum += length / stream->frame_bytes * SOUND_CHANNELS;
	}
	sound_stream_advance(stream, bytes);
}

unsigned int sound_mix(struct list_head *running, s32 *sum, s16 *out, unsigned int frames)
{
	struct sound_stream *stream;
	unsigned int streams = 0, i;

	memset(sum, 0, frames * SOUND_CHANNELS * sizeof(*sum));
	list_for_each_entry(stream, running, link) {
		add_stream(stream, sum, frames);
		streams++;
	}
	for (i = 0; i < frames * SOUND_CHANNELS; i++)
		out[i] = clamp(sum[i], -0x8000, 0x7fff);
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
