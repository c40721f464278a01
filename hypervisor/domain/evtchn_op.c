/* SPDX-License-Identifier: Apache-2.0 */
/* The event_channel_op hypercall: arguments are checked here, evtchn.c does what they say. */
#include <errno.h>

#include <exen/arch.h>
#include <exen/commands.h>
#include <exen/hypercall.h>
#include <exen/irq.h>
#include <exen/printk.h>

#include "evtchn.h"

/* @return the port if it is a number of an open one, else NULL */
static struct evtchn *open_port(struct domain *d, evtchn_port_t port)
{
	struct evtchn *chn;

	if (port >= MAX_EVTCHN_PORTS)
		return NULL;
	chn = &d->evtchn->port[port];
	return chn->state > EVTCHN_RESERVED ? chn : NULL;
}

/* The domain an operation is about, if the caller may ask for it. */
static int target_domain(domid_t domid, struct domain **d)
{
	struct domain *caller = current_domain();

	*d = domain_by_id(domid);
	if (!*d)
		return -ESRCH;
	return *d == caller || caller->is_privileged ? 0 : -EPERM;
}

static int op_alloc_unbound(void *arg)
{
	struct evtchn_alloc_unbound *op = arg;
	struct domain *d;
	int rc = target_domain(op->dom, &d);

	if (rc)
		return rc;
	rc = evtchn_alloc(d);
	if (rc < 0)
		return rc;
	d->evtchn->port[rc].state = EVTCHN_UNBOUND;
	d->evtchn->port[rc].u.allowed =
		op->remote_dom == DOMID_SELF ? current_domain()->domid : op->remote_dom;
	op->port = (evtchn_port_t)rc;
	return 0;
}

static void connect(struct evtchn *chn, struct domain *peer, evtchn_port_t port)
{
	chn->state = EVTCHN_INTERDOMAIN;
	chn->u.peer = peer;
	chn->source = (uint16_t)port;
}

static int op_bind_interdomain(void *arg)
{
	struct evtchn_bind_interdomain *op = arg;
	struct domain *d = current_domain(), *peer = domain_by_id(op->remote_dom);
	struct evtchn *remote;
	int local;

	if (!peer)
		return -ESRCH;
	remote = open_port(peer, op->remote_port);
	if (!remote || remote->state != EVTCHN_UNBOUND || remote->u.allowed != d->domid)
		return -EINVAL;
	local = evtchn_alloc(d);
	if (local < 0)
		return local;
	connect(&d->evtchn->port[local], peer, op->remote_port);
	connect(remote, d, (evtchn_port_t)local);
	evtchn_raise(d, (evtchn_port_t)local);	/* the peer may have sent before */
	op->local_port = (evtchn_port_t)local;
	return 0;
}

static int op_bind_virq(void *arg)
{
	struct evtchn_bind_virq *op = arg;
	struct domain *d = current_domain();
	uint16_t *bound;
	int port;

	if (op->virq >= NR_VIRQS || (virq_is_global(op->virq) && op->vcpu))
		return -EINVAL;
	if (op->vcpu >= d->nr_vcpus)
		return -ENOENT;
	bound = virq_is_global(op->virq) ? &d->evtchn->global_virq[op->virq] :
					   &d->evtchn->vcpu_virq[op->vcpu][op->virq];
	if (*bound)
		return -EEXIST;
	port = evtchn_alloc(d);
	if (port < 0)
		return port;
	d->evtchn->port[port].state = EVTCHN_VIRQ;
	d->evtchn->port[port].source = (uint16_t)op->virq;
	d->evtchn->port[port].notify_vcpu = (uint8_t)op->vcpu;
	*bound = (uint16_t)port;
	op->port = (evtchn_port_t)port;
	return 0;
}

static int op_bind_ipi(void *arg)
{
	struct evtchn_bind_ipi *op = arg;
	struct domain *d = current_domain();
	int port;

	if (op->vcpu >= d->nr_vcpus)
		return -ENOENT;
	port = evtchn_alloc(d);
	if (port < 0)
		return port;
	d->evtchn->port[port].state = EVTCHN_IPI;
	d->evtchn->port[port].notify_vcpu = (uint8_t)op->vcpu;
	op->port = (evtchn_port_t)port;
	return 0;
}

