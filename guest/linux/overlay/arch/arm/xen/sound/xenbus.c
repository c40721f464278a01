// SPDX-License-Identifier: GPL-2.0
/*
 * Devices "vsnd": when there is one, what it consists of, and the states that it has in common with its frontend.
 *
 * Which streams a frontend has it says itself, in its own directory; how many of which kind it may have stands in
 * ours: `playback-streams` and `capture-streams` (default: as many as it wants).
 *
 * When this driver goes, frontends are not told: snd_xen_front frees what an open stream still uses if it must give its
 * card up.  Their requests wait for an answer, and get it when the driver comes back within their three seconds.
 *
 * snd_xen_front begins anew with each XenbusStateInitWait that it sees, also where it has just begun, and on a busy board
 * what it has written may be gone when it is read.  An error would make it begin once more, so without an end: it is
 * looked at when it has said nothing new for a while.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include <sound/asound.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "sound.h"

#define VERSIONS	"1,2"
#define SETTLE_MS	50

struct sound_device {
	struct xenbus_device *xbdev;
	struct delayed_work settled;		/* the frontend is ready, and stays so */
	unsigned int nr_streams;		/* connected ones */
	struct sound_stream *streams[SOUND_MAX_STREAMS];
};

/* ---- streams -------------------------------------------------------------------------------- */

static void disconnect(struct sound_device *device)
{
	while (device->nr_streams) {
		struct sound_stream *stream = device->streams[--device->nr_streams];

		sound_ring_disconnect(stream);
		kfree(stream);
	}
}

/* How many streams of a direction a domain may have. */
static unsigned int allowed(struct xenbus_device *dev, int direction)
{
	return xenbus_read_unsigned(dev->nodename, direction == SNDRV_PCM_STREAM_CAPTURE ?
				    "capture-streams" : "playback-streams", SOUND_MAX_STREAMS);
}

static bool may_have(struct sound_device *device, const struct sound_engine *engine)
{
	unsigned int nr = 0, i;

	for (i = 0; i < device->nr_streams; i++)
		nr += device->streams[i]->engine == engine;
	return device->nr_streams < SOUND_MAX_STREAMS && nr < allowed(device->xbdev, engine->direction);
}

static int connect_stream(struct sound_device *device, const char *path, struct sound_engine *engine)
{
	struct sound_stream *stream;

	if (!may_have(device, engine))
		return -EPERM;
	stream = kzalloc(sizeof(*stream), GFP_KERNEL);
	if (!stream)
		return -ENOMEM;
	stream->xbdev = device->xbdev;
	stream->engine = engine;
	INIT_LIST_HEAD(&stream->link);
	device->streams[device->nr_streams++] = stream;
	return sound_ring_connect(stream, path);
}

/* @return -ENOENT: there is no such stream */
static int find_stream(struct sound_device *device, unsigned int pcm, unsigned int number)
{
	char *path = kasprintf(GFP_KERNEL, "%s/%u/%u", device->xbdev->otherend, pcm, number);
	char *type = xenbus_read(XBT_NIL, path ?: "", XENSND_FIELD_TYPE, NULL);
	int err = PTR_ERR_OR_ZERO(type);

	if (err)
		;
	else if (!strcmp(type, XENSND_STREAM_TYPE_PLAYBACK))
		err = connect_stream(device, path, &sound_playback);
	else if (!strcmp(type, XENSND_STREAM_TYPE_CAPTURE))
		err = connect_stream(device, path, &sound_capture);
	else
		err = -EINVAL;
	if (!IS_ERR(type))
		kfree(type);
	kfree(path);
	return err;
}

/* All PCMs of the frontend and their streams; both are numbered from 0. */
static int connect(struct sound_device *device)
{
	unsigned int pcm = 0, number = 0;
	int err;

	do {
		err = find_stream(device, pcm, number++);
		if (err == -ENOENT && number > 1) {
			pcm++;
			number = 0;
			err = 0;
		}
	} while (!err);
	return err == -ENOENT && device->nr_streams ? 0 : err;
}

