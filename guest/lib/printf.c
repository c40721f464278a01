/* SPDX-License-Identifier: BSD-2-Clause */
/* Formatted output. */
#include <stdbool.h>
#include <string.h>
#include <guest/console.h>

struct sink {
	char *buf;
	size_t size;
	size_t len;		/* of the whole text, stored or not */
};

struct format {
	uint32_t width;
	bool left;
	bool zero;
	uint32_t longs;		/* number of l's */
};

static void put(struct sink *s, char c)
{
	if (s->len + 1 < s->size)
		s->buf[s->len] = c;
	s->len++;
}

static void put_padded(struct sink *s, const struct format *f, const char *text, uint32_t len)
{
	const bool zero = f->zero && !f->left;
	uint32_t fill = f->width > len ? f->width - len : 0;

	if (zero && len && *text == '-') {
		put(s, '-');
		text++;
		len--;
	}
	for (; fill && !f->left; fill--)
		put(s, zero ? '0' : ' ');
	while (len--)
		put(s, *text++);
	while (fill--)
		put(s, ' ');
}

static void put_number(struct sink *s, const struct format *f, uint64_t value, uint32_t base,
		       bool is_negative)
{
	char text[24];
	char *p = text + sizeof(text);

	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (is_negative)
		*--p = '-';
	put_padded(s, f, p, (uint32_t)(text + sizeof(text) - p));
}

static const char *parse(const char *fmt, struct format *f)
{
	*f = (struct format){ 0 };
	for (; *fmt == '-' || *fmt == '0'; fmt++) {
		f->left |= *fmt == '-';
		f->zero |= *fmt == '0';
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		f->width = f->width * 10 + (uint32_t)(*fmt - '0');
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		f->longs++;
	return fmt;
}

static void put_signed(struct sink *s, const struct format *f, int64_t value)
{
	put_number(s, f, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, value < 0);
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct sink s = { .buf = buf, .size = size };

	for (; *fmt; fmt++) {
		struct format f;
		char c;

		if (*fmt != '%') {
			put(&s, *fmt);
			continue;
		}
		fmt = parse(fmt + 1, &f);
		switch (*fmt) {
		case 'd':
		case 'i':
			put_signed(&s, &f, f.longs > 1 ? va_arg(args, long long) :
				   va_arg(args, int));
			break;
		case 'u':
		case 'x':
			put_number(&s, &f, f.longs > 1 ? va_arg(args, unsigned long long) :
				   va_arg(args, unsigned int), *fmt == 'u' ? 10 : 16, false);
			break;
		case 'p':
			put_number(&s, &f, (uintptr_t)va_arg(args, void *), 16, false);
			break;
		case 's': {
			const char *text = va_arg(args, const char *);

			put_padded(&s, &f, text, (uint32_t)strlen(text));
			break;
		}
		case 'c':
			c = (char)va_arg(args, int);
			put_padded(&s, &f, &c, 1);
			break;
		case '\0':
			fmt--;
			break;
		default:
			put(&s, *fmt);
		}
	}
	if (size)
		buf[s.len < size ? s.len : size - 1] = '\0';
	return (int)s.len;
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
