/* SPDX-License-Identifier: Apache-2.0 */
/* 16550 with registers of 32 bits: Synopsys DesignWare APB UART, of Allwinner's SoCs and others. */
#include <exen/io.h>
#include <exen/serial.h>

#define RBR_THR		0x00
#define IER		0x04
#define FCR		0x08
#define LSR		0x14

#define IER_RX		BIT(0)
#define FCR_FIFO	BIT(0)
#define LSR_RX		BIT(0)
#define LSR_TX_EMPTY	BIT(5)

static void dw_apb_uart_init(volatile void *base)
{
	io_write32(base, FCR, FCR_FIFO);
	io_write32(base, IER, IER_RX);
}

static bool dw_apb_uart_putc(volatile void *base, char c)
{
	if (!(io_read32(base, LSR) & LSR_TX_EMPTY))
		return false;
	io_write32(base, RBR_THR, (unsigned char)c);
	return true;
}

static int dw_apb_uart_getc(volatile void *base)
{
	if (!(io_read32(base, LSR) & LSR_RX))
		return -1;
	return io_read32(base, RBR_THR) & 0xff;
}

/* The request is withdrawn when the FIFO is empty. */
static void dw_apb_uart_ack(volatile void *base)
{
}

const struct serial_ops dw_apb_uart_ops = {
	.name = "16550",
	.init = dw_apb_uart_init,
	.putc = dw_apb_uart_putc,
	.getc = dw_apb_uart_getc,
	.ack = dw_apb_uart_ack,
};
