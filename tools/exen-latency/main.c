/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exen-latency: draws what the hypervisor's command "latency" prints, as text or as SVG.
 *
 * Reads the console's text (with or without the prefix "(XEN) ", other lines among it) from standard input.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MAX_HISTOGRAMS	16
#define LINE_BYTES	256
#define NR_BUCKETS	32		/* bucket n: below 2^n ns, NR_LATENCY_BUCKETS of the hypervisor */
#define BAR_COLUMNS	40
#define BAR_PX		20		/* width of a bar, pixels */
#define HEIGHT_PX	200
#define BLOCK_PX	(HEIGHT_PX + 90)
#define WIDTH_PX	(NR_BUCKETS * BAR_PX + 80)

struct histogram {
	char title[80];
	char worst[160];
	uint32_t bucket[NR_BUCKETS];
};

static struct histogram histogram[MAX_HISTOGRAMS];
static unsigned int nr_histograms;
static char longest[LINE_BYTES];		/* the last one read is the newest */

static const char *without_prefix(const char *line)
{
	static const char prefix[] = "(XEN) ";

	return strncmp(line, prefix, sizeof(prefix) - 1) ? line : line + sizeof(prefix) - 1;
}

/* @return n for 2^n; NR_BUCKETS: not one that a bucket ends at */
static unsigned int bucket_of(uint32_t below)
{
	unsigned int n = 0;

	while (n < NR_BUCKETS && below != 1u << n)
		n++;
	return n;
}

/* @return false: too many histograms, or a line that is not whole */
static bool take_line(const char *line)
{
	struct histogram *h = nr_histograms ? &histogram[nr_histograms - 1] : NULL;
	uint32_t below, count;

	if (!strncmp(line, "latency of ", 11)) {
		if (nr_histograms == MAX_HISTOGRAMS || !strchr(line, ':'))
			return false;
		h = &histogram[nr_histograms++];
		snprintf(h->title, sizeof(h->title), "%s", line + 11);
		*strchrnul(h->title, ':') = '\0';
	} else if (!strncmp(line, "longest time ", 13)) {
		snprintf(longest, sizeof(longest), "%s", line);
	} else if (h && !strncmp(line, "  worst ", 8)) {
		snprintf(h->worst, sizeof(h->worst), "%s", line + 2);
	} else if (h && !strncmp(line, "  below ", 8)) {
		if (sscanf(line, "  below %" SCNu32 " ns: %" SCNu32, &below, &count) != 2 ||
		    bucket_of(below) == NR_BUCKETS)
			return false;
		h->bucket[bucket_of(below)] = count;
	}
	return true;
}

static bool read_all(FILE *in)
{
	char line[LINE_BYTES];

	for (unsigned int n = 1; fgets(line, sizeof(line), in); n++) {
		line[strcspn(line, "\r\n")] = '\0';
		if (!take_line(without_prefix(line))) {
			fprintf(stderr, "exen-latency: line %u is not understood: %s\n", n, line);
			return false;
		}
	}
	return true;
}

static uint64_t total(const struct histogram *h)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < NR_BUCKETS; i++)
		sum += h->bucket[i];
	return sum;
}

/* One occurrence is to be seen beside a million: the length grows with the logarithm, 1 for 1. */
static unsigned int length(uint32_t count)
{
	unsigned int bits = 0;

	for (; count; count >>= 1)
		bits++;
	return bits;
}

static void draw_text(const struct histogram *h)
{
	printf("%s: %" PRIu64 " times%s%s\n", h->title, total(h), h->worst[0] ? ", " : "", h->worst);
	for (unsigned int i = 0; i < NR_BUCKETS; i++) {
		if (!h->bucket[i])
			continue;
		printf("  below %10u ns %10" PRIu32 " ", 1u << i, h->bucket[i]);
		for (unsigned int k = 0; k < length(h->bucket[i]) * BAR_COLUMNS / 32; k++)
			putchar('#');
		printf("#\n");
	}
}

/* The console may be damaged. */
static void print_xml(const char *text)
{
	for (; *text; text++)
		putchar(strchr("<>&\"", *text) || (unsigned char)*text < ' ' ? '?' : *text);
}

static void draw_svg(const struct histogram *h, unsigned int top)
{
	printf("<text x=\"40\" y=\"%u\">", top + 20);
	print_xml(h->title);
	printf(": %" PRIu64 " times</text>\n<text x=\"40\" y=\"%u\">", total(h), top + 35);
	print_xml(h->worst);
	printf("</text>\n");
	for (unsigned int i = 0; i < NR_BUCKETS; i++) {
		const unsigned int height = length(h->bucket[i]) * HEIGHT_PX / 32;
		const unsigned int x = 40 + i * BAR_PX;

		if (height)
			printf("<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"steelblue\"><title>"
			       "below %u ns: %" PRIu32 "</title></rect>\n", x, top + 45 + HEIGHT_PX - height,
			       BAR_PX - 2, height, 1u << i, h->bucket[i]);
		if (i % 10 == 0)
			printf("<text x=\"%u\" y=\"%u\">1 %s</text>\n", x, top + 60 + HEIGHT_PX,
			       ((const char *const[]){ "ns", "us", "ms", "s" })[i / 10]);
	}
}

static void draw_all_svg(void)
{
	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
	       "font-family=\"sans-serif\" font-size=\"11\">\n", WIDTH_PX, nr_histograms * BLOCK_PX + 30);
	for (unsigned int i = 0; i < nr_histograms; i++)
		draw_svg(&histogram[i], i * BLOCK_PX);
	printf("<text x=\"40\" y=\"%u\">", nr_histograms * BLOCK_PX + 20);
	print_xml(longest);
	printf("</text>\n");
	printf("</svg>\n");
}

int main(int argc, char **argv)
{
	const bool is_svg = argc == 2 && !strcmp(argv[1], "--svg");

	if (argc > 1 && !is_svg) {
		fprintf(stderr, "usage: exen-latency [--svg] < console, with the output of \"latency\"\n");
		return 2;
	}
	if (!read_all(stdin))
		return 1;
	if (!nr_histograms) {
		fprintf(stderr, "exen-latency: no line \"latency of domain ...\" in the input\n");
		return 1;
	}
	if (is_svg)
		draw_all_svg();
	for (unsigned int i = 0; !is_svg && i < nr_histograms; i++)
		draw_text(&histogram[i]);
	if (!is_svg && longest[0])
		printf("%s\n", longest);
	return fflush(stdout) || ferror(stdout);
}
