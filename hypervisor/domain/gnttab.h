/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Grant tables, version 1 (xen/grant_table.h).
 *
 * There is no second stage of translation: mapping a grant means that the frame's address is given
 * out and that the entry counts as in use until it is unmapped; the mapper edits its own page tables.
 * When the flags of an entry may be written: Documentation/decisions/0010-grant-flags.md.
 * Everything: interrupts masked.
 */
#ifndef DOMAIN_GNTTAB_H
#define DOMAIN_GNTTAB_H

#include <exen/domain.h>

#define NR_GRANT_REFS	(MAX_GRANT_FRAMES * (PAGE_SIZE / sizeof(struct grant_entry_v1)))

/** How often an entry is mapped: read-only in the low byte, writable in the high one.  One word, so
 *  that all is known of an entry with one load. */
typedef uint16_t grant_pin_t;

#define PIN_READER	0x0001u
#define PIN_WRITER	0x0100u
#define MAX_PINS	255	/**< of a kind */

static inline unsigned int pin_readers(grant_pin_t pin)
{
	return pin & 0xff;
}

static inline unsigned int pin_writers(grant_pin_t pin)
{
	return pin >> 8;
}

/** A mapping that a domain holds.  Its handle is its index. */
struct grant_map {
	uint32_t frame;			/**< as it was when mapped; free: the next free handle */
	uint16_t ref;
	uint8_t domid;			/**< whose grant; GRANT_MAP_FREE */
	bool is_readonly;
};

#define GRANT_MAP_FREE	0xff

struct gnttab {
	struct grant_entry_v1 *entry;	/**< [NR_GRANT_REFS], shared with the guest */
	unsigned int nr_pins;		/**< sum of all pins: mappings of this domain's frames */
	unsigned int nr_maps;		/**< in use */
	uint32_t free_map;		/**< MAX_GRANT_MAPS: none */
	grant_pin_t pin[NR_GRANT_REFS];
	struct grant_map map[MAX_GRANT_MAPS];
};

/** Allocates the grant frames.  Boot only.  @return false: no shared pages left */
bool gnttab_alloc(struct domain *d);
/** Empty table; nobody has mapped any of it. */
void gnttab_init(struct domain *d);
/** Ends all mappings that @p d holds. */
void gnttab_end(struct domain *d);
/** Does another domain still map memory of @p d? */
bool gnttab_is_mapped_by_others(const struct domain *d);
/** Physical address of the first grant frame. */
paddr_t gnttab_frames_paddr(const struct domain *d);

/* -- between the files of the grant table */

/** A grant as the granting domain has written it down, read once and checked. */
struct grant {
	struct domain *owner;
	uint32_t ref;
	uint32_t frame;			/**< RAM of the owner's slot */
};

/** @return GNTST_okay, or why the current domain may not use it */
int gnttab_find(struct grant *g, domid_t domid, grant_ref_t ref, bool write);

/* One element each; they set its status.  @return 0, or an error that ends the hypercall.  The first
 * two may get the guest's own memory. */
int gnttab_op_map(void *arg);
int gnttab_op_unmap(void *arg);
int gnttab_op_copy(void *arg);

_Static_assert(sizeof(struct grant_entry_v1) == 8, "ABI: grant_entry_v1");
_Static_assert(MAX_DOMAINS <= GRANT_MAP_FREE, "domids fit");

#endif
