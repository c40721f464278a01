// SPDX-License-Identifier: GPL-2.0
/*
 * How loud each domain is heard.  With the policy "focus" only the one that has the screen is, which exen-screen writes
 * to this domain's directory in xenstore; while nothing stands there all are heard.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/string.h>

#include <xen/xenbus.h>

#include "sound.h"

#define DOMAINS		8	/* whose volume can be set */
#define NOBODY		UINT_MAX
#define FOCUS_DIR	"screen"
#define FOCUS_NODE	"focus"

static unsigned int focus = NOBODY;

/* ---- parameters ----------------------------------------------------------------------------- */

static int percent_set(const char *text, const struct kernel_param *kp)
{
	return param_set_uint_minmax(text, kp, 0, 100);
}

static const struct kernel_param_ops param_ops_percent = {
	.set = percent_set,
	.get = param_get_uint,
};
#define param_check_percent(name, p)	__param_check(name, p, unsigned int)

static unsigned int volume[DOMAINS] = { [0 ... DOMAINS - 1] = 100 };
module_param_array(volume, percent, NULL, 0644);
MODULE_PARM_DESC(volume, "of what each domain plays, by its number from 0 on, percent (default 100)");

enum { MIX, FOCUS };
static const char * const policies[] = { [MIX] = "mix", [FOCUS] = "focus" };
static unsigned int policy = MIX;

static int policy_set(const char *text, const struct kernel_param *kp)
{
	const int found = sysfs_match_string(policies, text);

	if (found < 0)
		return found;
	WRITE_ONCE(policy, found);
	return 0;
}

static int policy_get(char *text, const struct kernel_param *kp)
{
	return sprintf(text, "%s\n", policies[policy]);
}

static const struct kernel_param_ops policy_ops = {
	.set = policy_set,
	.get = policy_get,
};
module_param_cb(policy, &policy_ops, NULL, 0644);
MODULE_PARM_DESC(policy, "who is heard: \"mix\", all (default); \"focus\", who has the screen");

/* ---- focus ---------------------------------------------------------------------------------- */

unsigned int sound_gain(unsigned int domid)
{
	const unsigned int focused = READ_ONCE(focus);

	if (READ_ONCE(policy) == FOCUS && focused != NOBODY && focused != domid)
		return 0;
	return domid < DOMAINS ? READ_ONCE(volume[domid]) * SOUND_UNITY / 100 : SOUND_UNITY;
}

static void focus_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	WRITE_ONCE(focus, xenbus_read_unsigned(FOCUS_DIR, FOCUS_NODE, NOBODY));
}

static struct xenbus_watch focus_watch = {
	.node = FOCUS_DIR "/" FOCUS_NODE,
	.callback = focus_changed,
};
static bool is_watched;

static int watch_focus(struct notifier_block *notifier, unsigned long event, void *arg)
{
	is_watched = !register_xenbus_watch(&focus_watch);
	if (!is_watched)
		pr_err("exen-sound: the screen's focus is not seen\n");
	return NOTIFY_DONE;
}

static struct notifier_block xenstore_ready = { .notifier_call = watch_focus };

void sound_volume_init(void)
{
	register_xenstore_notifier(&xenstore_ready);
}

void sound_volume_exit(void)
{
	unregister_xenstore_notifier(&xenstore_ready);
	if (is_watched)
		unregister_xenbus_watch(&focus_watch);
}
