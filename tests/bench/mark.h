/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file Marks that programs under measurement execute: `teq rN, #constant`, which no compiler makes
 * with these operands, changes only flags, needs no privilege and exists on every ARM.  The counting
 * plugin sees the instruction word; its low byte is the section's number (sections.def).
 */
#ifndef MARK_H
#define MARK_H

#define MARK_BEGIN	0xe33a0b00u	/**< teq r10: the section begins with the next instruction */
#define MARK_END	0xe33b0b00u	/**< teq r11: it ended with the last one */
#define MARK_SNAPSHOT	0xe3390b00u	/**< teq r9: how many instructions since reset, first time only */
#define MARK_STOP	0xe3380b00u	/**< teq r8: ends the emulator */
#define MARK_LATE	0xe3370b00u	/**< teq r7: an interrupt was late; of plugin/ring.c, with number 0 */

#ifdef __arm__
#define MARK(mark, id)	__asm__ volatile(".inst %c0" : : "i"((mark) + (id)) : "cc", "memory")
#endif

/** Sections by name. */
enum section_id {
#define SECTION(id, name, ...)	SECTION_##name = (id),
#include "sections.def"
#undef SECTION
};

#endif
