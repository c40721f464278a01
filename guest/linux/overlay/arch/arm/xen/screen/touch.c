// SPDX-License-Identifier: GPL-2.0
#include <linux/input.h>
#include <linux/kernel.h>

#include <xen/interface/io/kbdif.h>

#include "touch.h"

void touch_event(struct touch *touch, unsigned int contact, unsigned int code, int value)
{
	struct touch_contact *c = &touch->contact[contact];

	switch (code) {
	case ABS_MT_POSITION_X:
		c->x = value;
		c->has_moved = true;
		break;
	case ABS_MT_POSITION_Y:
		c->y = value;
		c->has_moved = true;
		break;
	case ABS_MT_TRACKING_ID:
		c->is_down = value >= 0;
		c->is_another = c->is_down && c->is_known;
		break;
	}
}

void touch_release(struct touch *touch)
{
	unsigned int i;

	for (i = 0; i < TOUCH_CONTACTS; i++) {
		touch->contact[i].is_down = false;
		touch->contact[i].has_moved = false;
	}
}

bool touch_is_urgent(const struct touch *touch)
{
	unsigned int i;

	for (i = 0; i < TOUCH_CONTACTS; i++) {
		if (touch->contact[i].is_down != touch->contact[i].is_known || touch->contact[i].is_another)
			return true;
	}
	return false;
}

/* What the frontend is to be told of a contact next, -1: nothing. */
static int next_event(struct touch_contact *c)
{
	if (c->is_known && c->has_moved && !c->is_another) {
		c->has_moved = false;
		return XENKBD_MT_EV_MOTION;
	}
	if (c->is_known && (!c->is_down || c->is_another)) {
		c->is_known = false;
		c->is_another = false;
		return XENKBD_MT_EV_UP;
	}
	if (c->is_down && !c->is_known) {
		c->is_known = true;
		c->has_moved = false;
		return XENKBD_MT_EV_DOWN;
	}
	return -1;
}

bool touch_next(struct touch *touch, struct touch_step *step)
{
	unsigned int i;

	for (i = 0; i < TOUCH_CONTACTS; i++) {
		const int event = next_event(&touch->contact[i]);

		if (event < 0)
			continue;
		*step = (struct touch_step){
			.event = event, .contact = i, .x = touch->contact[i].x, .y = touch->contact[i].y,
		};
		touch->must_sync = true;
		return true;
	}
	if (!touch->must_sync)
		return false;
	touch->must_sync = false;
	*step = (struct touch_step){ .event = XENKBD_MT_EV_SYN, .contact = 0 };
	return true;
}
