#include "kernels.hpp"

#include <cstring>

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

}  // namespace

const Kernel kScalarKernel = {contiguous, scattered, at_least};

}  // namespace cfaiss
