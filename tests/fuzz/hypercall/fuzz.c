/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one input. */
#include <string.h>

#include <exen/console.h>
#include <exen/irq.h>

#include "console.h"
#include "evtchn.h"
#include "fuzz.h"
#include "gnttab.h"

#define OWNED_IRQ	40
#define ARG_OFFSET	0x10000u	/* where calls find their structures */
#define ARG_WORDS	48

enum {
#define HYPERCALL(number, name, privilege)	CALL_##name = number,
#include "hypercalls.def"
#undef HYPERCALL
};

struct fuzz_counters fuzz_counters;

static struct {
	const uint8_t *at;
	size_t left;
} input;

static uint32_t take(unsigned int bytes)
{
	uint32_t value = 0;

	while (bytes--) {
		value = value << 8 | (input.left ? *input.at : 0);
		if (input.left) {
			input.at++;
			input.left--;
		}
	}
	return value;
}

static struct domain *fuzzed(uint32_t choice)
{
	return domain_by_id((domid_t)(choice % NR_FUZZED));
}

/* A value that has a meaning somewhere, or any. */
static uint32_t value(const struct domain *d)
{
	static const uint32_t special[] = {
		DOMID_SELF, DOMID_XEN, DOMID_IO, DOMID_INVALID, 0xffff, 0x7fffffff, 0x80000000,
		UINT32_MAX, MAX_EVTCHN_PORTS - 1, MAX_EVTCHN_PORTS, MAX_GRANT_MAPS - 1,
		MAX_GRANT_MAPS, NR_GRANT_REFS - 1, NR_GRANT_REFS, PAGE_SIZE, PAGE_SIZE - 1,
		OWNED_IRQ, EXEN_NR_IRQS, EXEN_WINDOW_BASE, EXEN_OPS_PAGE, HOST_SHARED_PA,
		HOST_SHARED_PA >> PAGE_SHIFT, NS_PER_MS, NS_PER_S, HOST_RAM_BASE + HOST_RAM_SIZE,
	};
	const uint32_t kind = take(1);

	switch (kind % 8) {
	case 0:
	case 1:
		return kind >> 3;
	case 2:
		return take(1);
	case 3:
		return special[take(1) % ARRAY_SIZE(special)];
	case 4:			/* a frame of its own, or nearly */
		return (d->slot.base >> PAGE_SHIFT) + (take(2) & 0x3ff);
	case 5:			/* an address of its own, or nearly */
		return d->slot.base + (take(3) & 0x3fffff);
	case 6:
		return d->slot.base + ARG_OFFSET + (take(1) << 4);
	default:
		return take(4);
	}
}

static void write_argument(const struct domain *d)
{
	uint32_t *word = host_ram(d->slot.base + ARG_OFFSET, ARG_WORDS * 4);
	const unsigned int nr_words = take(1) % ARG_WORDS;

	/* Halves are picked apart in some words, where structures have domids. */
	for (unsigned int i = 0; i < nr_words; i++)
		word[i] = i % 4 == 2 ? value(d) << 16 | (value(d) & 0xffff) : value(d);
}

static void count(uint32_t nr, uint32_t cmd, const struct domain *d, int32_t result)
{
	const uint32_t arg = d->slot.base + ARG_OFFSET;

	fuzz_counters.calls++;
	fuzz_counters.ok += result >= 0;
	fuzz_counters.ends += result == HOST_ENDED;
	if (result)
		return;
	if (nr == CALL_event_channel_op && cmd <= EVTCHNOP_bind_pirq)
		fuzz_counters.binds++;
	if (nr == CALL_grant_table_op && cmd == GNTTABOP_map_grant_ref)
		fuzz_counters.maps += !((struct gnttab_map_grant_ref *)host_ram(arg, 4))->status;
	if (nr == CALL_grant_table_op && cmd == GNTTABOP_copy)
		fuzz_counters.copies += !((struct gnttab_copy *)host_ram(arg, 4))->status;
}

