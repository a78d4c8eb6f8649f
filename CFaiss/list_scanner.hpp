// Our kernels inside FAISS's own search loop.

#pragma once

#include "scan.hpp"

#include <faiss/IndexIVF.h>

namespace cfaiss {

// FAISS calls this for each list of each query when a search goes through `faiss::Index::search`.
class ListScanner : public faiss::InvertedListScanner {
   public:
    ListScanner(const Kernel& kernel, size_t d, bool store_pairs, const faiss::IDSelector* selector);

    void set_query(const float* query) override;
    void set_list(idx_t list, float coarse_score) override;
    float distance_to_code(const uint8_t* code) const override;

    // codes: n * d floats; ids: n; scores, labels: a heap of k with the worst on top. Returns the replacements made.
    size_t scan_codes(
            size_t n, const uint8_t* codes, const idx_t* ids, float* scores, idx_t* labels,
            size_t k) const override;

   private:
    const Kernel& kernel_;
    const size_t d_;
    AlignedQuery query_;
};

}  // namespace cfaiss
