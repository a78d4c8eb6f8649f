#if defined(__x86_64__)

#include "kernels.hpp"

#include <immintrin.h>

#include <limits>

// Only these functions may use the instructions: the rest of the library runs on every processor.
#define CFAISS_TARGET __attribute__((target("avx2,fma")))

namespace cfaiss {

namespace {

constexpr size_t kLanes = 8;

CFAISS_TARGET inline __m256i tail_mask(size_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(int(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

CFAISS_TARGET inline const float* floats(const uint8_t* bytes) {
    return reinterpret_cast<const float*>(bytes);
}

// Sums the lanes of each of eight registers by a tree of pairwise additions. scores: kGroup.
CFAISS_TARGET inline void store_sums(const __m256* sums, float* scores) {
    const __m256 low =
            _mm256_hadd_ps(_mm256_hadd_ps(sums[0], sums[1]), _mm256_hadd_ps(sums[2], sums[3]));
    const __m256 high =
            _mm256_hadd_ps(_mm256_hadd_ps(sums[4], sums[5]), _mm256_hadd_ps(sums[6], sums[7]));
    _mm_storeu_ps(scores, _mm_add_ps(_mm256_castps256_ps128(low), _mm256_extractf128_ps(low, 1)));
    _mm_storeu_ps(scores + 4, _mm_add_ps(_mm256_castps256_ps128(high), _mm256_extractf128_ps(high, 1)));
}

CFAISS_TARGET __attribute__((always_inline)) inline void compare_group(
        const float* query, size_t d, const uint8_t* const* rows, float* scores) {
    __m256 sums[kGroup];
    for (size_t j = 0; j < kGroup; j++) {
        sums[j] = _mm256_setzero_ps();
    }
    size_t i = 0;
    for (; i + kLanes <= d; i += kLanes) {
        const __m256 q = _mm256_load_ps(query + i);
        for (size_t j = 0; j < kGroup; j++) {
            sums[j] = _mm256_fmadd_ps(q, _mm256_loadu_ps(floats(rows[j] + i * sizeof(float))), sums[j]);
        }
    }
    if (i < d) {
        const __m256i mask = tail_mask(d - i);
        const __m256 q = _mm256_load_ps(query + i);
        for (size_t j = 0; j < kGroup; j++) {
            const __m256 v = _mm256_maskload_ps(floats(rows[j] + i * sizeof(float)), mask);
            sums[j] = _mm256_fmadd_ps(q, v, sums[j]);
        }
    }
    store_sums(sums, scores);
}

#include "kernel_loops.inc"

CFAISS_TARGET uint64_t at_least(const float* scores, size_t n, float threshold) {
    const __m256 limit = _mm256_set1_ps(threshold);
    uint64_t mask = 0;
    for (size_t i = 0; i < n; i += kLanes) {
        const __m256 reached = _mm256_cmp_ps(_mm256_loadu_ps(scores + i), limit, _CMP_GE_OQ);
        mask |= uint64_t(uint32_t(_mm256_movemask_ps(reached))) << i;
    }
    return mask & low_bits(n);
}

// Four vectors by four elements, multiplied and added in pairs. AVX2 has no product of bytes that cannot saturate, so
// the codes are widened first.
CFAISS_TARGET inline __m256i products(const uint8_t* codes, __m256i query) {
    const __m128i bytes = _mm_load_si128(reinterpret_cast<const __m128i*>(codes));
    return _mm256_madd_epi16(_mm256_cvtepu8_epi16(bytes), query);
}

// Eight scores from the pairs of sums of four vectors and four more.
CFAISS_TARGET inline void store_products(
        __m256i first, __m256i second, __m256i offset, const float* scales, float* scores) {
    constexpr int kMiddleSwapped = 0b11011000;
    const __m256i sums = _mm256_permute4x64_epi64(_mm256_hadd_epi32(first, second), kMiddleSwapped);
    const __m256 values = _mm256_cvtepi32_ps(_mm256_sub_epi32(sums, offset));
    _mm256_storeu_ps(scores, _mm256_mul_ps(values, _mm256_loadu_ps(scales)));
}

CFAISS_TARGET uint64_t compare_codes(
        const CodedQuery& query, const CodedRows& rows, size_t n, float threshold, const uint8_t* ahead,
        float* scores) {
    constexpr size_t kQuarter = kCacheLine / 4;
    const __m256i offset = _mm256_set1_epi32(query.offset);
    const uint8_t* codes = rows.codes;
    for (size_t first = 0; first < n; first += kCodeBlock) {
        __m256i sums[4] = {};
        for (size_t group = 0; group < query.groups; group++, codes += kCacheLine, ahead += kCacheLine) {
            int64_t values;
            __builtin_memcpy(&values, query.values + group * kCodeGroup, sizeof values);
            const __m256i q = _mm256_set1_epi64x(values);
            __builtin_prefetch(ahead);
            for (size_t j = 0; j < 4; j++) {
                sums[j] = _mm256_add_epi32(sums[j], products(codes + j * kQuarter, q));
            }
        }
        store_products(sums[0], sums[1], offset, rows.scales + first, scores + first);
        store_products(sums[2], sums[3], offset, rows.scales + first + 8, scores + first + 8);
    }
    return at_least(scores, n, threshold);
}

constexpr size_t kPanelLanes = 8;
constexpr size_t kPanelRows = 6;
#include "kernel_panels.inc"

}  // namespace

const Kernel kAVX2Kernel = {
        contiguous, scattered, at_least, compare_codes, nearest, kPanelWidth};

}  // namespace cfaiss

#endif