static void hypercall(struct domain *d)
{
	static const uint8_t numbers[] = {
#define HYPERCALL(number, name, privilege)	number,
#include "hypercalls.def"
#undef HYPERCALL
	};
	const uint32_t choice = take(1), cmd_choice = take(1);
	const uint32_t nr = choice < 250 ? numbers[choice % ARRAY_SIZE(numbers)] : take(4);
	const uint32_t cmd = cmd_choice < 240 ? cmd_choice % 16 : value(d);
	uint32_t va = d->slot.base + ARG_OFFSET, count_or_more;

	write_argument(d);
	if (cmd_choice & 0x10)
		va = value(d);
	count_or_more = cmd_choice & 0x20 ? value(d) : 1;
	if (nr == CALL_vcpu_op || nr == CALL_console_io)
		count(nr, cmd, d, host_call(&d->vcpu[0], nr, cmd, cmd_choice & 0x40 ? value(d) : 0,
					    va, count_or_more, 0));
	else if (nr == CALL_exen_op || nr == CALL_irq_eoi || nr == CALL_vm_assist)
		count(nr, cmd, d, host_call(&d->vcpu[0], nr, cmd, value(d), value(d), 0, 0));
	else if (nr == CALL_multicall || nr == CALL_platform_op)
		count(nr, cmd, d, host_call(&d->vcpu[0], nr, va, count_or_more, 0, 0, 0));
	else
		count(nr, cmd, d, host_call(&d->vcpu[0], nr, cmd, va, count_or_more, value(d), 0));
}

/* The short way to what random words seldom make: a grant, an event channel, a copy. */
static void sensible_call(struct domain *d)
{
	const struct domain *peer = fuzzed(d->domid + 1u);
	void *arg = host_ram(d->slot.base + ARG_OFFSET, 256);
	const uint32_t choice = take(1), ref = 8 + take(1) % 8, port = take(1) % 16;
	uint32_t nr = CALL_grant_table_op, cmd;

	switch (choice % 8) {
	case 0:
		*(struct gnttab_map_grant_ref *)arg = (struct gnttab_map_grant_ref){
			.flags = GNTMAP_host_map | (choice & 0x80 ? GNTMAP_readonly : 0),
			.ref = ref, .dom = peer->domid };
		cmd = GNTTABOP_map_grant_ref;
		break;
	case 1:
		*(struct gnttab_unmap_grant_ref *)arg = (struct gnttab_unmap_grant_ref){
			.handle = port };
		cmd = GNTTABOP_unmap_grant_ref;
		break;
	case 2:
		*(struct gnttab_copy *)arg = (struct gnttab_copy){
			.source = { .u.ref = ref, .domid = peer->domid, .offset = (uint16_t)take(1) },
			.dest = { .u.gmfn = (d->slot.base >> PAGE_SHIFT) + 32, .domid = DOMID_SELF },
			.len = (uint16_t)take(2), .flags = GNTCOPY_source_gref };
		cmd = GNTTABOP_copy;
		break;
	case 3:
		nr = CALL_event_channel_op;
		*(struct evtchn_alloc_unbound *)arg = (struct evtchn_alloc_unbound){
			.dom = DOMID_SELF, .remote_dom = peer->domid };
		cmd = EVTCHNOP_alloc_unbound;
		break;
	case 4:
		nr = CALL_event_channel_op;
		*(struct evtchn_bind_interdomain *)arg = (struct evtchn_bind_interdomain){
			.remote_dom = peer->domid, .remote_port = port };
		cmd = EVTCHNOP_bind_interdomain;
		break;
	case 5:
		nr = CALL_event_channel_op;
		*(struct evtchn_send *)arg = (struct evtchn_send){ .port = port };
		cmd = EVTCHNOP_send;
		break;
	case 6:
		nr = CALL_event_channel_op;
		*(struct evtchn_close *)arg = (struct evtchn_close){ .port = port };
		cmd = choice & 0x80 ? EVTCHNOP_close : EVTCHNOP_unmask;
		break;
	default:
		nr = CALL_irq_ack;
		cmd = 0;
		break;
	}
	count(nr, cmd, d, host_call(&d->vcpu[0], nr, cmd, d->slot.base + ARG_OFFSET, 1, 0, 0));
}

