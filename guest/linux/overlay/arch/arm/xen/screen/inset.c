// SPDX-License-Identifier: GPL-2.0
/*
 * The inset: while a domain has the focus, the picture of the next one that has one is seen, reduced, in the upper right
 * corner of the screen.  Ctrl-Alt-P or parameters/inset switch it on and off; no domain knows of it.
 */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/module.h>

#include "screen.h"

static unsigned int inset_scale = 3;
module_param(inset_scale, uint, 0444);
MODULE_PARM_DESC(inset_scale, "the inset's picture has every so many-th pixel: 2 to 16 (default 3)");

static bool is_wanted;
static unsigned int inset_domid;	/* whose picture is there, 0: nobody's; screen_mutex */

static void choose(struct work_struct *work);
static DECLARE_WORK(choose_work, choose);

bool inset_is(unsigned int domid)
{
	return domid && inset_domid == domid;
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

void inset_choose(void)
{
	const unsigned int focus = focus_get();
	const unsigned int domid = READ_ONCE(is_wanted) && focus ? next_picture(focus) : 0;

	if (domid == inset_domid)
		return;
	inset_domid = domid;
	if (domid) {
		sink_set_inset(clamp(inset_scale, 2U, 16U));
		redraw(domid);
		pr_info("domain %u is seen in the inset\n", domid);
	} else {
		sink_set_inset(0);
		redraw(focus);
		pr_info("no inset\n");
	}
}

static void choose(struct work_struct *work)
{
	mutex_lock(&screen_mutex);
	inset_choose();
	mutex_unlock(&screen_mutex);
}

void inset_toggle(void)
{
	WRITE_ONCE(is_wanted, !is_wanted);
	queue_work(screen_work, &choose_work);
}

/* ---- the parameter -------------------------------------------------------------------------- */

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
module_param_cb(inset, &inset_ops, &is_wanted, 0644);
MODULE_PARM_DESC(inset, "whether there is an inset, the next domain's picture beside the focused one's (default: N)");
