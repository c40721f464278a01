/* SPDX-License-Identifier: BSD-2-Clause */
/** @file A sound frontend of one stream (xen/io/sndif.h): a correct one, for the attacks of snd_attack.c. */
#ifndef FUZZ_SND_H
#define FUZZ_SND_H

#include "xenbus.h"
#include <xen/io/sndif.h>

#define SND_PAGES	16u		/* data_page[] 0 .. 15 are the buffer */
#define SND_DIRECTORY	SND_PAGES	/* the page behind them names their grants */
#define SND_STREAM	"0/0"		/* below the frontend's directory; its type is "p" */

struct snd {
	struct frontend fe;
	struct xen_sndif_front_ring ring;
	evtchn_port_t port, event_port;
	uint16_t next_id;
};

extern struct snd snd;
extern union snd_ring_page {
	struct xen_sndif_sring sring;
	uint8_t bytes[GUEST_PAGE_SIZE];
} snd_ring;
extern union snd_event_page {
	struct xensnd_event_page header;
	uint8_t bytes[GUEST_PAGE_SIZE];
} snd_events;

/** Finds the device. */
void snd_init(void);
/** New pages and ports, not yet told to the backend. */
void snd_prepare(void);
/** Writes the nodes that say where they are. */
void snd_publish(void);
/** From a fresh start to Connected. */
void snd_connect(void);
/** Closes, takes everything back, is ready for snd_prepare(). */
void snd_restart(void);

/** Puts a request into the ring, whether or not it is full; its id is set here. */
void snd_put(struct xensnd_req request);
/** Shows them to the backend. */
void snd_push(void);
/** Takes responses until all have come, at most @p timeout_ns. */
bool snd_drain(uint64_t timeout_ns);
/** An OPEN that can be served. */
struct xensnd_req snd_open_request(void);

/** Opens, plays some periods and closes; failure() if anything is wrong. */
void snd_check(void);

/** One attack of the menu, its name. */
const char *snd_attack(void);
/** Does it stop the backend from serving this ring? */
bool snd_is_broken(void);

#endif
