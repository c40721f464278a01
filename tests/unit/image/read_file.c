/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

void *unit_read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	void *bytes;
	long len;

	CHECK(file && !fseek(file, 0, SEEK_END));
	len = ftell(file);
	CHECK(len > 0);
	rewind(file);
	bytes = malloc((size_t)len);
	CHECK(bytes && fread(bytes, 1, (size_t)len, file) == (size_t)len);
	fclose(file);
	*size = (size_t)len;
	return bytes;
}
