// SPDX-License-Identifier: GPL-2.0
/*
 * Keyboards and pointers of this domain's: a filter that is asked before all other handlers sees the hot keys,
 * Ctrl-Alt-Tab, Ctrl-Alt-P and Ctrl-Alt-H, and lets nothing pass to them while another domain has the focus.
 */
#include <linux/bitmap.h>
#include <linux/input.h>
#include <linux/input/mt.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "screen.h"

static unsigned int hot_key = KEY_TAB;
module_param(hot_key, uint, 0644);
MODULE_PARM_DESC(hot_key, "key that moves the focus on, with Ctrl and Alt (default: 15, Tab)");

static unsigned int inset_key = KEY_P;
module_param(inset_key, uint, 0644);
MODULE_PARM_DESC(inset_key, "key that switches the inset on and off, with Ctrl and Alt (default: 25, P)");

static unsigned int halves_key = KEY_H;
module_param(halves_key, uint, 0644);
MODULE_PARM_DESC(halves_key, "key that switches halves on and off, with Ctrl and Alt (default: 35, H)");

#define MOST_CONTACTS	32	/* bits of own_contacts */

enum { LEFT_CTRL = 1, RIGHT_CTRL = 2, LEFT_ALT = 4, RIGHT_ALT = 8 };

/* focus_lock protects the first three. */
static unsigned int modifiers;		/* that are down */
static unsigned int hot_key_down;	/* 0: none */
static unsigned int nr_absolute;	/* devices that say where, not how far */
static unsigned int nr_contacts;	/* that touch screens tell apart, the most; sources_mutex */

static DEFINE_MUTEX(sources_mutex);
static LIST_HEAD(sources);		/* sources_mutex */

struct source {
	struct input_handle handle;
	struct list_head list;
	bool is_absolute;
	unsigned int contacts;		/* fingers that it tells apart as a touch screen, by slots; else 0 */
	/* event_lock of the device: */
	unsigned int slot;		/* whose values come */
	unsigned int own_slot;		/* likewise, as our own handlers know it */
	u32 own_contacts;		/* fingers that they know of */
	DECLARE_BITMAP(pressed, KEY_CNT);	/* likewise keys */
};

static unsigned int modifier(unsigned int code)
{
	switch (code) {
	case KEY_LEFTCTRL:
		return LEFT_CTRL;
	case KEY_RIGHTCTRL:
		return RIGHT_CTRL;
	case KEY_LEFTALT:
		return LEFT_ALT;
	case KEY_RIGHTALT:
		return RIGHT_ALT;
	default:
		return 0;
	}
}

static bool act_on(unsigned int code)
{
	if (code == hot_key)
		focus_next();
	else if (code == inset_key)
		inset_toggle();
	else if (code == halves_key)
		inset_toggle_halves();
	else
		return false;
	return true;
}

/* Is it a hot key's: nobody else sees it, its release and its repetition. */
static bool take_hot_key(unsigned int code, int value)
{
	const unsigned int bit = modifier(code);

	modifiers = value ? modifiers | bit : modifiers & ~bit;
	if (value == 1 && (modifiers & (LEFT_CTRL | RIGHT_CTRL)) && (modifiers & (LEFT_ALT | RIGHT_ALT)) &&
	    act_on(code)) {
		hot_key_down = code;
		return true;
	}
	if (!hot_key_down || code != hot_key_down)
		return false;
	if (!value)
		hot_key_down = 0;
	return true;
}

/* Where on its axis, of ABSOLUTE_RANGE. */
static int to_fraction(struct input_dev *dev, unsigned int axis, int value)
{
	const s64 least = input_abs_get_min(dev, axis);
	const s64 range = input_abs_get_max(dev, axis) - least;

	return range > 0 ? div64_s64(clamp(value - least, 0LL, range) * ABSOLUTE_RANGE, range) : 0;
}

/* Likewise in the picture that is seen there; *@axis becomes that one's, in a pair of X and Y. */
static int to_place(struct input_dev *dev, unsigned int *axis, unsigned int x_axis, int value)
{
	bool is_y = *axis != x_axis;

	value = sink_point(&is_y, to_fraction(dev, *axis, value));
	*axis = x_axis + is_y;
	return value;
}

/* A finger's event to a domain.  What of its position is as it was isn't told with the first one. */
static void take_contact(const struct source *source, unsigned int domid, unsigned int code, int value)
{
	struct input_dev *dev = source->handle.dev;
	const struct input_mt_slot *slot = &dev->mt->slots[source->slot];
	unsigned int i, axis;
	int place;

	if (code != ABS_MT_TRACKING_ID) {
		place = to_place(dev, &code, ABS_MT_POSITION_X, value);
		vkbd_touch(domid, source->slot, code, place);
		return;
	}
	for (i = ABS_MT_POSITION_X; i <= ABS_MT_POSITION_Y && value >= 0; i++) {
		axis = i;
		place = to_place(dev, &axis, ABS_MT_POSITION_X, input_mt_get_value(slot, i));
		vkbd_touch(domid, source->slot, axis, place);
	}
	vkbd_touch(domid, source->slot, code, value);
}

