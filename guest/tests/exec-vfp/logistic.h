/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGISTIC_H
#define LOGISTIC_H

#include <stdint.h>

/** The logistic map from @p x on, @p n times: chaotic, a bit that is lost changes all that follows. */
double logistic(double x, uint32_t n);

#endif
