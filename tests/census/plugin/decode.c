// SPDX-License-Identifier: Apache-2.0
/* Which instructions are listed.  ARM state only: Thumb code is not looked into (ARM ARM A5). */
#include "census.h"

#define UNCONDITIONAL	0xf0000000u

static const struct {
	uint32_t mask, value;
} classes[] = {
#define CLASS(mask, value, name) { mask, value },
#include "classes.def"
#undef CLASS
};

/* System control (15), debug and trace (14), and the VFP's system registers (10, opcode 7). */
static bool is_listed_coprocessor(uint32_t insn)
{
	const uint32_t coprocessor = insn >> 8 & 15, opcode1 = insn >> 21 & 7;

	return coprocessor == 15 || coprocessor == 14 || (coprocessor == 10 && opcode1 == 7);
}

/* MCR, MRC: without Rt; MCRR, MRRC: without Rt and Rt2. */
static uint32_t transfer_key(uint32_t insn)
{
	uint32_t registers;

	if ((insn & 0x0f000010) == 0x0e000010)
		registers = 0x0000f000;
	else if ((insn & 0x0fe00000) == 0x0c400000)
		registers = 0x000ff000;
	else
		return 0;
	if (!is_listed_coprocessor(insn))
		return 0;
	if (insn < UNCONDITIONAL)
		insn &= ~UNCONDITIONAL;
	return insn & ~registers;
}

uint32_t key_of(uint32_t insn)
{
	const uint32_t key = transfer_key(insn);

	if (key)
		return key;
	for (unsigned int i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		/* A mask without the condition is for all of them but "unconditional". */
		if ((insn & classes[i].mask) == classes[i].value &&
		    (classes[i].mask >= UNCONDITIONAL || insn < UNCONDITIONAL))
			return classes[i].value;
	}
	return 0;
}
