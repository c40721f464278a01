// SPDX-License-Identifier: GPL-2.0
/*
 * xenstore-read, -write, -list, -ls, -rm, -exists, -chmod, -watch: a small client of the xenstore for
 * both domains, with the names, arguments and output of Xen's, which Debian has not for ARMv5.
 * Static, through /dev/xen/xenbus; the name it is called by says what it does.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xen/io/xs_wire.h>

struct message {
	struct xsd_sockmsg header;
	char payload[XENSTORE_PAYLOAD_MAX + 1];		/* one more, for a NUL */
};

static int bus = -1;
static const char *tool;

static _Noreturn void fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", tool, what, why);
	exit(1);
}

static void transfer_in(void *to, size_t size)
{
	for (char *p = to; size;) {
		ssize_t n = read(bus, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			fail("read", n ? strerror(errno) : "the bus has ended");
		p += n;
		size -= (size_t)n;
	}
}

static void receive(struct message *m)
{
	transfer_in(&m->header, sizeof(m->header));
	if (m->header.len > XENSTORE_PAYLOAD_MAX)
		fail("answer", "too long");
	transfer_in(m->payload, m->header.len);
	m->payload[m->header.len] = '\0';
}

static int error_number(const char *name)
{
	for (size_t i = 0; i < sizeof(xsd_errors) / sizeof(xsd_errors[0]); i++) {
		if (!strcmp(name, xsd_errors[i].errstring))
			return xsd_errors[i].errnum;
	}
	return EIO;
}

/*
 * One request and its answer, in the same buffer.  Watch events that come between are dropped: only
 * watch() has any, and it asks nothing else.  Returns 0 or an errno.
 */
static int request(struct message *m, uint32_t type, uint32_t transaction, uint32_t len)
{
	m->header = (struct xsd_sockmsg){ .type = type, .tx_id = transaction, .len = len };
	if (write(bus, m, sizeof(m->header) + len) != (ssize_t)(sizeof(m->header) + len))
		return errno;
	do {
		receive(m);
	} while (m->header.type == XS_WATCH_EVENT);
	return m->header.type == XS_ERROR ? error_number(m->payload) : 0;
}

/* A path, NUL included, and `extra` behind it. */
static int request_path(struct message *m, uint32_t type, uint32_t transaction, const char *path,
			const char *extra, size_t extra_len)
{
	size_t len = strlen(path) + 1;

	if (len + extra_len > XENSTORE_PAYLOAD_MAX)
		return E2BIG;
	memcpy(m->payload, path, len);
	if (extra_len)
		memcpy(m->payload + len, extra, extra_len);
	return request(m, type, transaction, (uint32_t)(len + extra_len));
}

static struct message answer;

static void must(uint32_t type, const char *path, const char *extra, size_t extra_len)
{
	int error = request_path(&answer, type, 0, path, extra, extra_len);

	if (error)
		fail(path, strerror(error));
}

static void print_value(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (value[i] >= ' ' && value[i] <= '~')
			putchar(value[i]);
		else
			printf("\\%03o", (unsigned char)value[i]);
	}
}

static void read_nodes(int count, char **path)
{
	for (int i = 0; i < count; i++) {
		must(XS_READ, path[i], NULL, 0);
		print_value(answer.payload, answer.header.len);
		putchar('\n');
	}
}

/* All of it in one transaction, again as long as others come between. */
static void write_nodes(int count, char **arg)
{
	uint32_t id;
	int error;

	if (count % 2)
		fail("arguments", "PATH VALUE [PATH VALUE]...");
	do {
		must(XS_TRANSACTION_START, "", NULL, 0);
		id = (uint32_t)strtoul(answer.payload, NULL, 10);
		for (int i = 0; i < count; i += 2) {
			error = request_path(&answer, XS_WRITE, id, arg[i], arg[i + 1], strlen(arg[i + 1]));
			if (error)
				fail(arg[i], strerror(error));
		}
		error = request_path(&answer, XS_TRANSACTION_END, id, "T", NULL, 0);
	} while (error == EAGAIN);
	if (error)
		fail("transaction", strerror(error));
}

static void list_children(int count, char **path)
{
	for (int i = 0; i < count; i++) {
		must(XS_DIRECTORY, path[i], NULL, 0);
		for (uint32_t at = 0; at < answer.header.len; at += (uint32_t)strlen(answer.payload + at) + 1)
			puts(answer.payload + at);
	}
}

static void print_permissions(const char *path)
{
	const char *separator = "  (";

	must(XS_GET_PERMS, path, NULL, 0);
	for (uint32_t at = 0; at < answer.header.len; at += (uint32_t)strlen(answer.payload + at) + 1) {
		printf("%s%s", separator, answer.payload + at);
		separator = ",";
	}
	putchar(')');
}

