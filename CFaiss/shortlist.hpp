// The candidates of the first pass.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

namespace cfaiss {

// Keeps, of a stream of approximate scores, those that may be among the k best when each may be wrong by `bound`: all
// that come within twice the bound of the k-th best. A candidate is one number, its score above its place, so that
// selecting needs no comparison of floats and moves eight bytes.
class Shortlist {
   public:
    static constexpr size_t kMostOffers = 64;

    // Starts afresh; k > 0.
    void reset(size_t k, float bound) {
        keep_ = k;
        margin_ = 2 * bound;
        limit_ = -std::numeric_limits<float>::infinity();
        capacity_ = k + std::max<size_t>(k, 64);
        size_ = 0;
        reserve();
    }

    // Scores below this are of no use.
    float limit() const {
        return limit_;
    }

    // Tells that k candidates will come whose scores are at least this.
    void expect(float score) {
        limit_ = std::max(limit_, score - margin_);
    }

    // Takes scores[i] at `place + i` for every bit i that is set. scores: kMostOffers.
    void offer(uint64_t bits, const float* scores, uint32_t place) {
        for (; bits; bits &= bits - 1) {
            const uint32_t i = uint32_t(__builtin_ctzll(bits));
            keys_[size_++] = uint64_t(ordered(scores[i])) << 32 | (place + i);
        }
        if (size_ >= capacity_) {
            shrink();
        }
    }

    // Puts the k best first, in no order, and gives how many there are of them, less than k when fewer were offered.
    size_t select() {
        if (size_ > keep_) {
            partition();
        }
        return std::min(size_, keep_);
    }

    // Drops candidates below the limit, the first `kept` ones excepted, and gives how many are left.
    size_t drop_below(float limit, size_t kept) {
        size_ = size_t(drop(limit, keys_.begin() + std::ptrdiff_t(kept)) - keys_.begin());
        return size_;
    }

    // The candidates left, after `select`.
    size_t size() const {
        return size_;
    }
    uint32_t place(size_t i) const {
        return uint32_t(keys_[i]);
    }
    float score(size_t i) const {
        const uint32_t bits = uint32_t(keys_[i] >> 32);
        const uint32_t plain = bits & kSign ? bits ^ kSign : ~bits;
        float score;
        std::memcpy(&score, &plain, sizeof score);
        return score;
    }

   private:
    static constexpr uint32_t kSign = 0x80000000;

    // A number that rises with the score.
    static uint32_t ordered(float score) {
        uint32_t bits;
        std::memcpy(&bits, &score, sizeof bits);
        return bits & kSign ? ~bits : bits | kSign;
    }

    void partition() {
        const auto first = keys_.begin();
        const auto last = first + std::ptrdiff_t(keep_) - 1;
        std::nth_element(first, last, first + std::ptrdiff_t(size_), std::greater<uint64_t>());
        limit_ = std::max(limit_, score(keep_ - 1) - margin_);
        size_ = size_t(drop(limit_, last + 1) - first);
    }

    std::vector<uint64_t>::iterator drop(float limit, std::vector<uint64_t>::iterator from) {
        const uint64_t lowest = uint64_t(ordered(limit)) << 32;
        return std::partition(
                from, keys_.begin() + std::ptrdiff_t(size_), [=](uint64_t key) { return key >= lowest; });
    }

    void shrink() {
        partition();
        // Many that are as good as the last: room is made, lest each offer goes through all of them again.
        capacity_ = std::max(capacity_, 2 * size_);
        reserve();
    }

    void reserve() {
        if (keys_.size() < capacity_ + kMostOffers) {
            keys_.resize(capacity_ + kMostOffers);
        }
    }

    std::vector<uint64_t> keys_;
    size_t keep_ = 0;
    size_t capacity_ = 0;
    size_t size_ = 0;
    float margin_ = 0;
    float limit_ = 0;
};

}  // namespace cfaiss
