// SPDX-License-Identifier: Apache-2.0
// Exceptions through many frames and in threads: the unwinder's tables, destructors, rethrowing.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

thread_local int destroyed;

struct Counted {
	~Counted() { destroyed++; }
};

int descend(int depth)
{
	Counted counted;

	if (depth == 0)
		throw std::runtime_error("bottom");
	try {
		return descend(depth - 1) + 1;
	} catch (const std::logic_error &) {
		return -1;
	} catch (...) {
		throw;
	}
}

int caught(int depth)
{
	destroyed = 0;
	try {
		descend(depth);
	} catch (const std::exception &error) {
		return std::string(error.what()) == "bottom" ? destroyed : -1;
	}
	return -1;
}

} // namespace

int main()
{
	std::vector<int> results(4);
	std::vector<std::thread> threads;
	bool is_right = true;

	for (std::size_t i = 0; i < results.size(); i++)
		threads.emplace_back([&results, i] { results[i] = caught(50 * static_cast<int>(i)); });
	for (auto &thread : threads)
		thread.join();
	for (std::size_t i = 0; i < results.size(); i++) {
		std::printf("%d ", results[i]);
		is_right = is_right && results[i] == 50 * static_cast<int>(i) + 1;
	}
	try {
		std::printf("%d\n", std::stoi("none"));
		is_right = false;
	} catch (const std::invalid_argument &) {
		std::printf("no number\n");
	}
	return !is_right;
}
