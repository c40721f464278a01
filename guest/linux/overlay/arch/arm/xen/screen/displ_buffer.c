// SPDX-License-Identifier: GPL-2.0
/* Display buffers: pages of frontends, and pages and buffers of the screen of ours that frontends draw in. */
#define pr_fmt(fmt) "exen-screen: " fmt

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <asm/xen/exen.h>
#include <drm/drm_client.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>
#include <xen/grant_table.h>

#include "displ.h"

#define MOST_PIXELS		8192	/* in a line, and lines */
#define MOST_PAGES		8192	/* 32 MiB */
#define SLICE_PAGES		128	/* that are mapped at once; more than two lines */
#define DIRECTORY_GRANTS \
	((PAGE_SIZE - offsetof(struct xendispl_page_directory, gref)) / sizeof(grant_ref_t))
#define EXIT_TRIES		100	/* times 100 ms */

static_assert(SLICE_PAGES * PAGE_SIZE > 2 * MOST_PIXELS * sizeof(u32) + PAGE_SIZE);

static unsigned int display_kib = 6144;
module_param(display_kib, uint, 0644);
MODULE_PARM_DESC(display_kib, "KiB of this domain's memory that each domain may have as display buffers (default 6144)");

static unsigned int pages_of[SCREEN_DOMAINS];	/* ours that a domain has */
static LIST_HEAD(undead);			/* freed, but still mapped by a frontend */
static struct gnttab_map_grant_ref slice_map[SLICE_PAGES];

static void reap(struct work_struct *work);
static DECLARE_DELAYED_WORK(reap_work, reap);

/* ---- directories ---------------------------------------------------------------------------- */

/* Reads or fills in the directory that begins at @grant; that many pages, whatever it says. */
static int walk_directory(u16 domid, grant_ref_t grant, grant_ref_t *ref, unsigned int nr, bool is_filled_in)
{
	struct gnttab_map_grant_ref map;
	unsigned int i, n;

	for (i = 0; i < nr; i += n) {
		struct xendispl_page_directory *page = exen_vmap_granted(domid, &grant, &map, 1, !is_filled_in);

		if (IS_ERR(page))
			return PTR_ERR(page);
		n = min_t(unsigned int, nr - i, DIRECTORY_GRANTS);
		grant = READ_ONCE(page->gref_dir_next_page);
		if (is_filled_in)
			memcpy(page->gref, ref + i, n * sizeof(*ref));
		else
			memcpy(ref + i, page->gref, n * sizeof(*ref));
		exen_vunmap_granted(page, &map, 1);
	}
	return 0;
}

/* ---- pages of the frontend ------------------------------------------------------------------ */

/* Are all grants there? */
static int check_grants(const struct displ_buffer *b)
{
	unsigned int i, n;

	for (i = 0; i < b->nr_pages; i += n) {
		void *at;

		n = min_t(unsigned int, b->nr_pages - i, SLICE_PAGES);
		at = exen_vmap_granted(b->domid, b->ref + i, slice_map, n, true);
		if (IS_ERR(at))
			return PTR_ERR(at);
		exen_vunmap_granted(at, slice_map, n);
	}
	return 0;
}

static int take_pages(struct displ_buffer *b, grant_ref_t directory)
{
	return walk_directory(b->domid, directory, b->ref, b->nr_pages, false) ?: check_grants(b);
}

/* How many lines from the first one on are in one slice; @line: bytes that count of the last one. */
static unsigned int lines_in_slice(u32 first, u32 stride, u32 line)
{
	const u32 room = SLICE_PAGES * PAGE_SIZE - offset_in_page(first);

	return (room - line) / stride + 1;
}

static int draw_foreign(const struct displ_buffer *b, struct sink_picture picture, const struct sink_rect *rect,
			void (*draw)(const struct sink_picture *picture, const struct sink_rect *rect))
{
	const u32 line = picture.width * picture.format->bytes;
	struct sink_rect part = *rect;

	for (; part.y1 < rect->y2; part.y1 = part.y2) {
		const u32 first = b->offset + part.y1 * picture.stride;
		const unsigned int page = first / PAGE_SIZE;
		unsigned int nr;
		void *at;

		part.y2 = min_t(u32, rect->y2, part.y1 + lines_in_slice(first, picture.stride, line));
		nr = (first + (part.y2 - part.y1 - 1) * picture.stride + line - 1) / PAGE_SIZE - page + 1;
		at = exen_vmap_granted(b->domid, b->ref + page, slice_map, nr, true);
		if (IS_ERR(at))
			return PTR_ERR(at);
		picture.pixels = at + offset_in_page(first) - part.y1 * picture.stride;
		draw(&picture, &part);
		exen_vunmap_granted(at, slice_map, nr);
	}
	return 0;
}