/* A pirq has the number of the interrupt.  From now on it is an event instead of an interrupt. */
static int op_bind_pirq(void *arg)
{
	struct evtchn_bind_pirq *op = arg;
	struct domain *d = current_domain();
	int port;

	if (op->flags & ~(uint32_t)BIND_PIRQ__WILL_SHARE)
		return -EINVAL;
	if (op->pirq < EXEN_IRQ_LINE || op->pirq >= EXEN_NR_IRQS)
		return -EINVAL;
	if (!domain_owns_irq(d, op->pirq))
		return -EPERM;
	if (d->evtchn->pirq[op->pirq])
		return -EEXIST;
	port = evtchn_alloc(d);
	if (port < 0)
		return port;
	d->evtchn->port[port].state = EVTCHN_PIRQ;
	d->evtchn->port[port].source = (uint16_t)op->pirq;
	d->evtchn->pirq[op->pirq] = (uint16_t)port;
	irq_line_unmask(op->pirq - EXEN_IRQ_LINE);
	op->port = (evtchn_port_t)port;
	return 0;
}

/* A port of the hypervisor's stays: its number is in the HVM parameters, where the guest's next
 * kernel (kexec) looks for it. */
static int op_close(void *arg)
{
	const struct evtchn_close *op = arg;
	const struct evtchn *chn = open_port(current_domain(), op->port);

	if (!chn)
		return -EINVAL;
	if (chn->state != EVTCHN_HYPERVISOR)
		evtchn_close(current_domain(), op->port);
	return 0;
}

/* The one operation whose speed counts: its argument is read where it lies. */
static int op_send(uint32_t va)
{
	const struct evtchn_send *op = guest_access(va, sizeof(*op), sizeof(op->port), false);
	struct domain *d = current_domain();
	const struct evtchn *chn;
	evtchn_port_t port;

	if (!op)
		return -EFAULT;
	port = READ_ONCE(op->port);
	chn = open_port(d, port);
	if (!chn)
		return -EINVAL;
	switch (chn->state) {
	case EVTCHN_INTERDOMAIN:
		evtchn_raise(chn->u.peer, chn->source);
		return 0;
	case EVTCHN_HYPERVISOR:
		chn->u.notify(d);
		return 0;
	case EVTCHN_IPI:
		evtchn_raise(d, port);
		return 0;
	case EVTCHN_UNBOUND:		/* lost; bind_interdomain makes up for it */
		return 0;
	default:
		return -EINVAL;
	}
}

static int op_status(void *arg)
{
	struct evtchn_status *op = arg;
	const struct evtchn *chn;
	struct domain *d;
	const int rc = target_domain(op->dom, &d);

	if (rc)
		return rc;
	if (op->port >= MAX_EVTCHN_PORTS)
		return -EINVAL;
	chn = &d->evtchn->port[op->port];
	op->vcpu = chn->notify_vcpu;
	switch (chn->state) {
	case EVTCHN_UNBOUND:
		op->status = EVTCHNSTAT_unbound;
		op->u.unbound.dom = chn->u.allowed;
		break;
	case EVTCHN_INTERDOMAIN:
		op->status = EVTCHNSTAT_interdomain;
		op->u.interdomain.dom = chn->u.peer->domid;
		op->u.interdomain.port = chn->source;
		break;
	case EVTCHN_HYPERVISOR:
		op->status = EVTCHNSTAT_interdomain;
		op->u.interdomain.dom = DOMID_XEN;
		op->u.interdomain.port = 0;
		break;
	case EVTCHN_PIRQ:
		op->status = EVTCHNSTAT_pirq;
		op->u.pirq = chn->source;
		break;
	case EVTCHN_VIRQ:
		op->status = EVTCHNSTAT_virq;
		op->u.virq = chn->source;
		break;
	case EVTCHN_IPI:
		op->status = EVTCHNSTAT_ipi;
		break;
	default:
		op->status = EVTCHNSTAT_closed;
		break;
	}
	return 0;
}

static int op_bind_vcpu(void *arg)
{
	const struct evtchn_bind_vcpu *op = arg;
	struct domain *d = current_domain();
	const struct evtchn *chn = open_port(d, op->port);

	if (op->vcpu >= d->nr_vcpus)
		return -ENOENT;
	if (!chn || chn->state == EVTCHN_IPI ||
	    (chn->state == EVTCHN_VIRQ && !virq_is_global(chn->source)))
		return -EINVAL;
	evtchn_set_vcpu(d, op->port, op->vcpu);
	return 0;
}

static int op_unmask(void *arg)
{
	const struct evtchn_unmask *op = arg;

	if (!op->port || op->port >= MAX_EVTCHN_PORTS)
		return -EINVAL;
	evtchn_unmask(current_vcpu(), op->port);
	return 0;
}

