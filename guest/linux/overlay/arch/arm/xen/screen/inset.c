// SPDX-License-Identifier: GPL-2.0
/*
 * Another picture beside the focused one, that of the next domain that has one.  The inset: reduced, in the upper right
 * corner of the screen; Ctrl-Alt-P or parameters/inset switch it on and off.  Halves: both at half their size, side by
 * side; Ctrl-Alt-H or parameters/halves.  No domain knows of it.
 */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/module.h>

#include "screen.h"

static unsigned int inset_scale = 3;
module_param(inset_scale, uint, 0444);
MODULE_PARM_DESC(inset_scale, "the inset's picture has every so many-th pixel: 2 to 16 (default 3)");

/* What is seen, and who. */
struct layout {
	enum { ALONE, INSET, HALVES } how;
	unsigned int focus, domid;	/* domid: whose picture is beside the focused one's, 0: nobody's */
};

static bool wants_inset, wants_halves;
static struct layout layout;		/* screen_mutex */

static void choose(struct work_struct *work);
static DECLARE_WORK(choose_work, choose);

bool inset_is(unsigned int domid)
{
	return domid && layout.domid == domid;
}

static bool has_picture(unsigned int domid)
{
	return vfb_has_picture(domid) || displ_has_picture(domid);
}

static void redraw(unsigned int domid)
{
	if (displ_has_picture(domid))
		displ_redraw(domid);
	else
		vfb_redraw(domid);
}

/* The next domain behind @focus that has a picture, 0: none. */
static unsigned int next_picture(unsigned int focus)
{
	unsigned int domid = focus;

	do
		domid = (domid + 1) % SCREEN_DOMAINS;
	while (domid != focus && !(domid && has_picture(domid)));
	return domid == focus ? 0 : domid;
}

static struct layout wanted(void)
{
	struct layout new = { .how = ALONE, .focus = focus_get() };

	if (new.focus && (READ_ONCE(wants_inset) || READ_ONCE(wants_halves)))
		new.domid = next_picture(new.focus);
	if (new.domid)
		new.how = READ_ONCE(wants_halves) ? HALVES : INSET;
	return new;
}

/* Who has a lower number is on the left, so that pictures stay where they are when the focus moves. */
static void lay_out(void)
{
	switch (layout.how) {
	case ALONE:
		sink_set_alone();
		pr_info("no inset\n");
		break;
	case INSET:
		sink_set_inset(clamp(inset_scale, 2U, 16U));
		pr_info("domain %u is seen in the inset\n", layout.domid);
		break;
	case HALVES:
		sink_set_halves(layout.focus > layout.domid);
		pr_info("domain %u is seen in the other half\n", layout.domid);
		break;
	}
}

void inset_choose(void)
{
	const struct layout old = layout;

	layout = wanted();
	if (layout.how == old.how && layout.domid == old.domid && (layout.how != HALVES || layout.focus == old.focus))
		return;
	lay_out();
	redraw(layout.focus);
	if (layout.domid)
		redraw(layout.domid);
}

static void choose(struct work_struct *work)
{
	mutex_lock(&screen_mutex);
	inset_choose();
	mutex_unlock(&screen_mutex);
}

void inset_toggle(void)
{
	WRITE_ONCE(wants_inset, !wants_inset);
	queue_work(screen_work, &choose_work);
}

void inset_toggle_halves(void)
{
	WRITE_ONCE(wants_halves, !wants_halves);
	queue_work(screen_work, &choose_work);
}

/* ---- the parameters ------------------------------------------------------------------------- */

static int inset_set(const char *text, const struct kernel_param *kp)
{
	const int err = param_set_bool(text, kp);

	if (!err && screen_work)
		queue_work(screen_work, &choose_work);
	return err;
}

static const struct kernel_param_ops inset_ops = {
	.set = inset_set,
	.get = param_get_bool,
};
module_param_cb(halves, &inset_ops, &wants_halves, 0644);
MODULE_PARM_DESC(halves, "whether the focused picture and the next one share the screen (default: N); before \"inset\"");
module_param_cb(inset, &inset_ops, &wants_inset, 0644);
MODULE_PARM_DESC(inset, "whether there is an inset, the next domain's picture beside the focused one's (default: N)");
