/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text and data lie in different sections of the window but next to each other in the file:
 * head.S moves the data to its section.
 */
#include <asm/memory.h>
#include <exen.h>

OUTPUT_ARCH(arm)
ENTRY(_start)

SECTIONS
{
	.text HV_BASE : AT(0) {
		__text_start = .;
		KEEP(*(.text.header))
		KEEP(*(.text.pages))
		*(.text.vectors)		/* a page of its own to the MMU: here it needs no padding */
		*(.text.head)
		__personality_start = .;	/* what guests call as their own: the bench counts it apart */
		*(.text.personality)
		__personality_end = .;
		*(.text .text.*)
		. = ALIGN(8);
	}
	.rodata : AT(SIZEOF(.text)) {
		*(.rodata .rodata.*)
		*(.data.rel.ro .data.rel.ro.*)	/* libfdt's tables */
		*(.got .got.*)
		. = ALIGN(8);
		__cpu_table_start = .;
		KEEP(*(.cpu_table))
		__cpu_table_end = .;
		__board_table_start = .;
		KEEP(*(.board_table))
		__board_table_end = .;
		__v6_only_start = .;
		KEEP(*(.v6_only))
		__v6_only_end = .;
		*(.written_at_boot)
		__rodata_end = .;
		. = ALIGN(4096);
		__text_end = .;
	}
	.data HV_DATA : AT(__text_end - HV_BASE) {
		__data_start = .;
		*(.data .data.*)
		. = ALIGN(4096);
		__data_end = .;
	}
	.bss HV_DATA + SIZEOF(.data) (NOLOAD) : {	/* also where .data is empty */
		__bss_start = .;
		*(.bss.pgd)
		*(.bss .bss.* COMMON)
		. = ALIGN(4096);
		__bss_end = .;
	}
	.noinit (NOLOAD) : {			/* as the last run left it */
		__noinit_start = .;
		*(.noinit)
		. = ALIGN(4096);
		__noinit_end = .;
	}
	__image_own_size = __text_end - HV_BASE + __data_end - __data_start;
	__bss_size = __bss_end - __bss_start;
	.open HV_SHARED (NOLOAD) : {
		*(.open)
		. = ALIGN(4096);
		__open_end = .;
	}
	ASSERT(ops_page == EXEN_OPS_PAGE, "the operations page is not at its address")
	ASSERT(__text_end <= HV_DATA, "text does not fit its section")
	ASSERT(__noinit_end <= HV_SHARED, "data does not fit its section")
	ASSERT(SIZEOF(.text) % 8 == 0, "text size must keep rodata aligned")
	/DISCARD/ : { *(.comment) *(.ARM.*) *(.note.*) *(.eh_frame*) }
}
