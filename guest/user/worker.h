/* SPDX-License-Identifier: BSD-2-Clause */
/** @file What this program does when it is one of its own tests' programs (exec.c). */
#ifndef WORKER_H
#define WORKER_H

#define WORKER_NAME	"--worker"

/** argv: WORKER_NAME, depth, token.  Returns its exit status. */
int worker_main(int argc, char **argv);

#endif
