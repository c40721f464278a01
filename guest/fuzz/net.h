/* SPDX-License-Identifier: BSD-2-Clause */
/** @file A network frontend (xen/io/netif.h): a correct one, on which the attacks of net_attack.c stand. */
#ifndef FUZZ_NET_H
#define FUZZ_NET_H

#include "xenbus.h"
#include <xen/io/netif.h>

#define NET_RX_PAGES	16		/* of data_page[], the others are for what is sent */

struct net {
	struct frontend fe;
	netif_tx_front_ring_t tx;
	netif_rx_front_ring_t rx;
	evtchn_port_t port;
	uint8_t mac[6], peer_mac[6];
};

extern struct net net;
extern union net_ring_page {
	netif_tx_sring_t tx;
	netif_rx_sring_t rx;
	uint8_t bytes[GUEST_PAGE_SIZE];
} net_tx_page, net_rx_page;

/** Finds the interface. */
void net_init(void);
/** New rings and a port, not yet told to the backend. */
void net_prepare(void);
/** Writes the nodes that say where they are. */
void net_publish(void);
/** From a fresh start (frontend_restart()) to Connected.  @return false: the backend does not */
bool net_connect(void);
/** Closes, takes everything back, is ready for net_prepare(). */
void net_restart(void);
/** Asks the peer for its address until it answers. */
bool net_check(uint64_t timeout_ns);

/** Puts a request (a struct netif_extra_info fits in, too) into the ring, whether or not it is full. */
void net_put(const void *request);
void net_push(void);
/** A frame to the peer in a page of data_page[], @p len bytes.  @return its grant */
grant_ref_t net_frame(uint32_t len);
/** Takes what has been sent and received. */
void net_take(uint64_t timeout_ns);
void net_post_rx(uint16_t id, grant_ref_t ref);

/** One attack of the menu, its name. */
const char *net_attack(void);
/** Does it stop the backend from serving these rings? */
bool net_is_broken(void);

#endif