static bool is_contact(unsigned int type, unsigned int code)
{
	return type == EV_ABS && (code == ABS_MT_TRACKING_ID || code == ABS_MT_POSITION_X || code == ABS_MT_POSITION_Y);
}

/* Touch screens are pointers, too, for who knows no fingers. */
static bool is_as_pointer(unsigned int type, unsigned int code)
{
	return (type == EV_ABS && (code == ABS_X || code == ABS_Y)) || (type == EV_KEY && code == BTN_TOUCH);
}

/* Does it go to the domain that has the focus, or to nobody? */
static bool take(const struct source *source, unsigned int type, unsigned int code, int value)
{
	unsigned int focus;

	if (type == EV_KEY && take_hot_key(code, value))
		return true;
	focus = focus_get();
	if (!focus)
		return false;
	if (source->contacts && vkbd_has_touch(focus)) {
		if (is_contact(type, code))
			take_contact(source, focus, code, value);
		if (is_contact(type, code) || is_as_pointer(type, code))
			return true;
	}
	if (type == EV_ABS && (code == ABS_X || code == ABS_Y))
		value = to_place(source->handle.dev, &code, ABS_X, value);
	vkbd_event(focus, type, code, value);
	return true;
}

/* ---- what our own handlers know ---------------------------------------------------------------- */

static void tell(struct input_handle *other, const struct input_value *vals, unsigned int nr)
{
	struct input_handler *handler = other->handler;
	unsigned int i;

	if (handler->events) {
		handler->events(other, vals, nr);
		return;
	}
	for (i = 0; i < nr; i++) {
		if (handler->filter)
			handler->filter(other, vals[i].type, vals[i].code, vals[i].value);
		else if (handler->event)
			handler->event(other, vals[i].type, vals[i].code, vals[i].value);
	}
}

/* event_lock of the device is held.  As the core tells of an event, but to all others. */
static void tell_others(struct input_handle *ours, const struct input_value *vals, unsigned int nr)
{
	struct input_handle *other;

	rcu_read_lock();
	list_for_each_entry_rcu(other, &ours->dev->h_list, d_node) {
		if (other != ours && other->open)
			tell(other, vals, nr);
	}
	rcu_read_unlock();
}

/* A key that our own handlers have not seen pressed is another domain's until it is released. */
static bool is_key_of_others(struct source *source, unsigned int code, int value)
{
	if (value != 1 && !test_bit(code, source->pressed))
		return true;
	__assign_bit(code, source->pressed, value);
	return false;
}

/* Likewise a finger until it is lifted.  Whose values come they are told when there are some for them. */
static bool is_contact_of_others(struct source *source, unsigned int code, int value)
{
	const struct input_value slot = { EV_ABS, ABS_MT_SLOT, source->slot };
	const u32 bit = BIT(source->slot);

	if (code == ABS_MT_SLOT)
		return true;
	if (code == ABS_MT_TRACKING_ID && value >= 0)
		source->own_contacts |= bit;
	if (!(source->own_contacts & bit))
		return true;
	if (code == ABS_MT_TRACKING_ID && value < 0)
		source->own_contacts &= ~bit;
	if (source->own_slot != source->slot) {
		source->own_slot = source->slot;
		tell_others(&source->handle, &slot, 1);
	}
	return false;
}

static bool is_of_others(struct source *source, unsigned int type, unsigned int code, int value)
{
	if (type == EV_KEY)
		return is_key_of_others(source, code, value);
	if (source->contacts && type == EV_ABS && code >= ABS_MT_SLOT)
		return is_contact_of_others(source, code, value);
	return false;
}

/* event_lock of the device is held, interrupts are off.  Returns whether the others do not get it. */
static bool filter(struct input_handle *handle, unsigned int type, unsigned int code, int value)
{
	struct source *source = container_of(handle, struct source, handle);
	bool is_taken;

	if (source->contacts && type == EV_ABS && code == ABS_MT_SLOT)
		source->slot = value;
	spin_lock(&focus_lock);
	is_taken = take(source, type, code, value);
	spin_unlock(&focus_lock);
	return is_taken || is_of_others(source, type, code, value);
}

