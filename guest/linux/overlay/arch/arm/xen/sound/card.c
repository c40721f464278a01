// SPDX-License-Identifier: GPL-2.0
/* The card: ALSA's PCM as a client in the kernel, without a file of /dev. */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <sound/core.h>
#include <sound/minors.h>
#include <sound/pcm.h>
#include <sound/pcm_params.h>

#include "sound.h"

/* ---- finding it ----------------------------------------------------------------------------- */

/* A PCM with a reference to its card, or NULL. */
static struct snd_pcm *look_up(int direction, unsigned int card, unsigned int device)
{
	const int type = direction == SNDRV_PCM_STREAM_PLAYBACK ? SNDRV_DEVICE_TYPE_PCM_PLAYBACK :
								  SNDRV_DEVICE_TYPE_PCM_CAPTURE;

	if (device >= SNDRV_MINOR_PCMS)
		return NULL;
	return snd_lookup_minor_data(SNDRV_MINOR(card, type + device), type);
}

static bool is_named(const struct snd_card *card, const char *name, size_t length)
{
	unsigned int number;

	return !length || (strlen(card->id) == length && !memcmp(card->id, name, length)) ||
	       (sscanf(name, "%u", &number) == 1 && number == card->number);
}

static struct snd_pcm *find_pcm(int direction, const char *name)
{
	const char *comma = strchrnul(name, ',');
	unsigned int card, device = 0;

	if (*comma && kstrtouint(comma + 1, 10, &device))
		return NULL;
	for (card = 0; card < SNDRV_CARDS; card++) {
		struct snd_pcm *pcm = look_up(direction, card, device);

		if (pcm && is_named(pcm->card, name, comma - name))
			return pcm;
		if (pcm)
			snd_card_unref(pcm->card);
	}
	return NULL;
}

/* ---- its parameters ------------------------------------------------------------------------- */

static void set_range(struct snd_pcm_hw_params *params, snd_pcm_hw_param_t param, unsigned int min,
		      unsigned int max)
{
	struct snd_interval *range = hw_param_interval(params, param);

	range->min = min;
	range->max = max;
	range->integer = 1;
	range->openmin = 0;
	range->openmax = 0;
}

static void set_mask(struct snd_pcm_hw_params *params, snd_pcm_hw_param_t param, unsigned int value)
{
	snd_mask_none(hw_param_mask(params, param));
	snd_mask_set(hw_param_mask(params, param), value);
}

/* ALSA takes the shortest period and the longest buffer that are allowed. */
static int set_hardware(struct sound_card *card, unsigned int chunk, unsigned int chunks)
{
	struct snd_pcm_hw_params *params = kzalloc(sizeof(*params), GFP_KERNEL);
	int err;

	if (!params)
		return -ENOMEM;
	_snd_pcm_hw_params_any(params);
	set_mask(params, SNDRV_PCM_HW_PARAM_ACCESS, (__force int)SNDRV_PCM_ACCESS_RW_INTERLEAVED);
	set_mask(params, SNDRV_PCM_HW_PARAM_FORMAT, (__force int)SNDRV_PCM_FORMAT_S16);
	set_range(params, SNDRV_PCM_HW_PARAM_CHANNELS, SOUND_CHANNELS, SOUND_CHANNELS);
	set_range(params, SNDRV_PCM_HW_PARAM_RATE, SOUND_RATE, SOUND_RATE);
	set_range(params, SNDRV_PCM_HW_PARAM_PERIOD_SIZE, chunk, SOUND_MAX_CHUNK);
	set_range(params, SNDRV_PCM_HW_PARAM_BUFFER_SIZE, chunk, max(chunk * chunks, 4 * chunk));
	err = snd_pcm_kernel_ioctl(card->substream, SNDRV_PCM_IOCTL_HW_PARAMS, params);
	if (!err) {
		card->chunk = params_period_size(params);
		card->chunks = params_buffer_size(params) / card->chunk;
	}
	kfree(params);
	return err;
}

/* It starts when it is told to, and stops when it has nothing. */
static int set_software(struct sound_card *card)
{
	struct snd_pcm_runtime *runtime = card->substream->runtime;
	struct snd_pcm_sw_params *params = kzalloc(sizeof(*params), GFP_KERNEL);
	int err;

	if (!params)
		return -ENOMEM;
	params->period_step = 1;
	params->avail_min = card->chunk;
	params->start_threshold = runtime->boundary;
	params->stop_threshold = runtime->buffer_size;
	err = snd_pcm_kernel_ioctl(card->substream, SNDRV_PCM_IOCTL_SW_PARAMS, params);
	kfree(params);
	return err;
}

