/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copying between frames that the caller owns or was granted.  A copy is done within one call that
 * nothing interrupts, so it pins nothing: the owner sees either the grant unused or the copy done.
 */
#include <exen/arch.h>
#include <exen/string.h>

#include "gnttab.h"

enum { SOURCE, DEST };		/* slots of map_temporary() */

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

static void copy(uint32_t to, uint32_t to_offset, uint32_t from, uint32_t from_offset, uint32_t len)
{
	char *dst = map_temporary(DEST, mfn(to));
	/* One frame is never mapped twice: caches that are tagged by address would see two. */
	const char *src = from == to ? dst : map_temporary(SOURCE, mfn(from));

	memmove(dst + to_offset, src + from_offset, len);
	if (from != to)
		unmap_temporary(SOURCE);
	unmap_temporary(DEST);
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
	status = find_frame(&from, &op->source, op->flags & GNTCOPY_source_gref, false);
	if (status)
		return status;
	status = find_frame(&to, &op->dest, op->flags & GNTCOPY_dest_gref, true);
	if (status)
		return status;
	if (op->len)
		copy(to, op->dest.offset, from, op->source.offset, op->len);
	return GNTST_okay;
}

int gnttab_op_copy(void *arg)
{
	struct gnttab_copy *op = arg;

	op->status = (int16_t)copy_status(op);
	return 0;
}
