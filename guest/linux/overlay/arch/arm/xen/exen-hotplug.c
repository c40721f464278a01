// SPDX-License-Identifier: GPL-2.0
/*
 * What Xen's hotplug scripts "block" and "vif-bridge" do, in the kernel of a domain that serves others, so
 * that no program is needed:
 *
 *	backend/vbd/D/N	`params` names a disk as root= does ("/dev/mmcblk0p2", "PARTUUID=..."); once it
 *			is there and has a size, `physical-device` gets its number
 *	backend/vif/D/N	vifD.N becomes a port of the bridge that `bridge` names (none or "": it is left
 *			alone) and is up; `hotplug-status` becomes "connected"
 *
 * What is missing yet (a card, a loop device without a file, a bridge) is looked for again.
 */
#define pr_fmt(fmt) "EmbeddedXEN: " fmt

#include <linux/blkdev.h>
#include <linux/init.h>
#include <linux/kdev_t.h>
#include <linux/mount.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <net/net_namespace.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#define RETRY_FIRST	(HZ / 10)
#define RETRY_LAST	(2 * HZ)

enum outcome { DONE, WAITING };

static void look(struct work_struct *work);
static DECLARE_DELAYED_WORK(look_work, look);
static unsigned long retry;

/* A node's value for kfree(), or NULL if it is missing or empty. */
static char *read_node(const char *dir, const char *node)
{
	char *value = xenbus_read(XBT_NIL, dir, node, NULL);

	if (IS_ERR(value))
		return NULL;
	if (*value)
		return value;
	kfree(value);
	return NULL;
}

/* ---- disks ---------------------------------------------------------------------------------- */

/* 0: not there, or without a medium. */
static dev_t find_disk(const char *name)
{
	dev_t number = name_to_dev_t(name);
	struct block_device *bdev = number ? blkdev_get_by_dev(number, FMODE_READ, NULL) : NULL;

	if (IS_ERR_OR_NULL(bdev))
		return 0;
	if (!bdev_nr_sectors(bdev))
		number = 0;
	blkdev_put(bdev, FMODE_READ);
	return number;
}

static enum outcome serve_disk(const char *dir, const char *domid, const char *handle)
{
	char *params;
	dev_t number;

	if (xenbus_exists(XBT_NIL, dir, "physical-device"))
		return DONE;
	params = read_node(dir, "params");
	if (!params)
		return DONE;	/* somebody else says which disk it is */
	number = find_disk(params);
	if (number) {
		pr_info("%s: %s is %u:%u\n", dir, params, MAJOR(number), MINOR(number));
		xenbus_printf(XBT_NIL, dir, "physical-device", "%x:%x", MAJOR(number),
			      MINOR(number));
	} else if (retry == RETRY_LAST) {
		pr_info_once("%s: waits for %s\n", dir, params);
	}
	kfree(params);
	return number ? DONE : WAITING;
}

/* ---- network interfaces --------------------------------------------------------------------- */

/* Both devices exist.  rtnl_lock() is held. */
static int add_port(struct net_device *bridge, struct net_device *vif)
{
	int err = 0;

	if (!netif_is_bridge_master(bridge))
		return -EOPNOTSUPP;
	if (!netif_is_bridge_port(vif))
		err = bridge->netdev_ops->ndo_add_slave(bridge, vif, NULL);
	return err ?: dev_open(vif, NULL);
}

static enum outcome join_bridge(const char *name, struct net_device *vif)
{
	struct net_device *bridge = dev_get_by_name(&init_net, name);
	int err;

	if (!bridge)
		return WAITING;
	rtnl_lock();
	err = add_port(bridge, vif);
	rtnl_unlock();
	dev_put(bridge);
	if (err)
		pr_err("%s does not join %s: %d\n", vif->name, name, err);
	return DONE;
}

/* Of a former life of the domain: it is being taken away, and its successor will have its name. */
static bool is_leaving(const struct net_device *vif)
{
	return vif->dev.parent && to_xenbus_device(vif->dev.parent)->state == XenbusStateClosed;
}

static enum outcome serve_vif(const char *dir, const char *domid, const char *handle)
{
	char name[IFNAMSIZ], *bridge;
	struct net_device *vif;
	enum outcome outcome = DONE;

	if (xenbus_exists(XBT_NIL, dir, "hotplug-status"))
		return DONE;
	snprintf(name, sizeof(name), "vif%s.%s", domid, handle);
	vif = dev_get_by_name(&init_net, name);
	if (!vif)
		return WAITING;
	if (is_leaving(vif)) {
		dev_put(vif);
		return WAITING;
	}
	bridge = read_node(dir, "bridge");
	if (bridge)
		outcome = join_bridge(bridge, vif);
	dev_put(vif);
	if (outcome == DONE)
		xenbus_printf(XBT_NIL, dir, "hotplug-status", "connected");
	kfree(bridge);
	return outcome;
}

/* ---- all of them ---------------------------------------------------------------------------- */

typedef enum outcome (*serve_fn)(const char *dir, const char *domid, const char *handle);

static enum outcome serve_domain(const char *class, const char *domid, serve_fn serve)
{
	enum outcome outcome = DONE;
	unsigned int nr = 0, i;
	char *dir = kasprintf(GFP_KERNEL, "%s/%s", class, domid);
	char **handle = xenbus_directory(XBT_NIL, dir ?: "", "", &nr);

	for (i = 0; !IS_ERR(handle) && i < nr; i++) {
		char *device = kasprintf(GFP_KERNEL, "%s/%s", dir, handle[i]);

		if (!device || serve(device, domid, handle[i]) == WAITING)
			outcome = WAITING;
		kfree(device);
	}
	if (!IS_ERR(handle))
		kfree(handle);
	kfree(dir);
	return outcome;
}

static enum outcome serve_class(const char *class, serve_fn serve)
{
	enum outcome outcome = DONE;
	unsigned int nr = 0, i;
	char **domid = xenbus_directory(XBT_NIL, class, "", &nr);

	if (IS_ERR(domid))
		return DONE;
	for (i = 0; i < nr; i++) {
		if (serve_domain(class, domid[i], serve) == WAITING)
			outcome = WAITING;
	}
	kfree(domid);
	return outcome;
}

static void look(struct work_struct *work)
{
	enum outcome disks = serve_class("backend/vbd", serve_disk);
	enum outcome vifs = serve_class("backend/vif", serve_vif);

	if (disks == DONE && vifs == DONE)
		return;
	schedule_delayed_work(&look_work, retry);
	retry = min_t(unsigned long, 2 * retry, RETRY_LAST);
}

/* The backends write most of what changes; nothing of that is for us but a device's birth. */
static void backend_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	retry = RETRY_FIRST;
	mod_delayed_work(system_wq, &look_work, 0);
}

static struct xenbus_watch backend_watch = {
	.node = "backend",
	.callback = backend_changed,
};

static int xenstore_is_up(struct notifier_block *nb, unsigned long event, void *data)
{
	if (register_xenbus_watch(&backend_watch))
		pr_err("no watch on backends: disks and networks are not served\n");
	return NOTIFY_DONE;
}

static struct notifier_block xenstore_nb = {
	.notifier_call = xenstore_is_up,
};

static int __init exen_hotplug_init(void)
{
	if (xen_domain())
		register_xenstore_notifier(&xenstore_nb);
	return 0;
}
late_initcall(exen_hotplug_init);
