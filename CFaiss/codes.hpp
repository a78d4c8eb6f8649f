// Eight-bit copies of vectors, a quarter of their size, for a first pass over lists. What the pass can lose is bounded,
// so that a second pass with the vectors themselves gives exactly what comparing all of them would have given.

#pragma once

#include "kernels.hpp"
#include "large_buffer.hpp"
#include "scan.hpp"

#include <vector>

namespace cfaiss {

// The query as the first pass wants it. Product and bound are in units of `step`: what they stand for is that many
// times as much.
class QueryCode : public CodedQuery {
   public:
    // query: d. False when its length is so small or large that floats would lose the bound.
    bool assign(const float* query, size_t d);

    double step = 0;
    double norm = 0;  // of the query
    double error = 0; // of its code: the length of the difference

   private:
    std::vector<int16_t> values_;
    std::vector<int8_t> high_;
    std::vector<int8_t> low_;
};

// A list of coded vectors, and the vectors themselves.
struct CodedList {
    List list;
    CodedRows rows;
};

// The codes of the vectors of some lists. It refers to the lists, which must outlive it unchanged.
//
// Each vector has a scale of its own, its largest element being 127 steps. Sixteen vectors make a block, in which four
// elements of one vector stand beside the same four of the next: one instruction multiplies and adds all of them, and
// no sum goes across a register. The last block of a list is filled up with zeros.
class Codes {
   public:
    Codes() = default;
    // Coded on at most `threads` threads, the caller's among them.
    Codes(const std::vector<List>& lists, size_t d, size_t threads);

    // Whether there is a code of every vector; when lengths are beyond what the bound can be computed for there is not.
    bool usable() const {
        return usable_;
    }

    const CodedList& operator[](size_t list) const {
        return lists_[list];
    }
    size_t list_count() const {
        return lists_.size();
    }

    // By how much a product of codes may differ from the score of the kernels, in steps of the query.
    float bound(const QueryCode& query) const;

   private:
    // What coding a list showed of its vectors: the greatest error, the greatest length.
    struct Extent {
        double error = 0;
        double norm = 0;
    };
    Extent encode(const CodedList& list);

    size_t d_ = 0;
    LargeBuffer codes_;
    std::vector<float> scales_;
    std::vector<CodedList> lists_;
    double error_ = 0; // the greatest length of a difference between a vector and what its code stands for
    double norm_ = 0;  // the greatest length of a vector
    bool usable_ = false;
};

}  // namespace cfaiss