/* ---- pages of ours -------------------------------------------------------------------------- */

/* What the display reads, where that is memory that can be granted. Returns 0 or an error. */
static int frames_of_screen(const struct displ_buffer *b, unsigned long *frame)
{
	struct drm_gem_object *gem = b->screen->gem;
	struct sg_page_iter at;
	struct sg_table *table;
	unsigned int i = 0;
	int err = 0;

	if (!gem->funcs->get_sg_table || gem->size >> PAGE_SHIFT < b->nr_pages)
		return -EINVAL;
	table = gem->funcs->get_sg_table(gem);
	if (IS_ERR(table))
		return PTR_ERR(table);
	for_each_sgtable_page(table, &at, 0) {
		if (i == b->nr_pages)
			break;
		frame[i] = page_to_pfn(sg_page_iter_page(&at));
		if (!pfn_valid(frame[i++]))
			err = -EINVAL;
	}
	sg_free_table(table);
	kfree(table);
	return i < b->nr_pages ? -EINVAL : err;
}

static void free_screen(struct displ_buffer *b)
{
	sink_free_buffer(b->screen);
	b->screen = NULL;
}

static int alloc_screen(struct displ_buffer *b, unsigned long *frame)
{
	struct iosys_map map;
	int err = -EINVAL;

	if (b->offset)
		return err;
	b->screen = sink_new_buffer(b->width, b->height, b->bpp / 8);
	if (IS_ERR(b->screen)) {
		err = PTR_ERR(b->screen);
		b->screen = NULL;
		return err;
	}
	if (b->screen->pitch == b->width * (b->bpp / 8))
		err = frames_of_screen(b, frame);
	if (!err)
		err = drm_client_buffer_vmap(b->screen, &map);
	if (err)
		free_screen(b);
	else
		b->pixels = map.is_iomem ? (__force void *)map.vaddr_iomem : map.vaddr;
	return err;
}

/* Whose programs are slow learns why; @err: alloc_screen()'s. */
static void say_copied(const struct displ_buffer *b, int err)
{
	const char *why = err == -ENOMEM ? "no such memory in one piece, see this domain's \"cma=\"" :
			  "the screen has other pixels or another size";

	pr_warn_ratelimited("domain %u: a buffer of %ux%u pixels, %u KiB, is copied at each flip: %s\n", b->domid,
			    b->width, b->height, b->bytes / 1024, why);
}

static void free_pages_of(struct displ_buffer *b)
{
	unsigned int i;

	for (i = 0; i < b->nr_pages && b->pages[i]; i++)
		__free_page(b->pages[i]);
	kvfree(b->pages);
	b->pages = NULL;
}

static int alloc_pages_of(struct displ_buffer *b, unsigned long *frame)
{
	unsigned int i;

	b->pages = kvcalloc(b->nr_pages, sizeof(*b->pages), GFP_KERNEL);
	if (!b->pages)
		return -ENOMEM;
	for (i = 0; i < b->nr_pages; i++) {
		b->pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO | __GFP_NORETRY | __GFP_NOWARN);
		if (!b->pages[i])
			break;
		frame[i] = page_to_pfn(b->pages[i]);
	}
	b->pixels = i == b->nr_pages ? vmap(b->pages, b->nr_pages, VM_MAP, PAGE_KERNEL) : NULL;
	if (b->pixels)
		return 0;
	free_pages_of(b);
	return -ENOMEM;
}

static void free_memory(struct displ_buffer *b)
{
	if (b->screen) {
		free_screen(b);
	} else {
		vunmap(b->pixels);
		free_pages_of(b);
	}
	pages_of[b->domid] -= b->nr_pages;
}

/* Returns whether none is mapped any more. */
static bool end_grants(struct displ_buffer *b)
{
	bool is_ended = true;
	unsigned int i;

	for (i = 0; i < b->nr_pages; i++) {
		if (!b->ref[i])
			continue;
		if (gnttab_try_end_foreign_access(b->ref[i]))
			b->ref[i] = 0;
		else
			is_ended = false;
	}
	return is_ended;
}

static int grant_frames(struct displ_buffer *b, const unsigned long *frame)
{
	unsigned int i;

	for (i = 0; i < b->nr_pages; i++) {
		int ref = gnttab_grant_foreign_access(b->domid, frame[i], 0);

		if (ref < 0)
			return ref;
		b->ref[i] = ref;
	}
	return 0;
}

static void free_buffer(struct displ_buffer *b)
{
	kvfree(b->ref);
	kfree(b);
}