/* ---- states --------------------------------------------------------------------------------- */

/* @state: ours when this has to be done: InitWait, or Connected of another life of this driver. */
static void frontend_ready(struct sound_device *device, enum xenbus_state state)
{
	int err;

	if (device->nr_streams || device->xbdev->state != state)
		return;
	err = connect(device);
	if (!err) {
		xenbus_switch_state(device->xbdev, XenbusStateConnected);
		return;
	}
	disconnect(device);
	xenbus_dev_fatal(device->xbdev, err, "connecting the streams");
}

static void frontend_settled(struct work_struct *work)
{
	struct sound_device *device = container_of(to_delayed_work(work), struct sound_device, settled);
	enum xenbus_state state = xenbus_read_driver_state(device->xbdev->otherend);

	if (state == XenbusStateInitialised)
		frontend_ready(device, XenbusStateInitWait);
	else if (state == XenbusStateConnected)
		frontend_ready(device, XenbusStateConnected);
}

static void frontend_changed(struct xenbus_device *dev, enum xenbus_state state)
{
	struct sound_device *device = dev_get_drvdata(&dev->dev);

	cancel_delayed_work_sync(&device->settled);
	switch (state) {
	case XenbusStateInitialising:
	case XenbusStateClosing:	/* its driver goes, and waits for this */
		disconnect(device);
		xenbus_switch_state(dev, XenbusStateInitWait);
		break;
	case XenbusStateInitialised:
	case XenbusStateConnected:
		schedule_delayed_work(&device->settled, msecs_to_jiffies(SETTLE_MS));
		break;
	case XenbusStateClosed:
	case XenbusStateUnknown:	/* or what is no state: it may come to its senses */
		disconnect(device);
		xenbus_switch_state(dev, XenbusStateClosed);
		if (!xenbus_dev_is_online(dev))
			device_unregister(&dev->dev);
		break;
	default:
		break;
	}
}

static void sound_remove(struct xenbus_device *dev)
{
	struct sound_device *device = dev_get_drvdata(&dev->dev);

	cancel_delayed_work_sync(&device->settled);
	disconnect(device);
	dev_set_drvdata(&dev->dev, NULL);
	kfree(device);
}

static int sound_probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	struct sound_device *device = kzalloc(sizeof(*device), GFP_KERNEL);
	int err;

	if (!device)
		return -ENOMEM;
	device->xbdev = dev;
	INIT_DELAYED_WORK(&device->settled, frontend_settled);
	dev_set_drvdata(&dev->dev, device);
	err = xenbus_printf(XBT_NIL, dev->nodename, XENSND_FIELD_BE_VERSIONS, VERSIONS);
	if (!err && dev->state != XenbusStateConnected)
		err = xenbus_switch_state(dev, XenbusStateInitWait);
	if (err)
		sound_remove(dev);
	return err;
}

static const struct xenbus_device_id sound_ids[] = {
	{ XENSND_DRIVER_NAME },
	{ "" }
};

static struct xenbus_driver sound_driver = {
	.ids = sound_ids,
	.allow_rebind = true,
	.probe = sound_probe,
	.remove = sound_remove,
	.otherend_changed = frontend_changed,
};

static int __init sound_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	sound_volume_init();
	err = xenbus_register_backend(&sound_driver);
	if (err)
		sound_volume_exit();
	return err;
}
module_init(sound_init);

static void __exit sound_exit(void)
{
	xenbus_unregister_driver(&sound_driver);
	sound_volume_exit();
	sound_engine_exit(&sound_playback);
	sound_engine_exit(&sound_capture);
}
module_exit(sound_exit);

MODULE_DESCRIPTION("Sound of other domains: backend of vsnd");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:" XENSND_DRIVER_NAME);
