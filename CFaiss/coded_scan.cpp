#include "coded_scan.hpp"

#include <algorithm>
#include <cmath>

namespace cfaiss {

namespace {

// Chunks by which loads run ahead: the lists of a search lie anywhere, and a chunk is compared faster than it comes
// from memory.
constexpr size_t kChunksAhead = 2;

// Bit i is set where the filter admits vector first + i of the list, for i < size. Without a branch: which ids a filter
// admits cannot be foreseen.
uint64_t admitted(const cfaiss_filter& filter, const List& list, size_t first, size_t size) {
    const uint64_t base = uint64_t(filter.base);
    const uint64_t covered = uint64_t(filter.word_count) * 64;
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++) {
        // No stored id is negative, so that an id below the base wraps around to beyond what is covered.
        const uint64_t bit = uint64_t(list.id(first + i)) - base;
        const bool inside = bit < covered;
        bits |= (filter.words[inside ? bit / 64 : 0] >> bit % 64 & uint64_t(inside)) << i;
    }
    return bits;
}

// Chunks gone through twice: their scores stay in the first two levels of the cache.
constexpr size_t kOpening = 512;

// Chunks in which every vector is tested before it is known how much the filter admits.
constexpr size_t kSample = 8;

// A filter that admits one in so many admits much.
constexpr size_t kAdmitsMuch = 16;

// Rounds of chunks over which the maxima of enough groups are taken to limit the k best.
size_t rounds_for(size_t k) {
    return (2 * k + kBlock - 1) / kBlock;
}

void exclude(uint64_t bits, float* scores) {
    for (; bits; bits &= bits - 1) {
        scores[__builtin_ctzll(bits)] = -std::numeric_limits<float>::infinity();
    }
}

void raise(const float* scores, float* maxima) {
    for (size_t i = 0; i < kBlock; i++) {
        maxima[i] = scores[i] > maxima[i] ? scores[i] : maxima[i];
    }
}

}  // namespace

CodedScan& CodedScan::of_this_thread() {
    static thread_local CodedScan scan;
    return scan;
}