/* Pages of ours, all black: none has been another domain's since. */
static int give_pages(struct displ_buffer *b, grant_ref_t directory)
{
	unsigned long *frame;
	int err;

	if (pages_of[b->domid] + b->nr_pages > display_kib / (PAGE_SIZE / 1024))
		return -ENOSPC;
	frame = kvmalloc_array(b->nr_pages, sizeof(*frame), GFP_KERNEL);
	if (!frame)
		return -ENOMEM;
	err = alloc_screen(b, frame);
	if (err) {
		say_copied(b, err);
		err = alloc_pages_of(b, frame);
	}
	if (!err) {
		pages_of[b->domid] += b->nr_pages;
		err = grant_frames(b, frame);
	}
	kvfree(frame);
	if (!err)
		err = walk_directory(b->domid, directory, b->ref, b->nr_pages, true);
	return err;
}

/* Those of a domain that has ended are mapped no more once the hypervisor has freed what it had. */
static void reap(struct work_struct *work)
{
	struct displ_buffer *b, *next;

	mutex_lock(&screen_mutex);
	list_for_each_entry_safe(b, next, &undead, list) {
		if (!end_grants(b))
			continue;
		list_del(&b->list);
		free_memory(b);
		free_buffer(b);
	}
	if (!list_empty(&undead))
		queue_delayed_work(screen_work, &reap_work, HZ);
	mutex_unlock(&screen_mutex);
}

/* ---- buffers -------------------------------------------------------------------------------- */

u32 displ_buffer_stride(const struct displ_buffer *buffer, const struct pixels_format *format, u32 width)
{
	return (buffer->width ?: width) * format->bytes;
}

/* A buffer whose pixels the frontend has made elsewhere has no size and no depth. */
static bool is_shape_good(const struct xendispl_dbuf_create_req *req)
{
	const u64 bytes = (u64)req->width * (req->bpp / 8) * req->height;

	if (!req->buffer_sz || req->buffer_sz > MOST_PAGES * PAGE_SIZE)
		return false;
	if (req->data_ofs % 4 || req->data_ofs >= req->buffer_sz)
		return false;
	if (!req->width && !req->height && !req->bpp)
		return !(req->flags & XENDISPL_DBUF_FLG_REQ_ALLOC);
	if (!req->width || req->width > MOST_PIXELS || !req->height || req->height > MOST_PIXELS)
		return false;
	return (req->bpp == 16 || req->bpp == 32) && bytes <= req->buffer_sz - req->data_ofs;
}

bool displ_buffer_can_be_shown(const struct displ_buffer *b, const struct sink_picture *picture)
{
	return b->screen && b->screen->fb->format->format == picture->format->drm && picture->width == b->width &&
	       picture->height == b->height;
}

struct displ_buffer *displ_buffer_new(u16 domid, const struct xendispl_dbuf_create_req *req)
{
	struct displ_buffer *b;
	int err;

	if (!is_shape_good(req))
		return ERR_PTR(-EINVAL);
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return ERR_PTR(-ENOMEM);
	*b = (struct displ_buffer){
		.cookie = req->dbuf_cookie, .domid = domid, .bytes = req->buffer_sz, .offset = req->data_ofs,
		.width = req->width, .height = req->height, .bpp = req->bpp,
		.nr_pages = DIV_ROUND_UP(req->buffer_sz, PAGE_SIZE),
	};
	b->ref = kvcalloc(b->nr_pages, sizeof(*b->ref), GFP_KERNEL);
	if (!b->ref)
		err = -ENOMEM;
	else if (req->flags & XENDISPL_DBUF_FLG_REQ_ALLOC)
		err = give_pages(b, req->gref_directory);
	else
		err = take_pages(b, req->gref_directory);
	if (!err)
		return b;
	displ_buffer_free(b);
	return ERR_PTR(err);
}

void displ_buffer_free(struct displ_buffer *b)
{
	if (b->pixels && !end_grants(b)) {
		list_add(&b->list, &undead);
		queue_delayed_work(screen_work, &reap_work, HZ);
		return;
	}
	if (b->pixels)
		free_memory(b);
	free_buffer(b);
}

int displ_buffer_draw(const struct displ_buffer *b, const struct sink_picture *shape, const struct sink_rect *rect,
		      void (*draw)(const struct sink_picture *picture, const struct sink_rect *rect))
{
	struct sink_picture picture = *shape;

	if (!b->pixels)
		return draw_foreign(b, picture, rect, draw);
	picture.pixels = b->pixels + b->offset;
	draw(&picture, rect);
	return 0;
}

void displ_buffer_exit(void)
{
	unsigned int i;

	for (i = 0; i < EXIT_TRIES && !list_empty(&undead); i++) {
		mod_delayed_work(screen_work, &reap_work, 0);
		flush_delayed_work(&reap_work);
		msleep(100);
	}
	cancel_delayed_work_sync(&reap_work);
	if (!list_empty(&undead))
		pr_err("buffers are lost that a domain does not unmap\n");
}
