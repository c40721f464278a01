/* SPDX-License-Identifier: BSD-2-Clause */
/* Compiled for VFP by guest/Makefile. */
#include "logistic.h"

double logistic(double x, uint32_t n)
{
	while (n--)
		x = 3.9 * x * (1 - x);
	return x;
}