bool CodedScan::begin(
        const Kernel& kernel, const Codes& codes, const float* aligned_query, size_t d, size_t k,
        const cfaiss_filter& filter) {
    kernel_ = &kernel;
    filter_ = filter.enabled ? &filter : nullptr;
    sample_ = std::max(kSample, 4 * rounds_for(k));
    sampled_ = 0;
    admitted_ = 0;
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

// A filter that admits much is asked late: only of what scores well enough, which is little. One that admits little is
// asked first, for then most comparisons need not be made. The first lists tell which it is.
bool CodedScan::tests_late() const {
    return sampled_ >= sample_ * kBlock && admitted_ * kAdmitsMuch >= sampled_;
}

size_t CodedScan::add(size_t number) {
    const CodedList& coded = (*codes_)[number];
    size_t compared = 0;
    if (filter_ && filter_->word_count == 0) {
        return 0;
    }
    for (size_t first = 0; first < coded.list.size; first += kBlock) {
        const size_t size = std::min(kBlock, coded.list.size - first);
        const bool tested = !filter_ || !tests_late();
        const uint64_t bits = filter_ && tested ? admitted(*filter_, coded.list, first, size) : low_bits(size);
        if (filter_ && tested) {
            sampled_ += size;
            admitted_ += size_t(__builtin_popcountll(bits));
        }
        if (bits) {
            chunks_.push_back({&coded, uint32_t(first), uint32_t(size), bits, tested});
            compared += size_t(__builtin_popcountll(bits));
        }
    }
    return compared;
}

void CodedScan::expect(size_t number) const {
    const List& list = (*codes_)[number].list;
    if (list.ids) {
        prefetch(list.ids, 0, list.size * sizeof(int64_t));
    }
}

CodedRows CodedScan::rows(const Chunk& chunk) const {
    const CodedRows& rows = chunk.list->rows;
    return {rows.codes + chunk.first * code_.groups * kCodeGroup, rows.scales + chunk.first};
}

uint64_t CodedScan::compare(size_t i, float* scores) const {
    const Chunk& chunk = chunks_[i];
    const CodedRows ahead = rows(chunks_[std::min(i + kChunksAhead, chunks_.size() - 1)]);
    return chunk.admitted &
            kernel_->compare_codes(code_, rows(chunk), chunk.size, shortlist_.limit(), ahead.codes, scores);
}

// Of the vectors of a chunk that are good enough, those that the filter admits.
uint64_t CodedScan::confirmed(const Chunk& chunk, uint64_t good) const {
    good &= chunk.admitted;
    if (chunk.tested) {
        return good;
    }
    uint64_t bits = 0;
    for (; good; good &= good - 1) {
        const size_t place = size_t(__builtin_ctzll(good));
        bits |= admitted(*filter_, chunk.list->list, chunk.first + place, 1) << place;
    }
    return bits;
}

// Shortlists what may be among the k best when each score may be wrong by `bound`.
void CodedScan::scan(size_t k, float bound) {
    shortlist_.reset(k, bound);
    alignas(kAlignment) float scores[kBlock];
    for (size_t i = open_scan(k); i < chunks_.size(); i++) {
        const uint64_t good = confirmed(chunks_[i], compare(i, scores));
        shortlist_.offer(good, scores, uint32_t(i * kBlock));
    }
}

namespace {

// A value that at least k of the values reach, close to the k-th best, by halving the range in which that lies: for a
// hundred values of a thousand that is a fifth of the time of a partition. values: a multiple of kBlock.
float at_most_kth_best(const Kernel& kernel, const std::vector<float>& values, size_t k) {
    const auto is_reached = [&](float limit) {
        size_t count = 0;
        for (size_t i = 0; i < values.size(); i += kBlock) {
            count += size_t(__builtin_popcountll(kernel.at_least(values.data() + i, kBlock, limit)));
        }
        return count >= k;
    };
    float greatest[kBlock];
    std::fill_n(greatest, kBlock, -std::numeric_limits<float>::infinity());
    for (size_t i = 0; i < values.size(); i += kBlock) {
        raise(values.data() + i, greatest);
    }
    float high = *std::max_element(greatest, greatest + kBlock);
    float low = high - 2 * std::fabs(high);
    // Groups of which nothing may be found have no maximum. A k-th best that lies farther down is rare, and then all of the
    // first chunks are candidates.
    if (!std::isfinite(high) || !is_reached(low)) {
        return -std::numeric_limits<float>::infinity();
    }
    constexpr int kHalvings = 12;
    for (int i = 0; i < kHalvings; i++) {
        const float middle = low + (high - low) / 2;
        (is_reached(middle) ? low : high) = middle;
    }
    return low;
}

}  // namespace

// Goes through the first chunks twice: once for the scores and a limit, once for the candidates. The limit is the k-th
// best of the maxima of as many groups of vectors as are enough, hence at most the k-th best score. That saves the
// shortlist most of the candidates that it would take only to drop them when better ones come.
size_t CodedScan::open_scan(size_t k) {
    const size_t rounds = rounds_for(k);
    const size_t opening = std::min(chunks_.size(), std::max(kOpening, 4 * rounds));
    if (opening < 2 * rounds) {
        return 0;
    }
    opening_.resize(opening * kBlock);
    maxima_.assign(rounds * kBlock, -std::numeric_limits<float>::infinity());
    for (size_t i = 0; i < opening; i++) {
        float* scores = opening_.data() + i * kBlock;
        compare(i, scores);
        if (~chunks_[i].admitted) {
            exclude(~chunks_[i].admitted, scores);
        }
        // What the filter may refuse sets no limit.
        if (chunks_[i].tested) {
            raise(scores, maxima_.data() + i % rounds * kBlock);
        }
    }
    shortlist_.expect(at_most_kth_best(*kernel_, maxima_, k));
    for (size_t i = 0; i < opening; i++) {
        const float* scores = opening_.data() + i * kBlock;
        const uint64_t good = kernel_->at_least(scores, kBlock, shortlist_.limit());
        shortlist_.offer(confirmed(chunks_[i], good), scores, uint32_t(i * kBlock));
    }
    return opening;
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
    scan(k, bound_);
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

float CodedScan::finish_coarsely(size_t k, Reservoir& found) {
    if (chunks_.empty()) {
        return 0;
    }
    scan(k, 0);
    const size_t best = shortlist_.select();
    for (size_t i = 0; i < best; i++) {
        const Chunk& chunk = chunks_[shortlist_.place(i) / kBlock];
        const List& list = chunk.list->list;
        if (list.ids) {
            prefetch(list.ids, (chunk.first + shortlist_.place(i) % kBlock) * sizeof(int64_t), 1);
        }
    }
    const float step = float(code_.step);
    for (size_t i = 0; i < best; i++) {
        const Chunk& chunk = chunks_[shortlist_.place(i) / kBlock];
        const List& list = chunk.list->list;
        const size_t position = chunk.first + shortlist_.place(i) % kBlock;
        found.offer({shortlist_.score(i) * step, list.id(position), list.location + position});
    }
    return bound_ * step;
}

}  // namespace cfaiss