static void lift(struct source *source, unsigned int slot)
{
	const struct input_value vals[] = {
		{ EV_ABS, ABS_MT_SLOT, slot }, { EV_ABS, ABS_MT_TRACKING_ID, -1 }, { EV_SYN, SYN_REPORT, 0 },
	};

	tell_others(&source->handle, vals, ARRAY_SIZE(vals));
	source->own_slot = slot;
}

static void release_of(struct source *source)
{
	struct input_dev *dev = source->handle.dev;
	unsigned int code;

	spin_lock_irq(&dev->event_lock);
	for_each_set_bit(code, source->pressed, KEY_CNT) {
		const struct input_value vals[] = {
			{ EV_KEY, code, 0 }, { EV_SYN, SYN_REPORT, 0 },
		};

		tell_others(&source->handle, vals, ARRAY_SIZE(vals));
	}
	bitmap_zero(source->pressed, KEY_CNT);
	for (; source->own_contacts; source->own_contacts &= source->own_contacts - 1)
		lift(source, __ffs(source->own_contacts));
	spin_unlock_irq(&dev->event_lock);
}

void input_release_own(void)
{
	struct source *source;

	mutex_lock(&sources_mutex);
	list_for_each_entry(source, &sources, list)
		release_of(source);
	mutex_unlock(&sources_mutex);
}

bool input_has_absolute_pointer(void)
{
	return READ_ONCE(nr_absolute);
}

unsigned int input_contacts(void)
{
	return READ_ONCE(nr_contacts);
}

/* ---- devices -------------------------------------------------------------------------------- */

static bool is_absolute_pointer(const struct input_dev *dev)
{
	return test_bit(EV_ABS, dev->evbit) && test_bit(ABS_X, dev->absbit) && test_bit(ABS_Y, dev->absbit);
}

static unsigned int contacts_of(const struct input_dev *dev)
{
	if (!dev->mt || dev->mt->num_slots > MOST_CONTACTS || !test_bit(INPUT_PROP_DIRECT, dev->propbit) || !test_bit(ABS_MT_POSITION_X, dev->absbit))
		return 0;
	return dev->mt->num_slots;
}

/* sources_mutex is held. */
static void count_contacts(void)
{
	struct source *source;
	unsigned int most = 0;

	list_for_each_entry(source, &sources, list)
		most = max(most, source->contacts);
	WRITE_ONCE(nr_contacts, most);
}

static void add(struct source *source)
{
	mutex_lock(&sources_mutex);
	list_add_tail(&source->list, &sources);
	count_contacts();
	mutex_unlock(&sources_mutex);
	spin_lock_irq(&focus_lock);
	nr_absolute += source->is_absolute;
	spin_unlock_irq(&focus_lock);
}

static void remove(struct source *source)
{
	mutex_lock(&sources_mutex);
	list_del(&source->list);
	count_contacts();
	mutex_unlock(&sources_mutex);
	spin_lock_irq(&focus_lock);
	nr_absolute -= source->is_absolute;
	modifiers = 0;
	hot_key_down = 0;
	spin_unlock_irq(&focus_lock);
}

static int screen_connect(struct input_handler *handler, struct input_dev *dev,
			  const struct input_device_id *id)
{
	struct source *source = kzalloc(sizeof(*source), GFP_KERNEL);
	int err;

	if (!source)
		return -ENOMEM;
	source->handle.dev = dev;
	source->handle.handler = handler;
	source->handle.name = "exen-screen";
	source->is_absolute = is_absolute_pointer(dev);
	source->contacts = contacts_of(dev);
	if (source->contacts)
		source->own_slot = source->slot = input_abs_get_val(dev, ABS_MT_SLOT);
	bitmap_copy(source->pressed, dev->key, KEY_CNT);
	err = input_register_handle(&source->handle);
	if (err)
		goto free;
	err = input_open_device(&source->handle);
	if (err)
		goto unregister;
	add(source);
	return 0;

unregister:
	input_unregister_handle(&source->handle);
free:
	kfree(source);
	return err;
}

static void screen_disconnect(struct input_handle *handle)
{
	struct source *source = container_of(handle, struct source, handle);

	remove(source);
	input_close_device(handle);
	input_unregister_handle(handle);
	kfree(source);
}

static const struct input_device_id ids[] = {
	{ .flags = INPUT_DEVICE_ID_MATCH_EVBIT, .evbit = { BIT_MASK(EV_KEY) } },
	{ }
};

static struct input_handler handler = {
	.filter = filter,
	.connect = screen_connect,
	.disconnect = screen_disconnect,
	.name = "exen-screen",
	.id_table = ids,
};

int input_init(void)
{
	return input_register_handler(&handler);
}

void input_exit(void)
{
	input_unregister_handler(&handler);
}
