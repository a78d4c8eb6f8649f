#if defined(__x86_64__)

#include "kernels.hpp"

#include <immintrin.h>

// Only these functions may use the instructions: the rest of the library runs on every processor.
#define CFAISS_TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma")))

namespace cfaiss {

namespace {

constexpr size_t kLanes = 16;

CFAISS_TARGET inline __m256 fold(__m512 sum) {
    return _mm256_add_ps(_mm512_castps512_ps256(sum), _mm512_extractf32x8_ps(sum, 1));
}

// Sums the lanes of each of eight registers by a tree of pairwise additions. scores: kGroup.
CFAISS_TARGET inline void store_sums(const __m512* sums, float* scores) {
    const __m256 low = _mm256_hadd_ps(
            _mm256_hadd_ps(fold(sums[0]), fold(sums[1])), _mm256_hadd_ps(fold(sums[2]), fold(sums[3])));
    const __m256 high = _mm256_hadd_ps(
            _mm256_hadd_ps(fold(sums[4]), fold(sums[5])), _mm256_hadd_ps(fold(sums[6]), fold(sums[7])));
    _mm_storeu_ps(scores, _mm_add_ps(_mm256_castps256_ps128(low), _mm256_extractf128_ps(low, 1)));
    _mm_storeu_ps(scores + 4, _mm_add_ps(_mm256_castps256_ps128(high), _mm256_extractf128_ps(high, 1)));
}

CFAISS_TARGET __attribute__((always_inline)) inline void compare_group(
        const float* query, size_t d, const uint8_t* const* rows, float* scores) {
    __m512 sums[kGroup];
    for (size_t j = 0; j < kGroup; j++) {
        sums[j] = _mm512_setzero_ps();
    }
    size_t i = 0;
    for (; i + kLanes <= d; i += kLanes) {
        const __m512 q = _mm512_load_ps(query + i);
        for (size_t j = 0; j < kGroup; j++) {
            sums[j] = _mm512_fmadd_ps(q, _mm512_loadu_ps(rows[j] + i * sizeof(float)), sums[j]);
        }
    }
    if (i < d) {
        const __mmask16 mask = __mmask16(low_bits(d - i));
        const __m512 q = _mm512_load_ps(query + i);
        for (size_t j = 0; j < kGroup; j++) {
            const __m512 v = _mm512_maskz_loadu_ps(mask, rows[j] + i * sizeof(float));
            sums[j] = _mm512_fmadd_ps(q, v, sums[j]);
        }
    }
    store_sums(sums, scores);
}

#include "kernel_loops.inc"

CFAISS_TARGET uint64_t at_least(const float* scores, size_t n, float threshold) {
    const __m512 limit = _mm512_set1_ps(threshold);
    uint64_t mask = 0;
    for (size_t i = 0; i < n; i += kLanes) {
        const __mmask16 reached = _mm512_cmp_ps_mask(_mm512_loadu_ps(scores + i), limit, _CMP_GE_OQ);
        mask |= uint64_t(reached) << i;
    }
    return mask & low_bits(n);
}

}  // namespace

const Kernel kAVX512Kernel = {contiguous, scattered, at_least};

}  // namespace cfaiss

#endif
