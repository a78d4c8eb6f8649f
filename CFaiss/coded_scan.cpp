#include "coded_scan.hpp"

namespace cfaiss {

namespace {

// Chunks by which loads run ahead: the lists of a search lie anywhere, and a chunk is compared faster than it comes
// from memory.
constexpr size_t kChunksAhead = 2;

// Bit i is set where the filter admits vector first + i of the list, for i < size.
uint64_t admitted(const cfaiss_filter& filter, const List& list, size_t first, size_t size) {
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++) {
        bits |= uint64_t(admits(filter, list.id(first + i))) << i;
    }
    return bits;
}

}  // namespace

CodedScan& CodedScan::of_this_thread() {
    static thread_local CodedScan scan;
    return scan;
}

bool CodedScan::begin(const Kernel& kernel, const Codes& codes, const float* aligned_query, size_t d) {
    kernel_ = &kernel;
    codes_ = &codes;
    query_ = aligned_query;
    d_ = d;
    chunks_.clear();
    if (!codes.usable() || !code_.assign(aligned_query, d)) {
        return false;
    }
    bound_ = codes.bound(code_);
    return true;
}

size_t CodedScan::add(size_t number, const cfaiss_filter& filter) {
    const CodedList& coded = (*codes_)[number];
    size_t compared = 0;
    for (size_t first = 0; first < coded.list.size; first += kBlock) {
        const size_t size = std::min(kBlock, coded.list.size - first);
        const uint64_t bits = filter.enabled ? admitted(filter, coded.list, first, size) : low_bits(size);
        if (bits) {
            chunks_.push_back({&coded, uint32_t(first), uint32_t(size), bits});
            compared += size_t(__builtin_popcountll(bits));
        }
    }
    return compared;
}

CodedRows CodedScan::rows(const Chunk& chunk) const {
    const CodedRows& rows = chunk.list->rows;
    return {rows.codes + chunk.first * code_.groups * kCodeGroup, rows.scales + chunk.first};
}

void CodedScan::scan(size_t k) {
    alignas(kAlignment) float scores[kBlock];
    shortlist_.reset(k, bound_);
    for (size_t i = 0; i < chunks_.size(); i++) {
        const Chunk& chunk = chunks_[i];
        const CodedRows ahead = rows(chunks_[std::min(i + kChunksAhead, chunks_.size() - 1)]);
        const uint64_t good =
                kernel_->compare_codes(code_, rows(chunk), chunk.size, shortlist_.limit(), ahead.codes, scores);
        shortlist_.offer(good & chunk.admitted, scores, uint32_t(i * kBlock));
    }
}

void CodedScan::score(size_t first, size_t last, Reservoir& found) {
    vectors_.resize(last - first);
    scores_.resize(last - first);
    for (size_t i = first; i < last; i++) {
        const Chunk& chunk = chunks_[shortlist_.place(i) / kBlock];
        const List& list = chunk.list->list;
        const size_t position = chunk.first + shortlist_.place(i) % kBlock;
        vectors_[i - first] = list.vectors + position * d_ * sizeof(float);
        if (list.ids) {
            prefetch(list.ids, position * sizeof(int64_t), 1);
        }
    }
    kernel_->scattered(query_, vectors_.data(), last - first, d_, scores_.data());
    for (size_t i = first; i < last; i++) {
        const Chunk& chunk = chunks_[shortlist_.place(i) / kBlock];
        const List& list = chunk.list->list;
        const size_t position = chunk.first + shortlist_.place(i) % kBlock;
        found.offer({scores_[i - first], list.id(position), list.location + position});
    }
}

void CodedScan::finish(size_t k, Reservoir& found) {
    if (chunks_.empty()) {
        return;
    }
    scan(k);
    const size_t best = shortlist_.select();
    score(0, best, found);
    if (best == shortlist_.size()) {
        return;
    }
    // Of the rest only those matter that may reach the worst of the k exact scores, which is a closer limit than the
    // approximate scores had given.
    const double worst = double(*std::min_element(scores_.begin(), scores_.end())) / code_.step;
    const size_t last = shortlist_.drop_below(float(worst) - bound_, best);
    score(best, last, found);
}

}  // namespace cfaiss
