// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/hypervisor/latency/N in dom0: how long interrupts and wake-ups of domain N take, as the hypervisor's
 * command "latency" prints it; tools/exen-latency draws either.  Only there if the hypervisor counts
 * (CONFIG_LATENCY).  Reading fails with ESRCH while there is no such domain.
 */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/math64.h>
#include <linux/sysfs.h>
#include <linux/time64.h>

#include <asm/xen/exen.h>
#include <xen/xen.h>

#define NR_DOMAINS	8

static int show_times(char *buf, int len, int domid, const struct exen_latency *l, unsigned int kind)
{
	static const char * const name[] = { "interrupt to handler", "wake to run" };
	const struct exen_latency_times *t = &l->times[kind];
	unsigned int i;

	len += sysfs_emit_at(buf, len, "latency of domain %d (%.*s), %s:\n", domid, (int)sizeof(l->name), l->name,
			     name[kind]);
	for (i = 0; i < EXEN_LATENCY_BUCKETS; i++)
		if (t->bucket[i])
			len += sysfs_emit_at(buf, len, "  below %u ns: %u\n", 1u << i, t->bucket[i]);
	if (!t->worst_ns)
		return len;
	len += sysfs_emit_at(buf, len, "  worst %u ns at %u ms beside domain %u pc %08x psr %08x%s", t->worst_ns,
			     (u32)div_u64(t->worst_at_ns, NSEC_PER_MSEC), t->worst_domid, t->worst_pc, t->worst_psr,
			     !t->worst_pc ? ", in the hypervisor" :
			     t->worst_psr & PSR_I_BIT ? ", interrupts masked" : "");
	if (kind == EXEN_LATENCY_HANDLER)
		len += sysfs_emit_at(buf, len, ", interrupt %u", t->worst_irq);
	return len + sysfs_emit_at(buf, len, "\n");
}

static int show_longest(char *buf, int len, const struct exen_latency_path *p)
{
	if (p->kind == EXEN_PATH_NONE)
		return len;
	len += sysfs_emit_at(buf, len, "longest time without interrupts: %u ns at %u ms, ", p->ns,
			     (u32)div_u64(p->at_ns, NSEC_PER_MSEC));
	switch (p->kind) {
	case EXEN_PATH_HYPERCALL:
		return len + sysfs_emit_at(buf, len, "hypercall %u (%u) of domain %u\n", p->number, p->arg, p->domid);
	case EXEN_PATH_INTERRUPT:
		return len + sysfs_emit_at(buf, len, "interrupt of domain %u at pc %08x\n", p->domid, p->arg);
	default:
		return len + sysfs_emit_at(buf, len, "the hypervisor's thread, masked before %08x\n", p->arg);
	}
}

static ssize_t latency_show(struct kobject *kobj, struct kobj_attribute *attribute, char *buf)
{
	const int domid = attribute->attr.name[0] - '0';
	struct exen_latency l;
	int rc, len = 0;

	rc = HYPERVISOR_exen_op(EXEN_OP_get_latency, domid, (unsigned long)&l);
	if (rc)
		return rc;
	len = show_times(buf, len, domid, &l, EXEN_LATENCY_HANDLER);
	len = show_times(buf, len, domid, &l, EXEN_LATENCY_WAKE);
	return show_longest(buf, len, &l.longest);
}

static struct kobj_attribute domain[NR_DOMAINS];

static int __init exen_latency_init(void)
{
	static const char * const name[NR_DOMAINS] = { "0", "1", "2", "3", "4", "5", "6", "7" };
	struct exen_latency l;
	struct kobject *folder;
	unsigned int i;
	int rc;

	if (!exen_running() || !xen_initial_domain() || HYPERVISOR_exen_op(EXEN_OP_get_latency, 0, (unsigned long)&l))
		return 0;
	folder = kobject_create_and_add("latency", hypervisor_kobj);
	if (!folder)
		return -ENOMEM;
	for (i = 0; i < NR_DOMAINS; i++) {
		sysfs_attr_init(&domain[i].attr);
		domain[i].attr.name = name[i];
		domain[i].attr.mode = 0444;
		domain[i].show = latency_show;
		rc = sysfs_create_file(folder, &domain[i].attr);
		if (rc) {
			kobject_put(folder);
			return rc;
		}
	}
	return 0;
}
device_initcall(exen_latency_init);
