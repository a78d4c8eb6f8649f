// Indexes in files.

#pragma once

#include "inverted_index.hpp"

#include <memory>

namespace cfaiss {

// Checks and prepares on at most `threads` threads.
std::unique_ptr<InvertedIndex> load_index(const char* path, bool mapped, size_t threads);

void save_index(const InvertedIndex& index, const char* path);

}  // namespace cfaiss
