/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file xenstore-host: the hypervisor's xenstore as a program for the build machine, on sockets.
 * Every client of a socket acts as that socket's domain; only domain 0 is privileged.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <exen/bug.h>
#include <exen/printk.h>

#include "server.h"

#define MAX_CLIENTS	64
#define MAX_SOCKETS	8
#define ARENA_BYTES	(XENSTORE_ARENA_SIZE + MAX_CLIENTS * sizeof(struct xs_conn))

struct listener {
	int fd;
	const char *path;
	unsigned int domid;
};

struct client {
	int fd;
	struct xs_conn *conn;		/* NULL: free */
};

static struct listener listeners[MAX_SOCKETS];
static unsigned int nr_listeners;
static struct client clients[MAX_CLIENTS];
static volatile sig_atomic_t must_stop;

void printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

static void die(const char *what)
{
	fprintf(stderr, "xenstore-host: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* -- transport: a stream socket */

static int socket_get(void *arg, void *dst, size_t len)
{
	const struct client *c = arg;
	ssize_t n = recv(c->fd, dst, len, MSG_DONTWAIT);

	if (n > 0)
		return n;
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static int socket_put(void *arg, const void *src, size_t len)
{
	const struct client *c = arg;
	ssize_t n = send(c->fd, src, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n >= 0)
		return n;
	return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

static const struct xs_transport socket_transport = { .get = socket_get, .put = socket_put };

/* -- sockets */

static int listen_at(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	if (strlen(path) >= sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		die(path);
	}
	strcpy(addr.sun_path, path);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, MAX_CLIENTS))
		die(path);
	return fd;
}

static struct client *free_client(void)
{
	struct client *c;

	for (c = clients; c < clients + MAX_CLIENTS; c++)
		if (!c->conn)
			return c;
	return NULL;
}

static void accept_client(struct xs_server *srv, const struct listener *l)
{
	struct client *c = free_client();
	int fd = accept(l->fd, NULL, NULL);

	if (fd < 0)
		return;
	if (c)
		c->conn = xs_conn_open(srv, l->domid, l->domid == 0, &socket_transport, c);
	if (c && c->conn)
		c->fd = fd;
	else
		close(fd);
}

/* -- the loop */

/* One request of each client in turn; true if there may be more. */
static bool serve_clients(struct xs_server *srv)
{
	bool has_more = false;
	struct client *c;

	for (c = clients; c < clients + MAX_CLIENTS; c++)
		if (c->conn)
			has_more |= xs_conn_service(srv, c->conn);
	for (c = clients; c < clients + MAX_CLIENTS; c++) {
		if (!c->conn || c->conn->state == XS_CONN_OPEN)
			continue;
		xs_conn_close(srv, c->conn);
		c->conn = NULL;
		close(c->fd);
	}
	return has_more;
}

static void wait_and_accept(struct xs_server *srv, int timeout_ms)
{
	struct pollfd fds[MAX_SOCKETS + MAX_CLIENTS];
	unsigned int i, nr = 0;

	for (i = 0; i < nr_listeners; i++)
		fds[nr++] = (struct pollfd){ .fd = listeners[i].fd,
					     .events = free_client() ? POLLIN : 0 };
	for (i = 0; i < MAX_CLIENTS; i++)
		if (clients[i].conn)
			fds[nr++] = (struct pollfd){
				.fd = clients[i].fd,
				.events = (xs_conn_wants_input(clients[i].conn) ? POLLIN : 0) |
					  (xs_conn_has_output(clients[i].conn) ? POLLOUT : 0),
			};
	if (poll(fds, nr, timeout_ms) <= 0)
		return;
	for (i = 0; i < nr_listeners; i++)
		if (fds[i].revents & POLLIN)
			accept_client(srv, &listeners[i]);
}

static void stop(int signal_number)
{
	must_stop = signal_number;
}

static void usage(void)
{
	fprintf(stderr,
		"usage: xenstore-host [--domid N] SOCKET [[--domid N] SOCKET]...\n"
		"Serves xenstore on each SOCKET for domain N if given before it, else for dom0.\n"
		"When ended by a signal: status 1 if the server was not sound.\n");
	exit(EXIT_FAILURE);
}

static void parse_args(struct xs_server *srv, char **argv)
{
	uint32_t domid = 0;

	for (argv++; *argv; argv++) {
		if (strcmp(*argv, "--domid") == 0) {
			if (!argv[1] || !xs_parse_number(argv[1], XS_NR_ACCOUNTS - 2, &domid))
				usage();
			argv++;
			continue;
		}
		if (**argv == '-' || nr_listeners == MAX_SOCKETS)
			usage();
		listeners[nr_listeners].fd = listen_at(*argv);
		listeners[nr_listeners].path = *argv;
		listeners[nr_listeners++].domid = domid;
		xs_domain_add(srv, domid);
	}
	if (nr_listeners == 0)
		usage();
}

int main(int argc __attribute__((unused)), char **argv)
{
	struct sigaction on_end = { .sa_handler = stop };
	void *arena = malloc(ARENA_BYTES);
	struct xs_server *srv;
	const char *fault;
	bool has_more = false;
	unsigned int i;

	if (!arena)
		die("arena");
	srv = xs_server_init(arena, ARENA_BYTES, MAX_CLIENTS);
	BUG_ON(!srv);
	xs_domain_add(srv, 0);
	parse_args(srv, argv);
	sigaction(SIGTERM, &on_end, NULL);
	sigaction(SIGINT, &on_end, NULL);
	while (!must_stop) {
		wait_and_accept(srv, has_more ? 0 : -1);
		has_more = serve_clients(srv);
	}
	for (i = 0; i < nr_listeners; i++)
		unlink(listeners[i].path);
	fault = xs_server_check(srv);
	if (fault)
		fprintf(stderr, "xenstore-host: %s\n", fault);
	free(arena);
	return fault ? EXIT_FAILURE : EXIT_SUCCESS;
}
