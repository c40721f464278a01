/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Grant tables, version 1 (Xen's grant_table.h). */
#ifndef GUEST_GNTTAB_H
#define GUEST_GNTTAB_H

#include <stdbool.h>
#include <stdint.h>
#include <guest/hypercall.h>

/** This domain's grant table; NULL if it has none. */
grant_entry_v1_t *gnttab_table(void);
/** Number of entries in the frames that the hypervisor gives. */
uint32_t gnttab_nr_entries(void);

/** Grants @p dom access to the frame of @p page (in RAM) by entry @p ref. */
void gnttab_grant(grant_ref_t ref, domid_t dom, const void *page, bool readonly);
/** Takes it back.  @return false while the other domain still uses it (nothing changed then) */
bool gnttab_end_access(grant_ref_t ref);

/** A frame of another domain, mapped. */
struct gnttab_mapping {
	void *va;
	uint32_t pa;
	grant_handle_t handle;
	uint32_t index;		/**< in the foreign area */
};

/**
 * Maps grant @p ref of @p dom at page @p index of the foreign area.
 * Interrupts must be enabled: it sleeps while the granter can't be asked (GNTST_eagain).
 * @return GNTST_* of the operation (0 okay), or -XEN_E* of the hypercall
 */
int32_t gnttab_map(struct gnttab_mapping *m, uint32_t index, domid_t dom, grant_ref_t ref,
		   bool readonly);
int32_t gnttab_unmap(struct gnttab_mapping *m);

/** One GNTTABOP_copy segment.  @return GNTST_*, or -XEN_E* */
int32_t gnttab_copy(gnttab_copy_t *op);
/** Copies @p len bytes from (to) offset of a page granted by @p dom. */
int32_t gnttab_copy_from(void *dst, domid_t dom, grant_ref_t ref, uint32_t offset, uint32_t len);
int32_t gnttab_copy_to(domid_t dom, grant_ref_t ref, uint32_t offset, const void *src,
		       uint32_t len);

#endif
