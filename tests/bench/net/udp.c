// SPDX-License-Identifier: Apache-2.0
/*
 * Datagrams between domains and out of the board, between marks that the counting plugin sees.
 *
 * usage:	udp echo ADDRESS		sends back what comes to ADDRESS, for ever
 *		udp wait ADDRESS		ends when that answers
 *		udp round ADDRESS		round trips of one byte, each a sample
 *		udp send ADDRESS BYTES COUNT	COUNT datagrams that nobody answers, all of them one sample
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "mark.h"

#define PORT		7
#define MAX_BYTES	1472		/* of a datagram in one Ethernet frame */
#define WARM_UP		50
#define ROUND_TRIPS	200

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

typedef int address_call(int fd, const struct sockaddr *address, socklen_t size);

/* A socket after bind() to an address of this machine, or connect() to another's. */
static int open_socket(const char *host, address_call *use, const char *what)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	const int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		fail("socket");
	if (!inet_aton(host, &address.sin_addr) || use(fd, (struct sockaddr *)&address, sizeof(address)))
		fail(what);
	return fd;
}

static void echo(int fd)
{
	char datagram[MAX_BYTES];
	struct sockaddr_in from;

	for (;;) {
		socklen_t size = sizeof(from);
		const ssize_t n = recvfrom(fd, datagram, sizeof(datagram), 0,
					   (struct sockaddr *)&from, &size);

		if (n < 0)
			fail("recvfrom");
		sendto(fd, datagram, n, 0, (struct sockaddr *)&from, size);
	}
}

static void wait_for(int fd)
{
	const struct timeval patience = { .tv_sec = 1 };
	char byte = 0;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	do {
		if (send(fd, &byte, 1, 0) < 0)
			sleep(patience.tv_sec);
	} while (recv(fd, &byte, 1, 0) != 1);
}

static void round_trip(int fd)
{
	char byte = 0;

	if (send(fd, &byte, 1, 0) != 1 || recv(fd, &byte, 1, 0) != 1)
		fail("round trip");
}

static void round_trips(int fd)
{
	for (int i = 0; i < WARM_UP; i++)
		round_trip(fd);
	for (int i = 0; i < ROUND_TRIPS; i++) {
		MARK(MARK_BEGIN, SECTION_round_trip);
		round_trip(fd);
		MARK(MARK_END, SECTION_round_trip);
	}
}

static void send_many(int fd, size_t bytes, unsigned long count)
{
	static const char datagram[MAX_BYTES];

	if (bytes > MAX_BYTES)
		exit(EXIT_FAILURE);
	MARK(MARK_BEGIN, SECTION_datagrams);
	for (unsigned long i = 0; i < count; i++) {
		if (send(fd, datagram, bytes, 0) != (ssize_t)bytes)
			fail("send");
	}
	MARK(MARK_END, SECTION_datagrams);
}

static int run(const char *what, char **arguments)
{
	if (!strcmp(what, "echo"))
		echo(open_socket(arguments[0], bind, "bind"));
	else if (!strcmp(what, "wait"))
		wait_for(open_socket(arguments[0], connect, "connect"));
	else if (!strcmp(what, "round"))
		round_trips(open_socket(arguments[0], connect, "connect"));
	else if (!strcmp(what, "send") && arguments[1] && arguments[2])
		send_many(open_socket(arguments[0], connect, "connect"), strtoul(arguments[1], NULL, 0),
			  strtoul(arguments[2], NULL, 0));
	else
		return 2;
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	return argc < 3 ? 2 : run(argv[1], argv + 2);
}
