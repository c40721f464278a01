/* SPDX-License-Identifier: Apache-2.0 */
/** @file Serial port drivers.  One port: the console. */
#ifndef EXEN_SERIAL_H
#define EXEN_SERIAL_H

#include <exen/types.h>

struct serial_ops {
	const char *name;
	/** Puts the port at @p base to work as the loader left it (line settings are kept), receive
	 *  interrupt on. */
	void (*init)(volatile void *base);
	/** Sends, unless the transmit FIFO is full.  Interrupts masked.  @return false: it is */
	bool (*putc)(volatile void *base, char c);
	/** @return a received character, or -1 */
	int (*getc)(volatile void *base);
	/** Withdraws the receive interrupt, before the FIFO is read empty: what arrives after the
	 *  last look at it must raise the next one. */
	void (*ack)(volatile void *base);
};

extern const struct serial_ops dw_apb_uart_ops, pl011_ops, imx_uart_ops, zynq_uart_ops;

#endif
