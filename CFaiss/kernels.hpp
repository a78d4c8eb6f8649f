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

// Elements of one vector that lie together in its code, and vectors whose codes lie side by side.
constexpr size_t kCodeGroup = 4;
constexpr size_t kCodeBlock = 16;

// A query in 15 bits, for products with vectors in 8: sum over i of values[i] * (code[i] - 128), in 32 bits.
// Elements past the last are zero.
struct CodedQuery {
    size_t groups = 0;               // of kCodeGroup elements
    const int16_t* values = nullptr; // groups * kCodeGroup
    const int8_t* high = nullptr;    // as many; values = 128 * high + low
    const int8_t* low = nullptr;
    int32_t offset = 0; // what the 128 in each element of a code adds to the sum, which is to be taken off
    int32_t high_offset = 0;
    int32_t low_offset = 0;
};

// Vectors in 8 bits, in blocks of kCodeBlock: for each group of elements, those of the first vector, of the second...
struct CodedRows {
    const uint8_t* codes; // blocks * query.groups * kCodeBlock * kCodeGroup, at a cache line
    const float* scales;  // blocks * kCodeBlock
};

// Vectors may lie at any address: those of a mapped file are not even aligned for a float. The score of a vector does
// not depend on the vectors around it, so that equal vectors tie exactly.
struct Kernel {
    // scores[i] = <query, vector i>, the n vectors being contiguous. query: d, padded; scores: n.
    void (*contiguous)(const float* query, const uint8_t* vectors, size_t n, size_t d, float* scores);

    // The same for vectors anywhere in memory. vectors, scores: n.
    void (*scattered)(const float* query, const uint8_t* const* vectors, size_t n, size_t d, float* scores);

    // Bit i is set where scores[i] >= threshold, for i < n. scores: kBlock, those from n on being ignored. n <= kBlock.
    uint64_t (*at_least)(const float* scores, size_t n, float threshold);

    // scores[i] = product of the codes of query and vector i, times the scale of the vector. Bit i of the result is
    // set where that is at least the threshold, for i < n. `ahead` are codes to be fetched for a later call. The
    // products are of integers, hence the same for every kernel. scores: kBlock. n <= kBlock.
    uint64_t (*compare_codes)(
            const CodedQuery& query, const CodedRows& rows, size_t n, float threshold, const uint8_t* ahead,
            float* scores);

    // numbers[i] = the centroid with the greatest product with vector i, the lowest of equals. vectors: n * d;
    // panels: panel_count * d * panel_width, each panel holding so many centroids side by side, from an address that
    // is a multiple of kAlignment on; numbers: n. Sums are in another order than those of the scores.
    void (*nearest)(
            const float* vectors, size_t n, size_t d, const float* panels, size_t panel_count, uint32_t* numbers);
    size_t panel_width;
};

bool kernel_available(cfaiss_kernel kernel);

// Throws for a kernel that this processor does not have.
const Kernel& find_kernel(cfaiss_kernel kernel);

extern const Kernel kScalarKernel;
#if defined(__x86_64__)
extern const Kernel kAVX2Kernel;
extern const Kernel kAVX512Kernel;
extern const Kernel kAVX512VNNIKernel;
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
