// The k best candidates of a stream.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace cfaiss {

struct Candidate {
    float score;
    int64_t id;
    uint64_t location;
};

// A total order, so that which candidates are kept never depends on the order in which they came.
inline bool better(const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
}

// Candidates collect unordered until the buffer is full, when a partition keeps the best k and raises the threshold.
// That costs constant time per candidate where a heap costs log k, and little memory traffic when k is large.
class Reservoir {
   public:
    // Starts afresh for the best `k` candidates; k > 0.
    void reset(size_t k) {
        keep_ = k;
        capacity_ = k + std::max<size_t>(k, 32);
        threshold_ = -std::numeric_limits<float>::infinity();
        candidates_.clear();
        candidates_.reserve(capacity_);
    }

    // Scores below this are of no use; those equal to it may be.
    float threshold() const {
        return threshold_;
    }

    void offer(const Candidate& candidate) {
        if (candidate.score < threshold_) {
            return;
        }
        candidates_.push_back(candidate);
        if (candidates_.size() == capacity_) {
            shrink();
        }
    }

    // The best candidates, at most k, in any order; valid until the next reset.
    const std::vector<Candidate>& select() {
        if (candidates_.size() > keep_) {
            shrink();
        }
        return candidates_;
    }

    // The best candidates, at most k, best first; valid until the next reset.
    const std::vector<Candidate>& finish() {
        select();
        std::sort(candidates_.begin(), candidates_.end(), better);
        return candidates_;
    }

   private:
    void shrink() {
        const auto last = candidates_.begin() + std::ptrdiff_t(keep_) - 1;
        std::nth_element(candidates_.begin(), last, candidates_.end(), better);
        threshold_ = last->score;
        candidates_.erase(last + 1, candidates_.end());
    }

    std::vector<Candidate> candidates_;
    size_t keep_ = 0;
    size_t capacity_ = 0;
    float threshold_ = 0;
};

}  // namespace cfaiss
