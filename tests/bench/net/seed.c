// SPDX-License-Identifier: Apache-2.0
/*
 * Tells the kernel that it has random numbers, the same ones each time: else the first program that wants
 * some waits seconds for noise, which an emulator that counts instructions has none of.
 */
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <sys/ioctl.h>

#define WORDS	16

int main(void)
{
	struct {
		struct rand_pool_info header;
		__u32 buf[WORDS];
	} seed = { .header = { .entropy_count = 32 * WORDS, .buf_size = 4 * WORDS } };
	const int fd = open("/dev/random", O_WRONLY);

	if (fd < 0 || ioctl(fd, RNDADDENTROPY, &seed)) {
		perror("seed");
		return 1;
	}
	return 0;
}
