// Inner products of one query with many vectors, for each instruction set.

#pragma once

#include <cfaiss.h>

#include <cstddef>
#include <cstdint>

namespace cfaiss {

// Vectors scored before their scores are looked at: as many as the bits of a mask.
constexpr size_t kBlock = 64;

// Vectors compared in one pass, each with an accumulator of its own: enough to hide the latency of a fused multiply-add.
constexpr size_t kGroup = 8;

constexpr size_t kCacheLine = 64;

// Bytes by which loads run ahead of the comparison. The processor's own prefetching stops at the end of a page, and
// vectors are read through faster than it starts anew; measured at 64 dimensions, this distance gains 7 %.
constexpr size_t kPrefetchDistance = 4096;

// Queries are aligned to this many bytes and padded with zeros to a multiple of it.
constexpr size_t kAlignment = 64;

// Vectors may lie at any address: those of a mapped file are not even aligned for a float. The score of a vector does
// not depend on the vectors around it, so that equal vectors tie exactly.
struct Kernel {
    // scores[i] = <query, vector i>, the n vectors being contiguous. query: d, padded; scores: n.
    void (*contiguous)(const float* query, const uint8_t* vectors, size_t n, size_t d, float* scores);

    // The same for vectors anywhere in memory. vectors, scores: n.
    void (*scattered)(const float* query, const uint8_t* const* vectors, size_t n, size_t d, float* scores);

    // Bit i is set where scores[i] >= threshold, for i < n. scores: kBlock, those from n on being ignored. n <= kBlock.
    uint64_t (*at_least)(const float* scores, size_t n, float threshold);
};

bool kernel_available(cfaiss_kernel kernel);

// Throws for a kernel that this processor does not have.
const Kernel& find_kernel(cfaiss_kernel kernel);

extern const Kernel kScalarKernel;
#if defined(__x86_64__)
extern const Kernel kAVX2Kernel;
extern const Kernel kAVX512Kernel;
#endif

// Asks the cache for `bytes` from `start + distance` on. Any address will do, so it is computed as a number.
inline void prefetch(const void* start, size_t distance, size_t bytes) {
    const uintptr_t first = reinterpret_cast<uintptr_t>(start) + distance;
    for (size_t offset = 0; offset < bytes; offset += kCacheLine) {
        __builtin_prefetch(reinterpret_cast<const void*>(first + offset));
    }
}

inline uint64_t low_bits(size_t n) {
    return n >= 64 ? ~uint64_t(0) : (uint64_t(1) << n) - 1;
}

}  // namespace cfaiss
