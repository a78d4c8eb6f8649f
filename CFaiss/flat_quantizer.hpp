// The coarse quantizer: the centroids of the lists, searched exhaustively.

#pragma once

#include "codes.hpp"
#include "scan.hpp"

#include <faiss/IndexFlat.h>

namespace cfaiss {

// FAISS's flat index with our kernels. FAISS trains and assigns through `search`; our own searches call `nearest`.
struct FlatQuantizer : faiss::IndexFlatIP {
    explicit FlatQuantizer(faiss::Index::idx_t d) : faiss::IndexFlatIP(d) {}

    const Kernel* kernel = &find_kernel(CFAISS_KERNEL_FASTEST);
    size_t threads = 1; // for `search`

    // x: n * d; distances, labels: n * k, padded with -infinity and -1.
    void search(
            idx_t n, const float* x, idx_t k, float* distances, idx_t* labels,
            const faiss::SearchParameters* params = nullptr) const override;

    // Makes the codes of the centroids, which `nearest` then reads first. To be called after every change.
    void encode();

    // The best centroid of each of many vectors, on `threads` threads; there must be one. vectors: n * d; numbers: n.
    void assign(size_t n, const float* vectors, uint32_t* numbers) const;

    // The k best centroids, best first, in a buffer of the calling thread.
    const std::vector<Candidate>& nearest(const float* aligned_query, size_t k) const;

   private:
    List centroids() const;

    Codes codes_of_centroids_;
};

}  // namespace cfaiss
