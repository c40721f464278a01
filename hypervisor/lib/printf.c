/* SPDX-License-Identifier: Apache-2.0 */
/* Formatted output into a buffer. */
#include <stdbool.h>
#include <stdint.h>

#include <exen/string.h>

struct output {
	char *buf;
	size_t size;
	size_t len;	/* of the whole text, stored or not */
};

struct spec {
	int width;
	int precision;	/* -1: none */
	bool left;
	bool zero;
	int longs;	/* number of l; z counts as one */
};

static void put(struct output *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	o->len++;
}

static void put_field(struct output *o, const struct spec *s, const char *text, int len)
{
	const char pad = s->zero && !s->left ? '0' : ' ';
	int fill = s->width - len;

	if (pad == '0' && len && *text == '-') {
		put(o, *text++);
		len--;
	}
	for (; !s->left && fill > 0; fill--)
		put(o, pad);
	while (len--)
		put(o, *text++);
	for (; fill > 0; fill--)
		put(o, ' ');
}

static void put_number(struct output *o, const struct spec *s, uint64_t value, unsigned int base,
		       bool negative, bool upper)
{
	char text[24];
	int at = sizeof(text);

	do {
		unsigned int digit;

		if (value >> 32) {
			digit = (unsigned int)(value % base);
			value /= base;
		} else {	/* 32-bit division is far cheaper */
			digit = (uint32_t)value % base;
			value = (uint32_t)value / base;
		}
		text[--at] = (char)(digit < 10 ? '0' + digit : (upper ? 'A' : 'a') + digit - 10);
	} while (value);
	if (negative)
		text[--at] = '-';
	put_field(o, s, text + at, (int)sizeof(text) - at);
}

static void put_string(struct output *o, struct spec *s, const char *text)
{
	if (!text)
		text = "(null)";
	s->zero = false;
	put_field(o, s, text,
		  (int)strnlen(text, s->precision >= 0 ? (size_t)s->precision : (size_t)4096));
}

static uint64_t get_unsigned(const struct spec *s, va_list *args)
{
	if (s->longs >= 2)
		return va_arg(*args, unsigned long long);
	if (s->longs == 1)
		return va_arg(*args, unsigned long);
	return va_arg(*args, unsigned int);
}

static int64_t get_signed(const struct spec *s, va_list *args)
{
	if (s->longs >= 2)
		return va_arg(*args, long long);
	if (s->longs == 1)
		return va_arg(*args, long);
	return va_arg(*args, int);
}

static int parse_number(const char **fmt, va_list *args)
{
	int value = 0;

	if (**fmt == '*') {
		(*fmt)++;
		return va_arg(*args, int);
	}
	while (**fmt >= '0' && **fmt <= '9')
		value = value * 10 + *(*fmt)++ - '0';
	return value;
}

static void parse_spec(struct spec *s, const char **fmt, va_list *args)
{
	*s = (struct spec){ .precision = -1 };
	for (;; (*fmt)++) {
		if (**fmt == '-')
			s->left = true;
		else if (**fmt == '0')
			s->zero = true;
		else if (**fmt != '#')
			break;
	}
	s->width = parse_number(fmt, args);
	if (**fmt == '.') {
		(*fmt)++;
		s->precision = parse_number(fmt, args);
	}
	for (; **fmt == 'l' || **fmt == 'z'; (*fmt)++)
		s->longs++;
}

static void put_conversion(struct output *o, struct spec *s, char conversion, va_list *args)
{
	int64_t value;
	char c;

	switch (conversion) {
	case 'd':
	case 'i':
		value = get_signed(s, args);
		put_number(o, s, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, value < 0,
			   false);
		break;
	case 'u':
		put_number(o, s, get_unsigned(s, args), 10, false, false);
		break;
	case 'x':
	case 'X':
		put_number(o, s, get_unsigned(s, args), 16, false, conversion == 'X');
		break;
	case 'p':
		put_number(o, s, (uintptr_t)va_arg(*args, void *), 16, false, false);
		break;
	case 's':
		put_string(o, s, va_arg(*args, const char *));
		break;
	case 'c':
		c = (char)va_arg(*args, int);
		put_field(o, s, &c, 1);
		break;
	default:
		put(o, conversion);
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct output o = { .buf = buf, .size = size };
	struct spec s;
	va_list ap;

	va_copy(ap, args);
	while (*fmt) {
		if (*fmt != '%') {
			put(&o, *fmt++);
			continue;
		}
		fmt++;
		parse_spec(&s, &fmt, &ap);
		if (*fmt)
			put_conversion(&o, &s, *fmt++, &ap);
	}
	va_end(ap);
	if (size)
		buf[o.len < size ? o.len : size - 1] = '\0';
	return (int)o.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}