/* Of another domain it would write that one's shared page behind its back: see evtchn_publish(). */
static int op_reset(void *arg)
{
	const struct evtchn_reset *op = arg;
	struct domain *d;
	const int rc = target_domain(op->dom, &d);

	if (rc)
		return rc;
	if (d != current_domain())
		return -EOPNOTSUPP;
	for (evtchn_port_t port = 1; port < MAX_EVTCHN_PORTS; port++) {
		if (d->evtchn->port[port].state != EVTCHN_HYPERVISOR)
			evtchn_close(d, port);
	}
	return 0;
}

union evtchn_arg {
	struct evtchn_alloc_unbound alloc_unbound;
	struct evtchn_bind_interdomain bind_interdomain;
	struct evtchn_bind_virq bind_virq;
	struct evtchn_bind_pirq bind_pirq;
	struct evtchn_status status;
};

/* By EVTCHNOP_*, but for send; those of the FIFO ABI are missing, so that guests take the 2-level one. */
static const struct {
	int (*fn)(void *arg);
	uint8_t size;
	bool has_result;
} ops[] = {
	[EVTCHNOP_bind_interdomain] = { op_bind_interdomain,
					sizeof(struct evtchn_bind_interdomain), true },
	[EVTCHNOP_bind_virq] = { op_bind_virq, sizeof(struct evtchn_bind_virq), true },
	[EVTCHNOP_bind_pirq] = { op_bind_pirq, sizeof(struct evtchn_bind_pirq), true },
	[EVTCHNOP_close] = { op_close, sizeof(struct evtchn_close), false },
	[EVTCHNOP_status] = { op_status, sizeof(struct evtchn_status), true },
	[EVTCHNOP_alloc_unbound] = { op_alloc_unbound, sizeof(struct evtchn_alloc_unbound), true },
	[EVTCHNOP_bind_ipi] = { op_bind_ipi, sizeof(struct evtchn_bind_ipi), true },
	[EVTCHNOP_bind_vcpu] = { op_bind_vcpu, sizeof(struct evtchn_bind_vcpu), false },
	[EVTCHNOP_unmask] = { op_unmask, sizeof(struct evtchn_unmask), false },
	[EVTCHNOP_reset] = { op_reset, sizeof(struct evtchn_reset), false },
};

static __attribute__((noinline)) int other_op(uint32_t cmd, uint32_t va)
{
	union evtchn_arg arg;
	int rc;

	if (cmd >= ARRAY_SIZE(ops) || !ops[cmd].fn)
		return -ENOSYS;
	if (copy_from_guest(&arg, va, ops[cmd].size))
		return -EFAULT;
	rc = ops[cmd].fn(&arg);
	if (!rc && ops[cmd].has_result && copy_to_guest(va, &arg, ops[cmd].size))
		return -EFAULT;
	return rc;
}

int32_t do_event_channel_op(uint32_t cmd, uint32_t va, uint32_t a2, uint32_t a3, uint32_t a4)
{
	return cmd == EVTCHNOP_send ? op_send(va) : other_op(cmd, va);
}

static const char *const state_name[] = {
	[EVTCHN_CLOSED] = "closed", [EVTCHN_RESERVED] = "reserved", [EVTCHN_UNBOUND] = "unbound",
	[EVTCHN_INTERDOMAIN] = "interdomain", [EVTCHN_PIRQ] = "pirq", [EVTCHN_VIRQ] = "virq",
	[EVTCHN_IPI] = "ipi", [EVTCHN_HYPERVISOR] = "hypervisor",
};

static void dump_port(const struct domain *d, evtchn_port_t port)
{
	const struct evtchn *chn = &d->evtchn->port[port];
	const char *pending = evtchn_is_pending(d, port) ? ", pending" : "";

	switch (chn->state) {
	case EVTCHN_UNBOUND:
		printk("  port %3u unbound, for domain %u%s\n", port, chn->u.allowed, pending);
		break;
	case EVTCHN_INTERDOMAIN:
		printk("  port %3u to domain %u port %u%s\n", port, chn->u.peer->domid, chn->source,
		       pending);
		break;
	default:
		printk("  port %3u %s %u%s\n", port, state_name[chn->state], chn->source, pending);
		break;
	}
}

void command_dump_evtchn(struct domain *d)
{
	printk("domain %u:\n", d->domid);
	for (evtchn_port_t port = 1; port < MAX_EVTCHN_PORTS; port++) {
		if (d->evtchn->port[port].state != EVTCHN_CLOSED)
			dump_port(d, port);
	}
}