/* ---- opening and closing -------------------------------------------------------------------- */

static const struct file_operations no_operations = { .owner = THIS_MODULE };

/* ALSA takes its flags from a file. */
static int open_substream(struct sound_card *card, int direction)
{
	const int mode = direction == SNDRV_PCM_STREAM_PLAYBACK ? O_WRONLY : O_RDONLY;
	struct file *file = anon_inode_getfile("[exen-sound]", &no_operations, NULL, mode | O_NONBLOCK);
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	mutex_lock(&card->pcm->open_mutex);
	err = snd_pcm_open_substream(card->pcm, direction, file, &card->substream);
	mutex_unlock(&card->pcm->open_mutex);
	fput(file);
	return err == -EAGAIN ? -EBUSY : err;
}

static void release_substream(struct sound_card *card)
{
	mutex_lock(&card->pcm->open_mutex);
	snd_pcm_release_substream(card->substream);
	mutex_unlock(&card->pcm->open_mutex);
	wake_up(&card->pcm->open_wait);
}

int sound_card_open(struct sound_card *card, int direction, const char *name, unsigned int chunk,
		    unsigned int chunks)
{
	int err = -ENODEV;

	card->pcm = find_pcm(direction, name);
	if (!card->pcm)
		return err;
	if (!try_module_get(card->pcm->card->module))
		goto unref;
	err = open_substream(card, direction);
	if (err)
		goto put_module;
	err = set_hardware(card, chunk, chunks);
	if (!err)
		err = set_software(card);
	if (!err)
		return 0;
	release_substream(card);
put_module:
	module_put(card->pcm->card->module);
unref:
	snd_card_unref(card->pcm->card);
	return err;
}

void sound_card_close(struct sound_card *card)
{
	struct snd_card *snd_card = card->pcm->card;

	release_substream(card);
	module_put(snd_card->module);
	snd_card_unref(snd_card);
}

/* ---- running -------------------------------------------------------------------------------- */

static bool is_playback(const struct sound_card *card)
{
	return card->substream->stream == SNDRV_PCM_STREAM_PLAYBACK;
}

static snd_pcm_uframes_t available(const struct sound_card *card)
{
	struct snd_pcm_runtime *runtime = card->substream->runtime;

	return is_playback(card) ? snd_pcm_playback_avail(runtime) : snd_pcm_capture_avail(runtime);
}

/* With a buffer full of silence: what streams have is taken at the pace that it is heard at. */
int sound_card_start(struct sound_card *card)
{
	struct snd_pcm_substream *substream = card->substream;
	int err = snd_pcm_kernel_ioctl(substream, SNDRV_PCM_IOCTL_PREPARE, NULL);
	snd_pcm_sframes_t written = 0;

	if (err)
		return err;
	if (is_playback(card))
		written = snd_pcm_kernel_write(substream, NULL, substream->runtime->buffer_size);
	if (written < 0)
		return written;
	return snd_pcm_kernel_ioctl(substream, SNDRV_PCM_IOCTL_START, NULL);
}

void sound_card_stop(struct sound_card *card)
{
	snd_pcm_kernel_ioctl(card->substream, SNDRV_PCM_IOCTL_DROP, NULL);
}

int sound_card_wait(struct sound_card *card)
{
	struct snd_pcm_runtime *runtime = card->substream->runtime;

	wait_event_idle_timeout(runtime->sleep, available(card) >= card->chunk ||
				runtime->state != SNDRV_PCM_STATE_RUNNING, HZ / 4);
	if (runtime->state == SNDRV_PCM_STATE_XRUN)
		return -EPIPE;
	if (runtime->state != SNDRV_PCM_STATE_RUNNING)
		return -ENODEV;
	return available(card) >= card->chunk ? 0 : -EAGAIN;
}

int sound_card_transfer(struct sound_card *card, s16 *frames)
{
	struct snd_pcm_substream *substream = card->substream;
	snd_pcm_sframes_t done = is_playback(card) ?
				 snd_pcm_kernel_write(substream, frames, card->chunk) :
				 snd_pcm_kernel_read(substream, frames, card->chunk);

	if (done < 0)
		return done;
	return done == card->chunk ? 0 : -EPIPE;
}
