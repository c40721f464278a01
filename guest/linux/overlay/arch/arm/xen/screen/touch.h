/* SPDX-License-Identifier: GPL-2.0 */
/* Fingers on a touch screen, as a frontend knows them and as they are; what it is to be told comes from the difference. */
#ifndef _EXEN_TOUCH_H
#define _EXEN_TOUCH_H

#include <linux/types.h>

#define TOUCH_CONTACTS	10

struct touch_contact {
	bool is_down;
	bool is_known;		/* the frontend has been told that it is down */
	bool is_another;	/* than the one that it has been told of */
	bool has_moved;		/* since the frontend was told */
	int x, y;		/* pixels */
};

struct touch {
	struct touch_contact contact[TOUCH_CONTACTS];
	bool must_sync;		/* the frontend has been told of a part of a frame */
};

struct touch_step {
	u8 event;		/* XENKBD_MT_EV_* */
	u8 contact;
	int x, y;		/* of XENKBD_MT_EV_DOWN, XENKBD_MT_EV_MOTION */
};

/* An event of Linux's protocol B: ABS_MT_POSITION_X, ABS_MT_POSITION_Y (also before it is down) or ABS_MT_TRACKING_ID. */
void touch_event(struct touch *touch, unsigned int contact, unsigned int code, int value);
/* No finger is down any more. */
void touch_release(struct touch *touch);
/* Has one come or gone? Movements may wait for others. */
bool touch_is_urgent(const struct touch *touch);
/* The next that the frontend is to be told; false: it knows all. */
bool touch_next(struct touch *touch, struct touch_step *step);

#endif
