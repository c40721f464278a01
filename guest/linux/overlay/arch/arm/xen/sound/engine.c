// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that waits for the card, chunk by chunk, and moves all running streams on by as much: the card's clock is
 * theirs, so nothing drifts.  The card is open while a stream is, and runs while one runs.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <sound/pcm.h>

#include "sound.h"

#define TAIL		4096	/* frames of silence behind the last sound: cards have more than ALSA knows of */
#define LINGER		(2 * HZ)	/* that the card stays open */
#define MOST_US		1000000U	/* that times frames of a ms are no more than an unsigned int holds */

/* QEMU's PL041 takes 21 ms at once, and two domains that compute have the processor for 10 ms each before dom0. */
static unsigned int latency_us = 80000;
module_param(latency_us, uint, 0644);
MODULE_PARM_DESC(latency_us, "how far ahead of what is heard the card is given sound, from its next start on (default 80000)");

static unsigned int chunks = 16;
module_param(chunks, uint, 0444);
MODULE_PARM_DESC(chunks, "into how many pieces latency_us is divided (default 16)");

static unsigned int underruns;
module_param(underruns, uint, 0444);
MODULE_PARM_DESC(underruns, "how often the card waited for sound, or nobody took what it captured");

static char *playback = "", *capture = "";
module_param(playback, charp, 0444);
MODULE_PARM_DESC(playback, "card that plays, \"CARD\" or \"CARD,DEVICE\" by number or id (default: the first one)");
module_param(capture, charp, 0444);
MODULE_PARM_DESC(capture, "card that captures, likewise");

unsigned int sound_engine_chunk(void)
{
	const unsigned int frames = min(READ_ONCE(latency_us), MOST_US) * (SOUND_RATE / 1000) / 1000;

	return clamp(frames / clamp(chunks, 2U, 64U), 64U, SOUND_MAX_CHUNK);
}

/* ---- the thread ----------------------------------------------------------------------------- */

/* One chunk. @return how many streams took part, or an error */
static int play_chunk(struct sound_engine *engine)
{
	unsigned int streams;

	spin_lock(&engine->lock);
	streams = sound_mix(engine);
	spin_unlock(&engine->lock);
	return sound_card_transfer(&engine->card, engine->frames) ?: streams;
}

static int capture_chunk(struct sound_engine *engine)
{
	int err = sound_card_transfer(&engine->card, engine->frames);
	unsigned int streams;

	if (err)
		return err;
	spin_lock(&engine->lock);
	streams = sound_distribute(&engine->running, engine->frames, engine->card.chunk);
	spin_unlock(&engine->lock);
	return streams;
}

/* Until no stream has been there for as long as what was last mixed needs to be heard. */
static int run_card(struct sound_engine *engine)
{
	const bool is_capture = engine->direction == SNDRV_PCM_STREAM_CAPTURE;
	const unsigned int most_idle = engine->card.chunks + DIV_ROUND_UP(TAIL, engine->card.chunk);
	unsigned int idle = 0;
	int err = sound_card_start(&engine->card);

	while (!err && !kthread_should_stop() && idle <= most_idle) {
		err = sound_card_wait(&engine->card);
		if (!err)
			err = is_capture ? capture_chunk(engine) : play_chunk(engine);
		if (err == -EPIPE) {
			underruns++;
			err = sound_card_start(&engine->card);
		} else if (err == -EAGAIN) {
			idle = list_empty(&engine->running) ? idle + 1 : 0;
			err = 0;
		} else if (err >= 0) {
			idle = err ? 0 : idle + 1;
			err = 0;
		}
	}
	sound_card_stop(&engine->card);
	return err;
}

static bool has_streams(struct sound_engine *engine)
{
	return !list_empty(&engine->running) && !engine->is_dead;
}

static int engine_thread(void *arg)
{
	struct sound_engine *engine = arg;

	sched_set_fifo(current);
	while (!kthread_should_stop()) {
		wait_event_idle(engine->wait, has_streams(engine) || kthread_should_stop());
		if (!kthread_should_stop() && run_card(engine))
			engine->is_dead = true;
	}
	return 0;
}

/* ---- users ---------------------------------------------------------------------------------- */

/* users_lock is held for all of them. */
static void free_engine(struct sound_engine *engine)
{
	sound_card_close(&engine->card);
	kfree(engine->sum);
	kfree(engine->part);
	kfree(engine->frames);
	engine->thread = NULL;
}

static void stop_engine(struct sound_engine *engine)
{
	kthread_stop(engine->thread);
	free_engine(engine);
}

static int start_engine(struct sound_engine *engine)
{
	const bool is_capture = engine->direction == SNDRV_PCM_STREAM_CAPTURE;
	struct task_struct *thread = ERR_PTR(-ENOMEM);
	unsigned int samples;
	int err = sound_card_open(&engine->card, engine->direction, is_capture ? capture : playback,
				  sound_engine_chunk(), chunks);

	if (err)
		return err;
	samples = engine->card.chunk * SOUND_CHANNELS;
	engine->is_dead = false;
	engine->sum = kcalloc(samples, sizeof(*engine->sum), GFP_KERNEL);
	engine->part = kcalloc(samples, sizeof(*engine->part), GFP_KERNEL);
	engine->frames = kcalloc(samples, sizeof(*engine->frames), GFP_KERNEL);
	if (engine->sum && engine->part && engine->frames)
		thread = kthread_run(engine_thread, engine, "sound-%s", is_capture ? "capture" : "playback");
	if (IS_ERR(thread)) {
		free_engine(engine);
		return PTR_ERR(thread);
	}
	engine->thread = thread;
	return 0;
}

int sound_engine_get(struct sound_engine *engine)
{
	int err = 0;

	mutex_lock(&engine->users_lock);
	if (engine->thread && engine->is_dead && !engine->users)
		stop_engine(engine);
	if (!engine->thread)
		err = start_engine(engine);
	else if (engine->is_dead)
		err = -ENODEV;
	if (!err)
		engine->users++;
	mutex_unlock(&engine->users_lock);
	return err;
}

/* The next stream may come soon, and what the last one has played is not all heard yet. */
void sound_engine_put(struct sound_engine *engine)
{
	mutex_lock(&engine->users_lock);
	if (!--engine->users)
		mod_delayed_work(system_wq, &engine->retire, LINGER);
	mutex_unlock(&engine->users_lock);
}

static void retire(struct work_struct *work)
{
	struct sound_engine *engine = container_of(to_delayed_work(work), struct sound_engine, retire);

	mutex_lock(&engine->users_lock);
	if (engine->thread && !engine->users)
		stop_engine(engine);
	mutex_unlock(&engine->users_lock);
}

void sound_engine_exit(struct sound_engine *engine)
{
	mod_delayed_work(system_wq, &engine->retire, 0);
	flush_delayed_work(&engine->retire);
}

#define ENGINE(name, pcm_direction) { \
	.direction = (pcm_direction), \
	.users_lock = __MUTEX_INITIALIZER(name.users_lock), \
	.retire = __DELAYED_WORK_INITIALIZER(name.retire, retire, 0), \
	.lock = __SPIN_LOCK_UNLOCKED(name.lock), \
	.running = LIST_HEAD_INIT(name.running), \
	.wait = __WAIT_QUEUE_HEAD_INITIALIZER(name.wait), \
}

struct sound_engine sound_playback = ENGINE(sound_playback, SNDRV_PCM_STREAM_PLAYBACK);
struct sound_engine sound_capture = ENGINE(sound_capture, SNDRV_PCM_STREAM_CAPTURE);
