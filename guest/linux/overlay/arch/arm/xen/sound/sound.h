/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sound of other domains on this one's card: the backend of snd_xen_front (xen/interface/io/sndif.h).
 *
 *	xenbus.c	devices and their states, which streams there are
 *	ring.c		requests and responses of a stream, events to its frontend
 *	stream.c	what each request does; where a stream stands in its buffer
 *	buffer.c	the pages that a frontend shares, mapped
 *	format.c	samples of all formats to those of the card and back
 *	mixer.c		all running streams to one, and one to all
 *	volume.c	how loud each domain is heard
 *	engine.c	the thread that follows the card's clock; one for playback, one for capture
 *	card.c		the card, as a client of ALSA in the kernel
 *
 * A frontend is not trusted: what it writes into shared pages is copied once, checked, and used.
 */
#ifndef EXEN_SOUND_H
#define EXEN_SOUND_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <xen/page.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/ring.h>
#include <xen/interface/io/sndif.h>

#define SOUND_RATE		48000U		/* Hz, of the card and of all streams */
#define SOUND_CHANNELS		2U		/* of the card; streams have one or two */
#define SOUND_MAX_STREAMS	8U		/* of a device, as many as snd_xen_front has */
#define SOUND_MAX_PAGES		16U		/* of a stream's buffer, as snd_xen_front asks for at most */
#define SOUND_MAX_CHUNK		1024U		/* frames */

/* -- format.c: samples on the card are s16 of this CPU's byte order */

struct sound_format {
	u8 bytes;			/* of a sample */
	s32 (*get)(const void *sample);
	void (*put)(void *sample, s16 value);
};

/* The format of a number of sndif.h's, NULL: not served. */
const struct sound_format *sound_format(u8 sndif);
u64 sound_formats(void);		/* those served, as XENSND_OP_HW_PARAM_QUERY counts */
/* Adds stereo @frames to @sum. */
void sound_format_mix(const struct sound_format *format, unsigned int channels, s32 *sum,
		      const void *from, unsigned int frames);
/* Writes stereo @frames in a stream's format. */
void sound_format_store(const struct sound_format *format, unsigned int channels, void *to,
			const s16 *from, unsigned int frames);

/* -- buffer.c */

struct sound_buffer {
	unsigned int nr_pages;		/* 0: nothing is mapped */
	struct page *pages[SOUND_MAX_PAGES];
	grant_handle_t handles[SOUND_MAX_PAGES];
};

/* Maps the pages whose grants stand in the directory page. -EINVAL: too large, -EFAULT: a grant is not there. */
int sound_buffer_map(struct sound_buffer *buffer, domid_t domid, grant_ref_t directory,
		     unsigned int bytes, bool writable);
void sound_buffer_unmap(struct sound_buffer *buffer);
/* Where a byte of it lies, and in @bytes no more than is in one piece. */
void *sound_buffer_at(const struct sound_buffer *buffer, unsigned int offset, unsigned int *bytes);

/* -- stream.c */

enum sound_state { SOUND_CLOSED, SOUND_STOPPED, SOUND_PAUSED, SOUND_RUNNING };

struct sound_engine;
struct xenbus_device;

struct sound_stream {
	struct xenbus_device *xbdev;
	struct sound_engine *engine;	/* playback's or capture's */

	/* ring.c; @events belongs to who has engine->lock */
	struct xen_sndif_back_ring ring;
	struct xensnd_event_page *event_page;
	int request_irq, event_irq;	/* 0: none */
	struct work_struct requests;
	u32 events;			/* sent so far */
	bool is_broken;			/* its ring cannot be: nothing more is done for it */

	/* Of the requests' work alone */
	enum sound_state state;
	struct sound_buffer buffer;

	/* Fixed while it is open */
	const struct sound_format *format;
	unsigned int channels, frame_bytes, buffer_bytes, period_bytes;

	/* engine->lock; in bytes if nothing else is said */
	struct list_head link;		/* in engine->running while it is */
	u64 position;			/* played or captured since it was opened */
	unsigned int offset;		/* @position in the buffer */
	unsigned int ahead;		/* playback: how much behind @offset was written and not played */
	unsigned int next_write;	/* where the frontend writes next if it leaves nothing out */
	unsigned int since_event;	/* what the frontend counts, so that it sees each period's end */
	unsigned int lead;		/* frames of silence at its start */
	unsigned int gain;		/* playback: of what was last mixed */
};

/* Does what a request asks for. @return its status; for a query @resp has the answer */
int sound_stream_request(struct sound_stream *stream, const struct xensnd_req *req,
			 struct xensnd_resp *resp);
void sound_stream_close(struct sound_stream *stream);
/* @bytes were played or captured. engine->lock is held. */
void sound_stream_advance(struct sound_stream *stream, unsigned int bytes);

/* -- ring.c */

int sound_ring_connect(struct sound_stream *stream, const char *path);
void sound_ring_disconnect(struct sound_stream *stream);
/* Tells the frontend where the stream stands; false: it has not read what it was told before. */
bool sound_ring_position(struct sound_stream *stream);

/* -- mixer.c: engine->lock is held */

/* The next chunk of all running streams to engine->frames, one upon the other. @return how many streams */
unsigned int sound_mix(struct sound_engine *engine);
unsigned int sound_distribute(struct list_head *running, const s16 *in, unsigned int frames);

/* -- volume.c */

#define SOUND_UNITY	0x8000U		/* the gain that changes nothing, and the largest */

unsigned int sound_gain(unsigned int domid);
void sound_volume_init(void);
void sound_volume_exit(void);

/* -- card.c */

struct sound_card {
	struct snd_pcm *pcm;
	struct snd_pcm_substream *substream;
	unsigned int chunk;		/* frames of a period */
	unsigned int chunks;		/* of the card's buffer */
};

/* @name: "CARD", "CARD,DEVICE" (numbers or the card's id), "": the first one. @chunk: frames wished for. */
int sound_card_open(struct sound_card *card, int direction, const char *name, unsigned int chunk,
		    unsigned int chunks);
void sound_card_close(struct sound_card *card);
int sound_card_start(struct sound_card *card);
void sound_card_stop(struct sound_card *card);
/* Until a chunk can be transferred. -EAGAIN: not yet, after some time; -EPIPE: it was too late. */
int sound_card_wait(struct sound_card *card);
int sound_card_transfer(struct sound_card *card, s16 *frames);

/* -- engine.c */

struct sound_engine {
	int direction;			/* SNDRV_PCM_STREAM_* */
	const char *card_name;		/* module parameter */

	struct mutex users_lock;	/* for the next ones */
	unsigned int users;		/* open streams */
	struct delayed_work retire;	/* when there has been none for some time */
	struct task_struct *thread;	/* NULL: the card is not open */
	struct sound_card card;
	s32 *sum, *part;		/* a chunk of all streams, of one */
	s16 *frames;			/* likewise, as the card has it */

	spinlock_t lock;
	struct list_head running;	/* struct sound_stream.link */
	wait_queue_head_t wait;		/* for the first one */
	bool is_dead;			/* the card has gone */
};

extern struct sound_engine sound_playback, sound_capture;

/* The card is there for one more stream, or -ENODEV, -EBUSY ... */
int sound_engine_get(struct sound_engine *engine);
void sound_engine_put(struct sound_engine *engine);
void sound_engine_exit(struct sound_engine *engine);	/* there are no users */
unsigned int sound_engine_chunk(void);	/* frames that are moved at once */

#endif
