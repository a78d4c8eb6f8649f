// Indexes in files.

#pragma once

#include "inverted_index.hpp"

#include <memory>

namespace cfaiss {

std::unique_ptr<InvertedIndex> load_index(const char* path, bool mapped);

void save_index(const InvertedIndex& index, const char* path);

}  // namespace cfaiss
