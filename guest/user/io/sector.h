/* SPDX-License-Identifier: BSD-2-Clause */
/** @file Sectors that say what they are: where they belong, and which write made them. */
#ifndef SECTOR_H
#define SECTOR_H

#include <stdbool.h>
#include <stdint.h>

#define SECTOR		512u
#define SECTOR_WORDS	(SECTOR / sizeof(uint32_t))

/** Numbers that are the same on every run; *@p state is not 0. */
static inline uint32_t random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/** Makes the sector that belongs at @p number in its @p generation; @p seed: of the whole disk or stream. */
void sector_make(uint32_t *words, uint32_t seed, uint32_t number, uint32_t generation);

/** Is it that one?  If not, says on stderr what it is instead; @p where: the disk's or stream's name. */
bool sector_is(const uint32_t *words, uint32_t seed, uint32_t number, uint32_t generation, const char *where);

/* The subcommands; each returns an exit status. */

/** Makes a disk's sectors of generation 0. */
int blocks_fill(const char *path, uint32_t seed);
/** Reads and writes @p mib MiB of a disk that blocks_fill() has made; checks what is read, and in the end
 *  all of it. */
int blocks_move(const char *path, uint32_t seed, unsigned int mib);
/** Whether a disk is as blocks_move() leaves it: the same plan without doing it. */
int blocks_check(const char *path, uint32_t seed, unsigned int mib);

/** Sends and receives @p mib MiB at once, checked, to whoever connects to @p port. */
int stream_serve(unsigned int port, uint32_t seed, unsigned int mib);
/** The other end.  @p address: "10.0.2.2" */
int stream_connect(const char *address, unsigned int port, uint32_t seed, unsigned int mib);

#endif
