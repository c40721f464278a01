// SPDX-License-Identifier: BSD-2-Clause
/* Both ways of a TCP connection at once, in pieces of all sizes. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sector.h"

#define LARGEST		(64u * 1024)
#define SECTORS_PER_MIB	((1u << 20) / SECTOR)
#define SERVER		0x10000u	/* added to the seed of what the server sends */

static int failed(const char *what)
{
	fprintf(stderr, "exen-io: %s: %s\n", what, errno ? strerror(errno) : "the other end has closed");
	return 1;
}

static int send_all(int fd, uint32_t seed, unsigned int mib)
{
	static uint32_t words[LARGEST / sizeof(uint32_t)];
	uint32_t state = seed | 1;
	unsigned int number = 0, filled = 0, sent = 0;

	while (number < mib * SECTORS_PER_MIB || sent < filled) {
		unsigned int size = random_next(&state) % LARGEST + 1;
		ssize_t done;

		if (sent == filled) {
			sent = filled = 0;
			for (; filled < LARGEST && number < mib * SECTORS_PER_MIB; filled += SECTOR)
				sector_make(&words[filled / sizeof(*words)], seed, number++, 0);
		}
		if (size > filled - sent)
			size = filled - sent;
		done = send(fd, (const char *)words + sent, size, MSG_NOSIGNAL);
		if (done < 0)
			return failed("send");
		sent += (unsigned int)done;
	}
	return shutdown(fd, SHUT_WR) ? failed("shutdown") : 0;
}

static int receive_all(int fd, uint32_t seed, unsigned int mib)
{
	uint32_t words[SECTOR_WORDS];
	unsigned int number = 0;
	ssize_t done;

	for (; number < mib * SECTORS_PER_MIB; number++) {
		errno = 0;
		if (recv(fd, words, SECTOR, MSG_WAITALL) != SECTOR)
			return failed("receive");
		if (!sector_is(words, seed, number, 0, "stream"))
			return 1;
	}
	done = recv(fd, words, 1, 0);
	if (done) {
		fputs("exen-io: more was received than sent\n", stderr);
		return 1;
	}
	printf("received %u MiB\n", mib);
	return 0;
}

static int both_ways(int fd, uint32_t sends, uint32_t receives, unsigned int mib)
{
	const pid_t pid = fork();
	int result, status = 1;

	if (pid < 0)
		return failed("fork");
	if (!pid)
		_exit(send_all(fd, sends, mib));
	result = receive_all(fd, receives, mib);
	if (result)
		shutdown(fd, SHUT_RDWR);
	waitpid(pid, &status, 0);
	return result || status;
}

int stream_serve(unsigned int port, uint32_t seed, unsigned int mib)
{
	const struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	const int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	int fd;

	if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(listener, (const struct sockaddr *)&here, sizeof(here)) || listen(listener, 1))
		return failed("listen");
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		return failed("accept");
	return both_ways(fd, seed + SERVER, seed, mib);
}

int stream_connect(const char *address, unsigned int port, uint32_t seed, unsigned int mib)
{
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || inet_pton(AF_INET, address, &there.sin_addr) != 1 ||
	    connect(fd, (const struct sockaddr *)&there, sizeof(there)))
		return failed("connect");
	return both_ways(fd, seed, seed + SERVER, mib);
}
