/* SPDX-License-Identifier: Apache-2.0 */
/* Cadence UART of Zynq-7000 (UG585, appendix B.33). */
#include <exen/io.h>
#include <exen/serial.h>

#define UART_CR		0x00
#define UART_IER	0x08
#define UART_IDR	0x0c
#define UART_ISR	0x14
#define UART_RTOR	0x1c
#define UART_RXWM	0x20
#define UART_SR		0x2c
#define UART_FIFO	0x30

#define CR_RXEN		BIT(2)
#define CR_TXEN		BIT(4)
#define INT_RXOVR	BIT(0)	/* receive FIFO has reached the trigger level */
#define SR_RXEMPTY	BIT(1)
#define SR_TXFULL	BIT(4)

static void zynq_uart_init(volatile void *base)
{
	io_write32(base, UART_CR, CR_RXEN | CR_TXEN);
	io_write32(base, UART_RXWM, 1);
	io_write32(base, UART_IDR, 0x1fff);
	io_write32(base, UART_ISR, 0x1fff);
	io_write32(base, UART_IER, INT_RXOVR);
}

static bool zynq_uart_putc(volatile void *base, char c)
{
	if (io_read32(base, UART_SR) & SR_TXFULL)
		return false;
	io_write32(base, UART_FIFO, (unsigned char)c);
	return true;
}

static int zynq_uart_getc(volatile void *base)
{
	if (io_read32(base, UART_SR) & SR_RXEMPTY)
		return -1;
	return io_read32(base, UART_FIFO) & 0xff;
}

static void zynq_uart_ack(volatile void *base)
{
	io_write32(base, UART_ISR, INT_RXOVR);
}

const struct serial_ops zynq_uart_ops = {
	.name = "Zynq UART",
	.init = zynq_uart_init,
	.putc = zynq_uart_putc,
	.getc = zynq_uart_getc,
	.ack = zynq_uart_ack,
};
