#if defined(__x86_64__)

#include "kernels.hpp"

#include <immintrin.h>

#include <limits>

// Only these functions may use the instructions: the rest of the library runs on every processor.
#define CFAISS_TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma")))
#define CFAISS_VNNI_TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512vnni,avx2,fma")))

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

CFAISS_VNNI_TARGET inline __m512i broadcast(const int8_t* four) {
    int32_t value;
    __builtin_memcpy(&value, four, sizeof value);
    return _mm512_set1_epi32(value);
}

// Some blocks in one pass: each element of the query is loaded once for all of them, and the chains of additions that
// wait for each other are as many.
template <size_t blocks>
CFAISS_VNNI_TARGET __attribute__((always_inline)) inline void compare_blocks(
        const CodedQuery& query, const CodedRows& rows, const uint8_t* ahead, float* scores) {
    __m512i high[blocks];
    __m512i low[blocks];
    for (size_t j = 0; j < blocks; j++) {
        high[j] = _mm512_set1_epi32(-query.high_offset);
        low[j] = _mm512_set1_epi32(-query.low_offset);
    }
    for (size_t group = 0; group < query.groups; group++) {
        const __m512i query_high = broadcast(query.high + group * kCodeGroup);
        const __m512i query_low = broadcast(query.low + group * kCodeGroup);
        for (size_t j = 0; j < blocks; j++) {
            __builtin_prefetch(ahead + (group * blocks + j) * kCacheLine);
            const __m512i codes = _mm512_load_si512(rows.codes + (j * query.groups + group) * kCacheLine);
            high[j] = _mm512_dpbusd_epi32(high[j], codes, query_high);
            low[j] = _mm512_dpbusd_epi32(low[j], codes, query_low);
        }
    }
    for (size_t j = 0; j < blocks; j++) {
        const __m512i sums = _mm512_add_epi32(_mm512_slli_epi32(high[j], 7), low[j]);
        const __m512 scales = _mm512_loadu_ps(rows.scales + j * kCodeBlock);
        _mm512_storeu_ps(scores + j * kCodeBlock, _mm512_mul_ps(_mm512_cvtepi32_ps(sums), scales));
    }
}

CFAISS_VNNI_TARGET uint64_t compare_codes(
        const CodedQuery& query, const CodedRows& rows, size_t n, float threshold, const uint8_t* ahead,
        float* scores) {
    switch ((n + kCodeBlock - 1) / kCodeBlock) {
        case 1: compare_blocks<1>(query, rows, ahead, scores); break;
        case 2: compare_blocks<2>(query, rows, ahead, scores); break;
        case 3: compare_blocks<3>(query, rows, ahead, scores); break;
        default: compare_blocks<4>(query, rows, ahead, scores);
    }
    return at_least(scores, n, threshold);
}

constexpr size_t kPanelLanes = 16;
constexpr size_t kPanelRows = 12;
#include "kernel_panels.inc"

}  // namespace

const Kernel kAVX512Kernel = {
        contiguous, scattered, at_least, kAVX2Kernel.compare_codes, nearest, kPanelWidth};
const Kernel kAVX512VNNIKernel = {
        contiguous, scattered, at_least, compare_codes, nearest, kPanelWidth};

}  // namespace cfaiss

#endif
