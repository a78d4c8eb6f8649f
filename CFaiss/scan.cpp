#include "scan.hpp"

namespace cfaiss {

namespace {

// Up to kBlock vectors in a row.
struct Block {
    const List& list;
    size_t first;
    size_t size;

    int64_t id(size_t i) const {
        return list.id(first + i);
    }

    Candidate candidate(size_t i, float score) const {
        return {score, id(i), list.location + first + i};
    }
};

size_t scan_all(
        const Kernel& kernel, const float* query, size_t d, const Block& block, Reservoir& found) {
    alignas(kAlignment) float scores[kBlock];
    const size_t stride = d * sizeof(float);
    kernel.contiguous(query, block.list.vectors + block.first * stride, block.size, d, scores);
    uint64_t good = kernel.at_least(scores, block.size, found.threshold());
    for (; good; good &= good - 1) {
        const size_t i = size_t(__builtin_ctzll(good));
        found.offer(block.candidate(i, scores[i]));
    }
    return block.size;
}

size_t scan_admitted(
        const Kernel& kernel, const float* query, size_t d, const Block& block, const cfaiss_filter& filter,
        Reservoir& found) {
    const uint8_t* rows[kBlock];
    uint8_t positions[kBlock];
    size_t admitted = 0;
    for (size_t i = 0; i < block.size; i++) {
        if (admits(filter, block.id(i))) {
            rows[admitted] = block.list.vectors + (block.first + i) * d * sizeof(float);
            positions[admitted++] = uint8_t(i);
        }
    }
    if (admitted == 0) {
        return 0;
    }
    alignas(kAlignment) float scores[kBlock];
    kernel.scattered(query, rows, admitted, d, scores);
    uint64_t good = kernel.at_least(scores, admitted, found.threshold());
    for (; good; good &= good - 1) {
        const size_t i = size_t(__builtin_ctzll(good));
        found.offer(block.candidate(positions[i], scores[i]));
    }
    return admitted;
}

}  // namespace

Scratch& Scratch::of_this_thread() {
    static thread_local Scratch scratch;
    return scratch;
}

size_t scan(
        const Kernel& kernel, const float* query, size_t d, const List& list, const cfaiss_filter& filter,
        Reservoir& found) {
    size_t compared = 0;
    for (size_t first = 0; first < list.size; first += kBlock) {
        const Block block = {list, first, std::min(kBlock, list.size - first)};
        compared += filter.enabled ? scan_admitted(kernel, query, d, block, filter, found)
                                   : scan_all(kernel, query, d, block, found);
    }
    return compared;
}

}  // namespace cfaiss
