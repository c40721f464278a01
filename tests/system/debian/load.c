/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dynamic loading: a library comes and goes at the same address with other code in it, so code that was
 * executed there is written anew each time.  usage: load LIBRARY...
 */
#include <dlfcn.h>
#include <stdio.h>

#define ROUNDS	50

static int call(const char *library, int argument)
{
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	int (*function)(int) = handle ? (int (*)(int))dlsym(handle, "function") : NULL;
	int result = -1;

	if (function)
		result = function(argument);
	else
		printf("%s\n", dlerror());
	if (handle)
		dlclose(handle);
	return result;
}

int main(int argc, char **argv)
{
	long sum = 0;

	for (int i = 0; i < ROUNDS; i++)
		for (int k = 1; k < argc; k++) {
			int result = call(argv[k], i);

			if (result != k * 1000 + i)
				return 1;
			sum += result;
		}
	printf("%ld\n", sum);
	return 0;
}
