/* SPDX-License-Identifier: BSD-2-Clause */
/** @file A block frontend (xen/io/blkif.h): a correct one, on which the attacks of blk_attack.c stand. */
#ifndef FUZZ_BLK_H
#define FUZZ_BLK_H

#include "xenbus.h"
#include <xen/io/blkif.h>

/** Sectors that nothing writes, each begins with its number; from FREE_SECTOR on all may be written. */
#define KNOWN_SECTORS	64
#define FREE_SECTOR	8192

struct blk {
	struct frontend fe;
	blkif_front_ring_t ring;
	evtchn_port_t port;
	uint64_t sectors;
	uint16_t handle;
};

extern struct blk blk;
extern union blk_ring_pages {
	blkif_sring_t sring;
	uint8_t bytes[NR_RING * GUEST_PAGE_SIZE];
} blk_ring;

/** Finds the disk. */
void blk_init(void);
/** A new ring and port, not yet told to the backend.  @p order: of the ring's pages */
void blk_prepare(uint32_t order);
/** Writes the nodes that say where they are. */
void blk_publish(uint32_t order, bool is_persistent);
/** From a fresh start (frontend_restart()) to Connected. */
void blk_connect(void);
/** Closes, takes everything back, is ready for blk_prepare(). */
void blk_restart(void);

/** Puts a request into the ring; if that is full, waits a little for room, then overwrites. */
void blk_put(const struct blkif_request *request);
/** Shows them to the backend. */
void blk_push(void);
/** Takes responses until all have come, at most @p timeout_ns. */
bool blk_drain(uint64_t timeout_ns);

/** Reads known sectors and writes and reads others; failure() if anything is wrong. */
void blk_check(void);
/** Reads sectors as fast as it can until @p end_ns: an honest user.  @return requests served */
uint32_t blk_work(uint64_t end_ns);

/** One attack of the menu, its name. */
const char *blk_attack(void);
/** Does it stop the backend from serving this ring? */
bool blk_is_broken(void);

#endif
