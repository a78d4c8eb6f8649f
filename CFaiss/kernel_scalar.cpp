#include "kernels.hpp"

#include <cstring>
#include <limits>

// Nothing beyond the baseline.
#define CFAISS_TARGET

namespace cfaiss {

namespace {

// Independent partial sums, which the compiler may keep in whatever vector registers the baseline has.
constexpr size_t kLanes = 8;

float inner_product(const float* query, const uint8_t* vector, size_t d) {
    float sums[kLanes] = {};
    float values[kLanes];
    size_t i = 0;
    for (; i + kLanes <= d; i += kLanes) {
        std::memcpy(values, vector + i * sizeof(float), sizeof values);
        for (size_t lane = 0; lane < kLanes; lane++) {
            sums[lane] += query[i + lane] * values[lane];
        }
    }
    for (size_t lane = 0; i + lane < d; lane++) {
        std::memcpy(values, vector + (i + lane) * sizeof(float), sizeof(float));
        sums[lane] += query[i + lane] * values[0];
    }
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

void contiguous(const float* query, const uint8_t* vectors, size_t n, size_t d, float* scores) {
    for (size_t i = 0; i < n; i++) {
        scores[i] = inner_product(query, vectors + i * d * sizeof(float), d);
    }
}

void scattered(const float* query, const uint8_t* const* vectors, size_t n, size_t d, float* scores) {
    for (size_t i = 0; i < n; i++) {
        scores[i] = inner_product(query, vectors[i], d);
    }
}

uint64_t at_least(const float* scores, size_t n, float threshold) {
    uint64_t mask = 0;
    for (size_t i = 0; i < n; i++) {
        mask |= uint64_t(scores[i] >= threshold) << i;
    }
    return mask;
}

uint64_t compare_codes(
        const CodedQuery& query, const CodedRows& rows, size_t n, float threshold, const uint8_t*, float* scores) {
    const size_t block_size = query.groups * kCodeGroup * kCodeBlock;
    for (size_t first = 0; first < n; first += kCodeBlock) {
        const uint8_t* codes = rows.codes + first / kCodeBlock * block_size;
        // Unsigned, as partial sums may wrap around before the offset is taken off.
        uint32_t sums[kCodeBlock] = {};
        for (size_t i = 0; i < query.groups * kCodeGroup; i++) {
            const uint8_t* group = codes + i / kCodeGroup * kCodeGroup * kCodeBlock + i % kCodeGroup;
            for (size_t j = 0; j < kCodeBlock; j++) {
                sums[j] += uint32_t(query.values[i] * int32_t(group[j * kCodeGroup]));
            }
        }
        for (size_t j = 0; j < kCodeBlock; j++) {
            scores[first + j] = float(int32_t(sums[j] - uint32_t(query.offset))) * rows.scales[first + j];
        }
    }
    return at_least(scores, n, threshold);
}

constexpr size_t kPanelLanes = 4;
constexpr size_t kPanelRows = 6;
#include "kernel_panels.inc"

}  // namespace

const Kernel kScalarKernel = {
        contiguous, scattered, at_least, compare_codes, nearest, kPanelWidth};

}  // namespace cfaiss
