/* SPDX-License-Identifier: Apache-2.0 */
/** @file Between the files of the command line.  Thread context. */
#ifndef DEBUG_COMMANDS_H
#define DEBUG_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

struct domain;

/** Takes the first word off @p *rest, which then points to the next one or the end. */
char *command_word(char **rest);
/** @return whether all of @p word is a number of at most 7 digits */
bool command_number(const char *word, uint32_t *value);
/** @return the domain whose number @p word is; NULL and a message: none */
struct domain *command_domain(const char *word);

/** "sched": who may have the CPU, and changes of that. */
void cmd_sched(char *arg);
/** "latency": how long interrupts and wake-ups took. */
void cmd_latency(char *arg);

#endif