/* A guest that writes where the hypervisor reads. */
static void scribble(struct domain *d)
{
	const uint32_t where = take(1), offset = take(2) & 0xffc, word = value(d);
	void *const page[] = { d->shared_info, d->console_ring, d->store_ring, d->gnttab->entry };

	memcpy((char *)page[where % ARRAY_SIZE(page)] + offset, &word, sizeof(word));
	if (where & 0x80)
		d->console_ring->out_prod = value(d);
}

static void grant(struct domain *d)
{
	const uint32_t ref = 8 + take(1) % 8, flags = take(1);

	d->gnttab->entry[ref] = (struct grant_entry_v1){
		.flags = (uint16_t)(flags & 0x40 ? flags : GTF_permit_access | (flags & GTF_readonly)),
		.domid = (domid_t)(d->domid + 1) % NR_FUZZED,
		.frame = flags & 0x80 ? value(d) : (d->slot.base >> PAGE_SHIFT) + 64 + ref,
	};
}

/* Everything that isn't a guest's doing. */
static void surroundings(struct domain *d)
{
	const uint32_t what = take(1);

	host_enter_hypervisor();
	switch (what % 8) {
	case 0:
		host_advance((ns_t)take(1) * NS_PER_MS);
		break;
	case 1:
		domain_console_input(d, (char)what);
		break;
	case 2:
		vcpu_physical_irq(domain_by_id(0), OWNED_IRQ - EXEN_IRQ_LINE);
		break;
	case 3:
		domain_console_work();
		domain_store_work();
		break;
	case 4:
		d->vcpu[0].in_masked_section = !d->vcpu[0].in_masked_section;
		break;
	case 5:
		domain_shutdown(d, what >> 6);
		break;
	default:
		virq_raise(d, (what >> 3) % NR_VIRQS);
		break;
	}
}

/* Ended domains start again, as their policy would have it. */
static void restart_ended(void)
{
	host_enter_hypervisor();
	for (domid_t i = 0; i < NR_FUZZED; i++) {
		struct domain *d = fuzzed(i), *peer = fuzzed(i + 1u);

		if (d->state == DOMAIN_RUNNING)
			continue;
		while (domain_console_work())
			;
		if (domain_reset_for_start(d)) {
			domain_shutdown(peer, SHUTDOWN_crash);	/* it would not let go */
			while (domain_console_work())
				;
			if (domain_reset_for_start(d))
				__builtin_trap();
		}
		domain_start(d, d->slot.base, d->slot.base);
	}
}

static void step(void)
{
	const uint32_t choice = take(1);
	struct domain *d;

	restart_ended();
	restart_ended();			/* the peer of the first may be down now */
	d = fuzzed(choice);
	switch (choice >> 1 & 7) {
	case 0:
		scribble(d);
		break;
	case 1:
		grant(d);
		break;
	case 2:
		surroundings(d);
		break;
	case 3:
	case 4:
	case 5:
		sensible_call(d);
		break;
	default:
		hypercall(d);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint32_t irq_owned[VIRQ_WORDS] = { 0 };

	irq_owned[OWNED_IRQ / 32] = BIT(OWNED_IRQ % 32);
	host_reset();
	host_allow_exit(true);
	for (domid_t i = 0; i < NR_FUZZED; i++)
		host_domain(i, i == 0, i == 0 ? irq_owned : NULL);
	host_domain(BYSTANDER, false, NULL);
	prepare_bystander();
	input.at = bytes;
	input.left = size;
	while (input.left) {
		step();
		host_clear_output();
	}
	check_invariants();
	check_bystander();
	return 0;
}
