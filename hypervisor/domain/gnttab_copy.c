/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copying between frames that the caller owns or was granted.  A copy is done in one stretch in which
 * nobody else runs, so it pins nothing: the owner sees either the grant unused or the copy done.  If
 * somebody wants the CPU meanwhile, it is given up and begun anew when he has run, with the grants
 * looked up again; but not for ever, or two domains could keep a third from finishing.
 */
#include <exen/arch.h>
#include <exen/string.h>
#include <exen/vcpu.h>

#include "gnttab.h"

enum { SOURCE, DEST };		/* slots of map_temporary() */

#define CHUNK		256	/* bytes between two looks at interrupts */
#define CHUNK_WITHIN	32	/* in one frame, where it may be byte by byte */
#define CACHE_LINE	32
#define MAX_TRIES	8	/* that may be given up */

static int find_frame(uint32_t *frame, const struct gnttab_copy_ptr *ptr, bool is_ref, bool write)
{
	struct grant g;
	int status;

	if (is_ref) {
		status = gnttab_find(&g, ptr->domid, ptr->u.ref, write);
		if (!status)
			*frame = g.frame;
		return status;
	}
	if (ptr->domid != DOMID_SELF && ptr->domid != current_domain()->domid)
		return GNTST_permission_denied;
	if (!slot_contains_frame(&current_domain()->slot, ptr->u.gmfn))
		return GNTST_bad_page;
	*frame = (uint32_t)ptr->u.gmfn;
	return GNTST_okay;
}

/* Whole lines of the destination first, for the last part is followed by the end of the operation. */
static uint32_t part(uint32_t left, uint32_t chunk, uint32_t to)
{
	const uint32_t lines = MIN(left, chunk) / CACHE_LINE * CACHE_LINE;

	return lines > CACHE_LINE ? lines - to % CACHE_LINE : MIN(left, chunk);
}

/* In one frame, part by part from that end from which nothing is written before it is read. */
static void copy_part_within(char *frame, const struct gnttab_copy *op, uint32_t done, uint32_t len)
{
	const bool is_backwards = op->dest.offset > op->source.offset;
	const uint32_t at = is_backwards ? op->len - done - len : done;

	memmove(frame + op->dest.offset + at, frame + op->source.offset + at, len);
	flush_temporary(DEST, op->source.offset + at, len);
	flush_temporary(DEST, op->dest.offset + at, len);
}

/* Flushed at once: a copy that is given up has nothing left to do for the parts that are done. */
static void copy_part(char *dst, const char *src, const struct gnttab_copy *op, uint32_t done, uint32_t len)
{
	memcpy(dst + op->dest.offset + done, src + op->source.offset + done, len);
	flush_temporary(SOURCE, op->source.offset + done, len);
	flush_temporary(DEST, op->dest.offset + done, len);
}

/* @return it was given up, for somebody else to run */
static bool copy(const struct gnttab_copy *op, uint32_t to, uint32_t from, bool may_give_up)
{
	const uint32_t chunk = from == to ? CHUNK_WITHIN : CHUNK;
	char *dst = map_temporary(DEST, mfn(to));
	/* One frame is never mapped twice: caches that are tagged by address would see two. */
	const char *src = from == to ? dst : map_temporary(SOURCE, mfn(from));
	uint32_t done, len;

	for (done = 0; done < op->len && !(sched_is_preempted() && may_give_up); done += len) {
		len = part(op->len - done, chunk, op->dest.offset + done);
		if (from == to)
			copy_part_within(dst, op, done, len);
		else
			copy_part(dst, src, op, done, len);
	}
	unmap_temporary();
	return done < op->len;
}

static int copy_status(const struct gnttab_copy *op)
{
	uint32_t from, to;
	int status;

	if (op->flags & ~(uint32_t)(GNTCOPY_source_gref | GNTCOPY_dest_gref))
		return GNTST_general_error;
	if (op->source.offset + (uint32_t)op->len > PAGE_SIZE ||
	    op->dest.offset + (uint32_t)op->len > PAGE_SIZE)
		return GNTST_bad_copy_arg;
	for (unsigned int tries = 0;; tries++) {
		const bool may_give_up = tries < MAX_TRIES;

		sched_preempt_point();
		status = find_frame(&from, &op->source, op->flags & GNTCOPY_source_gref, false);
		if (!status)
			status = find_frame(&to, &op->dest, op->flags & GNTCOPY_dest_gref, true);
		if (status || !op->len)
			return status;
		/* A look before the frames are mapped: then giving up costs no unmapping. */
		if (!(sched_is_preempted() && may_give_up) && !copy(op, to, from, may_give_up))
			return GNTST_okay;
	}
}

/* Works on the guest's own memory: reads it once. */
int gnttab_op_copy(void *arg)
{
	struct gnttab_copy *to = arg;
	const struct gnttab_copy op = *to;

	to->status = (int16_t)copy_status(&op);
	return 0;
}
