/* SPDX-License-Identifier: Apache-2.0 */
/** @file The C library functions that the hypervisor and the libraries linked to it use. */
#ifndef EXEN_STRING_H
#define EXEN_STRING_H

#include <stdarg.h>
#include <stddef.h>

#if __STDC_HOSTED__
#include <string.h>
#include <stdio.h>
#else
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
unsigned long strtoul(const char *s, char **end, int base);

/** %s %c %d %i %u %x %X %p %% with l, ll, z, width, 0, - and precision of %s (also *).
 *  @return length of the whole text; at most @p size - 1 characters and a 0 are stored. */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
int snprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
#endif

#endif
