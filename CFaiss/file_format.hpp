// The file format, checked before FAISS reads it.

#pragma once

#include <cstddef>

namespace cfaiss {

// Throws unless the open file is, to its last byte, one that this shim could have written: every size is checked
// against the length of the file before anything is allocated for it. `path` is for messages. The lists are looked at
// by at most `threads` threads.
void validate_file(int descriptor, const char* path, size_t threads);

}  // namespace cfaiss