/* A node that went away meanwhile, or that may not be read, is left out. */
static void print_tree(const char *path, unsigned int depth, bool with_permissions)
{
	char *children, *child;
	uint32_t len;

	if (request_path(&answer, XS_DIRECTORY, 0, path, NULL, 0))
		return;
	len = answer.header.len;
	children = malloc(len + 1);
	if (!children)
		fail(path, strerror(ENOMEM));
	memcpy(children, answer.payload, len);
	for (child = children; child < children + len; child += strlen(child) + 1) {
		char name[XENSTORE_ABS_PATH_MAX + 1];

		snprintf(name, sizeof(name), "%s/%s", strcmp(path, "/") ? path : "", child);
		if (request_path(&answer, XS_READ, 0, name, NULL, 0))
			continue;
		printf("%*s%s = \"", (int)depth, "", child);
		print_value(answer.payload, answer.header.len);
		putchar('"');
		if (with_permissions)
			print_permissions(name);
		putchar('\n');
		print_tree(name, depth + 1, with_permissions);
	}
	free(children);
}

static void list_trees(int count, char **arg)
{
	bool with_permissions = count && !strcmp(arg[0], "-p");

	count -= with_permissions;
	arg += with_permissions;
	if (!count)
		print_tree("/", 0, with_permissions);
	for (int i = 0; i < count; i++) {
		must(XS_DIRECTORY, arg[i], NULL, 0);
		print_tree(arg[i], 0, with_permissions);
	}
}

static void remove_nodes(int count, char **path)
{
	for (int i = 0; i < count; i++)
		must(XS_RM, path[i], NULL, 0);
}

/* Every path must be there; says nothing. */
static void test_nodes(int count, char **path)
{
	for (int i = 0; i < count; i++) {
		if (request_path(&answer, XS_READ, 0, path[i], NULL, 0))
			exit(1);
	}
}

static void change_permissions(int count, char **arg)
{
	char permissions[512];
	size_t len = 0;

	for (int i = 1; i < count; i++) {
		size_t size = strlen(arg[i]) + 1;

		if (len + size > sizeof(permissions))
			fail(arg[0], strerror(E2BIG));
		memcpy(permissions + len, arg[i], size);
		len += size;
	}
	must(XS_SET_PERMS, arg[0], permissions, len);
}

/* Prints what changes, each watch's registration first; -n N: ends after N lines. */
static void watch_nodes(int count, char **arg)
{
	static const char token[] = "xenstore-watch";
	long left = -1;

	if (count > 2 && !strcmp(arg[0], "-n")) {
		left = strtol(arg[1], NULL, 10);
		count -= 2;
		arg += 2;
	}
	setlinebuf(stdout);
	for (int i = 0; i < count; i++) {
		struct message *m = &answer;
		size_t len = strlen(arg[i]) + 1;

		if (len + sizeof(token) > XENSTORE_PAYLOAD_MAX)
			fail(arg[i], strerror(E2BIG));
		memcpy(m->payload, arg[i], len);
		memcpy(m->payload + len, token, sizeof(token));
		m->header = (struct xsd_sockmsg){ .type = XS_WATCH, .len = (uint32_t)(len + sizeof(token)) };
		if (write(bus, m, sizeof(m->header) + m->header.len) < 0)
			fail(arg[i], strerror(errno));
	}
	while (left) {
		receive(&answer);
		if (answer.header.type == XS_ERROR)
			fail("watch", strerror(error_number(answer.payload)));
		if (answer.header.type != XS_WATCH_EVENT)
			continue;
		puts(answer.payload);
		left -= left > 0;
	}
}

static const struct command {
	const char *name;
	int nr_arguments;		/* at least */
	void (*run)(int count, char **arg);
} commands[] = {
	{ "xenstore-read", 1, read_nodes },
	{ "xenstore-write", 2, write_nodes },
	{ "xenstore-list", 1, list_children },
	{ "xenstore-ls", 0, list_trees },
	{ "xenstore-rm", 1, remove_nodes },
	{ "xenstore-exists", 1, test_nodes },
	{ "xenstore-chmod", 2, change_permissions },
	{ "xenstore-watch", 1, watch_nodes },
};

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');

	tool = slash ? slash + 1 : argv[0];
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *c = &commands[i];

		if (strcmp(tool, c->name))
			continue;
		if (argc - 1 < c->nr_arguments)
			fail("arguments", "too few");
		bus = open("/dev/xen/xenbus", O_RDWR);
		if (bus < 0)
			fail("/dev/xen/xenbus", strerror(errno));
		c->run(argc - 1, argv + 1);
		return 0;
	}
	fail("name", "no such command");
}
