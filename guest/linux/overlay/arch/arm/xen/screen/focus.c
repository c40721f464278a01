// SPDX-License-Identifier: GPL-2.0
/*
 * Who has screen, keyboard and pointer.  /sys/module/exen_screen/parameters/focus is that domain's number,
 * 0 for this one, and can be written.  The keys change at once, the screen follows in a work item.
 *
 * A domain that ends keeps the focus: its last picture stays, with a line that says so, until it is back or
 * somebody goes elsewhere.
 *
 * Who has it stands in xenstore, too: "screen/focus" of this domain, for exen-sound and programs.
 */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/module.h>

#include <xen/xen.h>
#include <xen/xenbus.h>

#include "screen.h"

#define FOCUS_DIR	"screen"	/* in our own directory */

DEFINE_MUTEX(screen_mutex);
DEFINE_SPINLOCK(focus_lock);
struct workqueue_struct *screen_work;

static unsigned int focus;			/* focus_lock */
static unsigned int nr_devices[SCREEN_DOMAINS];	/* focus_lock */

static void follow(struct work_struct *work);
static DECLARE_WORK(follow_work, follow);

unsigned int focus_get(void)
{
	return READ_ONCE(focus);
}

/* focus_lock is held. */
static void set_focus(unsigned int domid)
{
	if (domid == focus)
		return;
	if (focus)
		vkbd_release(focus);
	WRITE_ONCE(focus, domid);
	queue_work(screen_work, &follow_work);
}

/* For all that follow the focus without being asked. */
static void tell(unsigned int domid)
{
	if (xenbus_printf(XBT_NIL, FOCUS_DIR, "focus", "%u", domid))
		pr_warn("xenstore does not learn that domain %u has the screen\n", domid);
}

/* The screen follows; and what our own handlers have seen pressed ends with their focus. */
static void follow(struct work_struct *work)
{
	const unsigned int domid = focus_get();
	int err = 0;

	mutex_lock(&screen_mutex);
	inset_choose();
	if (domid) {
		input_release_own();
		err = displ_has_picture(domid) ? displ_show(domid) : vfb_show(domid);
	} else {
		sink_hide();
	}
	mutex_unlock(&screen_mutex);
	if (err) {
		spin_lock_irq(&focus_lock);
		set_focus(0);
		spin_unlock_irq(&focus_lock);
		return;
	}
	tell(domid);
	pr_info("domain %u has screen and keyboard\n", domid);
}

void focus_next(void)
{
	unsigned int domid = focus;

	do
		domid = (domid + 1) % SCREEN_DOMAINS;
	while (domid && !nr_devices[domid]);
	set_focus(domid);
}

void focus_add(unsigned int domid)
{
	unsigned long flags;

	spin_lock_irqsave(&focus_lock, flags);
	nr_devices[domid]++;
	spin_unlock_irqrestore(&focus_lock, flags);
}

void focus_remove(unsigned int domid)
{
	unsigned long flags;

	spin_lock_irqsave(&focus_lock, flags);
	nr_devices[domid]--;
	spin_unlock_irqrestore(&focus_lock, flags);
}

/* ---- the parameter -------------------------------------------------------------------------- */

static int focus_set_param(const char *text, const struct kernel_param *kp)
{
	unsigned int domid;
	int err = kstrtouint(text, 0, &domid);

	if (err)
		return err;
	if (domid >= SCREEN_DOMAINS)
		return -EINVAL;
	if (!screen_work)
		return -EBUSY;		/* too early: while the module is loaded */
	spin_lock_irq(&focus_lock);
	err = domid && !nr_devices[domid] ? -ENODEV : 0;
	if (!err)
		set_focus(domid);
	spin_unlock_irq(&focus_lock);
	return err;
}

static int focus_get_param(char *text, const struct kernel_param *kp)
{
	return sprintf(text, "%u\n", focus_get());
}

static const struct kernel_param_ops focus_ops = {
	.set = focus_set_param,
	.get = focus_get_param,
};
module_param_cb(focus, &focus_ops, NULL, 0644);
MODULE_PARM_DESC(focus, "domain that has screen, keyboard and pointer");

/* ---- module --------------------------------------------------------------------------------- */

static int __init screen_init(void)
{
	int err;

	if (!xen_domain() || !xen_initial_domain())
		return -ENODEV;
	screen_work = alloc_ordered_workqueue("exen-screen", 0);
	if (!screen_work)
		return -ENOMEM;
	tell(0);
	err = input_init();
	if (err)
		goto remove_node;
	err = vkbd_init();
	if (err)
		goto exit_input;
	err = vfb_init();
	if (err)
		goto exit_vkbd;
	err = displ_init();
	if (!err)
		return 0;
	vfb_exit();
exit_vkbd:
	vkbd_exit();
exit_input:
	input_exit();
remove_node:
	xenbus_rm(XBT_NIL, FOCUS_DIR, "");
	destroy_workqueue(screen_work);
	return err;
}
module_init(screen_init);

static void __exit screen_exit(void)
{
	displ_exit();
	vfb_exit();
	vkbd_exit();
	input_exit();
	destroy_workqueue(screen_work);
	xenbus_rm(XBT_NIL, FOCUS_DIR, "");
	mutex_lock(&screen_mutex);
	sink_exit();
	mutex_unlock(&screen_mutex);
}
module_exit(screen_exit);

MODULE_DESCRIPTION("Screen, keyboard and pointer for other domains");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vfb");
MODULE_ALIAS("xen-backend:vkbd");
MODULE_ALIAS("xen-backend:vdispl");
