// SPDX-License-Identifier: GPL-2.0
/* Samples of the formats that streams may have, to those of the card (s16, stereo) and back. */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <asm/unaligned.h>

#include "sound.h"

static s32 get_s8(const void *p)	{ return *(const s8 *)p << 8; }
static s32 get_u8(const void *p)	{ return (*(const u8 *)p - 0x80) << 8; }
static s32 get_s16_le(const void *p)	{ return (s16)get_unaligned_le16(p); }
static s32 get_s16_be(const void *p)	{ return (s16)get_unaligned_be16(p); }
static s32 get_u16_le(const void *p)	{ return get_unaligned_le16(p) - 0x8000; }
static s32 get_s24_le(const void *p)	{ return sign_extend32(get_unaligned_le32(p), 23) >> 8; }
static s32 get_s32_le(const void *p)	{ return (s32)get_unaligned_le32(p) >> 16; }
static s32 get_s32_be(const void *p)	{ return (s32)get_unaligned_be32(p) >> 16; }

static void put_s8(void *p, s16 v)	{ *(s8 *)p = v >> 8; }
static void put_u8(void *p, s16 v)	{ *(u8 *)p = (v >> 8) + 0x80; }
static void put_s16_le(void *p, s16 v)	{ put_unaligned_le16(v, p); }
static void put_s16_be(void *p, s16 v)	{ put_unaligned_be16(v, p); }
static void put_u16_le(void *p, s16 v)	{ put_unaligned_le16(v + 0x8000, p); }
static void put_s24_le(void *p, s16 v)	{ put_unaligned_le32(v * (1 << 8), p); }
static void put_s32_le(void *p, s16 v)	{ put_unaligned_le32(v * (1 << 16), p); }
static void put_s32_be(void *p, s16 v)	{ put_unaligned_be32(v * (1 << 16), p); }

static const struct sound_format formats[] = {
	[XENSND_PCM_FORMAT_S8]		= { 1, get_s8, put_s8 },
	[XENSND_PCM_FORMAT_U8]		= { 1, get_u8, put_u8 },
	[XENSND_PCM_FORMAT_S16_LE]	= { 2, get_s16_le, put_s16_le },
	[XENSND_PCM_FORMAT_S16_BE]	= { 2, get_s16_be, put_s16_be },
	[XENSND_PCM_FORMAT_U16_LE]	= { 2, get_u16_le, put_u16_le },
	[XENSND_PCM_FORMAT_S24_LE]	= { 4, get_s24_le, put_s24_le },
	[XENSND_PCM_FORMAT_S32_LE]	= { 4, get_s32_le, put_s32_le },
	[XENSND_PCM_FORMAT_S32_BE]	= { 4, get_s32_be, put_s32_be },
};

const struct sound_format *sound_format(u8 sndif)
{
	return sndif < ARRAY_SIZE(formats) && formats[sndif].bytes ? &formats[sndif] : NULL;
}

u64 sound_formats(void)
{
	u64 mask = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		if (formats[i].bytes)
			mask |= BIT_ULL(i);
	}
	return mask;
}

/* What most streams have: both samples of a frame in one word, which lies at a multiple of 4. */
static void mix_s16_stereo(s32 *sum, const __le32 *from, unsigned int frames)
{
	for (; frames; frames--, sum += 2) {
		u32 both = le32_to_cpup(from++);

		sum[0] += (s16)both;
		sum[1] += (s32)both >> 16;
	}
}

void sound_format_mix(const struct sound_format *format, unsigned int channels, s32 *sum,
		      const void *from, unsigned int frames)
{
	const unsigned int right = channels > 1 ? format->bytes : 0;

	if (format->get == get_s16_le && right) {
		mix_s16_stereo(sum, from, frames);
		return;
	}
	for (; frames; frames--, from += format->bytes * channels, sum += 2) {
		sum[0] += format->get(from);
		sum[1] += format->get(from + right);
	}
}

void sound_format_store(const struct sound_format *format, unsigned int channels, void *to,
			const s16 *from, unsigned int frames)
{
	for (; frames; frames--, to += format->bytes * channels, from += 2) {
		if (channels > 1) {
			format->put(to, from[0]);
			format->put(to + format->bytes, from[1]);
		} else {
			format->put(to, (from[0] + from[1]) / 2);
		}
	}
}
