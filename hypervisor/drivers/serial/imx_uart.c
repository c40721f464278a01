/* SPDX-License-Identifier: Apache-2.0 */
/* Freescale i.MX UART (i.MX 6Dual/6Quad Reference Manual, chapter 64). */
#include <exen/io.h>
#include <exen/serial.h>

#define URXD		0x00
#define UTXD		0x40
#define UCR1		0x80
#define UCR2		0x84
#define UCR3		0x88
#define UCR4		0x8c
#define USR2		0x98
#define UTS		0xb4

#define URXD_CHARRDY	BIT(15)
#define UCR1_UARTEN	BIT(0)
#define UCR1_RRDYEN	BIT(9)
#define UCR2_SRST	BIT(0)
#define UCR2_RXEN	BIT(1)
#define UCR2_TXEN	BIT(2)
#define UCR2_WS		BIT(5)
#define UCR2_IRTS	BIT(14)
#define UCR3_RXDMUXSEL	BIT(2)
#define UTS_TXFULL	BIT(4)

static void imx_uart_init(volatile void *base)
{
	io_write32(base, UCR2, UCR2_SRST | UCR2_RXEN | UCR2_TXEN | UCR2_WS | UCR2_IRTS);
	io_write32(base, UCR3, UCR3_RXDMUXSEL);
	io_write32(base, UCR4, 0);
	io_write32(base, UCR1, UCR1_UARTEN | UCR1_RRDYEN);
}

static bool imx_uart_putc(volatile void *base, char c)
{
	if (io_read32(base, UTS) & UTS_TXFULL)
		return false;
	io_write32(base, UTXD, (unsigned char)c);
	return true;
}

static int imx_uart_getc(volatile void *base)
{
	const uint32_t rx = io_read32(base, URXD);

	return rx & URXD_CHARRDY ? (int)(rx & 0xff) : -1;
}

static void imx_uart_ack(volatile void *base)
{
	io_write32(base, USR2, io_read32(base, USR2));
}

const struct serial_ops imx_uart_ops = {
	.name = "i.MX UART",
	.init = imx_uart_init,
	.putc = imx_uart_putc,
	.getc = imx_uart_getc,
	.ack = imx_uart_ack,
};
