/* SPDX-License-Identifier: Apache-2.0 */
/* ARM PrimeCell UART (PL011), ARM DDI 0183. */
#include <exen/io.h>
#include <exen/serial.h>

#define UARTDR		0x00
#define UARTFR		0x18
#define UARTLCR_H	0x2c
#define UARTCR		0x30
#define UARTIMSC	0x38
#define UARTICR		0x44

#define FR_RXFE		BIT(4)
#define FR_TXFF		BIT(5)
#define LCR_WLEN8	(3u << 5)
#define LCR_FEN		BIT(4)
#define CR_UARTEN	BIT(0)
#define CR_TXE		BIT(8)
#define CR_RXE		BIT(9)
#define INT_RX		BIT(4)
#define INT_RT		BIT(6)

static void pl011_init(volatile void *base)
{
	io_write32(base, UARTLCR_H, LCR_WLEN8 | LCR_FEN);
	io_write32(base, UARTCR, CR_UARTEN | CR_TXE | CR_RXE);
	io_write32(base, UARTIMSC, INT_RX | INT_RT);
}

static bool pl011_putc(volatile void *base, char c)
{
	if (io_read32(base, UARTFR) & FR_TXFF)
		return false;
	io_write32(base, UARTDR, (unsigned char)c);
	return true;
}

static int pl011_getc(volatile void *base)
{
	if (io_read32(base, UARTFR) & FR_RXFE)
		return -1;
	return io_read32(base, UARTDR) & 0xff;
}

static void pl011_ack(volatile void *base)
{
	io_write32(base, UARTICR, INT_RX | INT_RT);
}

const struct serial_ops pl011_ops = {
	.name = "PL011",
	.init = pl011_init,
	.putc = pl011_putc,
	.getc = pl011_getc,
	.ack = pl011_ack,
};
