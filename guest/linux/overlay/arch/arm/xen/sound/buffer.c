// SPDX-License-Identifier: GPL-2.0
/* A stream's buffer: pages of the frontend, named by grants in a page of its own, the directory. */
#include <linux/mm.h>
#include <linux/string.h>

#include <xen/grant_table.h>

#include "sound.h"

#define DIRECTORY_GRANTS	((PAGE_SIZE - offsetof(struct xensnd_page_directory, gref)) / sizeof(grant_ref_t))

static_assert(SOUND_MAX_PAGES <= DIRECTORY_GRANTS);	/* one page of a directory has all */

static void unmap(struct page **pages, grant_handle_t *handles, unsigned int nr)
{
	struct gnttab_unmap_grant_ref ops[SOUND_MAX_PAGES];
	struct page *mapped[SOUND_MAX_PAGES];
	unsigned int i, nr_mapped = 0;

	for (i = 0; i < nr; i++) {
		if (handles[i] == INVALID_GRANT_HANDLE)
			continue;
		gnttab_set_unmap_op(&ops[nr_mapped], (unsigned long)page_address(pages[i]),
				    GNTMAP_host_map, handles[i]);
		mapped[nr_mapped++] = pages[i];
	}
	if (nr_mapped && gnttab_unmap_refs(ops, NULL, mapped, nr_mapped))
		pr_err_once("exen-sound: cannot give grants back\n");
}

/* All or none. */
static int map(struct page **pages, grant_handle_t *handles, const grant_ref_t *grants, unsigned int nr,
	       domid_t domid, u32 flags)
{
	struct gnttab_map_grant_ref ops[SOUND_MAX_PAGES];
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++)
		gnttab_set_map_op(&ops[i], (unsigned long)page_address(pages[i]), flags, grants[i], domid);
	err = gnttab_map_refs(ops, NULL, pages, nr);
	for (i = 0; i < nr; i++) {
		handles[i] = ops[i].status == GNTST_okay ? ops[i].handle : INVALID_GRANT_HANDLE;
		if (ops[i].status != GNTST_okay)
			err = -EFAULT;
	}
	if (err)
		unmap(pages, handles, nr);
	return err;
}

/* Reads the directory, by a page that will be the buffer's. */
static int read_directory(struct sound_buffer *buffer, grant_ref_t *grants, unsigned int nr, domid_t domid,
			  grant_ref_t directory)
{
	const struct xensnd_page_directory *page = page_address(buffer->pages[0]);
	grant_handle_t handle;
	int err = map(buffer->pages, &handle, &directory, 1, domid, GNTMAP_host_map | GNTMAP_readonly);

	if (err)
		return err;
	memcpy(grants, page->gref, nr * sizeof(*grants));
	unmap(buffer->pages, &handle, 1);
	return 0;
}

int sound_buffer_map(struct sound_buffer *buffer, domid_t domid, grant_ref_t directory,
		     unsigned int bytes, bool writable)
{
	const u32 flags = GNTMAP_host_map | (writable ? 0 : GNTMAP_readonly);
	const unsigned int nr = DIV_ROUND_UP(bytes, PAGE_SIZE);
	grant_ref_t grants[SOUND_MAX_PAGES];
	int err;

	if (!nr || nr > SOUND_MAX_PAGES)
		return -EINVAL;
	err = gnttab_alloc_pages(nr, buffer->pages);
	if (err)
		return err;
	err = read_directory(buffer, grants, nr, domid, directory);
	if (!err)
		err = map(buffer->pages, buffer->handles, grants, nr, domid, flags);
	if (err)
		gnttab_free_pages(nr, buffer->pages);
	else
		buffer->nr_pages = nr;
	return err;
}

void sound_buffer_unmap(struct sound_buffer *buffer)
{
	if (!buffer->nr_pages)
		return;
	unmap(buffer->pages, buffer->handles, buffer->nr_pages);
	gnttab_free_pages(buffer->nr_pages, buffer->pages);
	buffer->nr_pages = 0;
}

void *sound_buffer_at(const struct sound_buffer *buffer, unsigned int offset, unsigned int *bytes)
{
	*bytes = min_t(unsigned int, *bytes, PAGE_SIZE - offset_in_page(offset));
	return page_address(buffer->pages[offset / PAGE_SIZE]) + offset_in_page(offset);
}
