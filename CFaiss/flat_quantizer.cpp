#include "flat_quantizer.hpp"

#include "parallel.hpp"

namespace cfaiss {

const std::vector<Candidate>& FlatQuantizer::nearest(const float* aligned_query, size_t k) const {
    const List centroids = {codes.data(), nullptr, size_t(ntotal), 0};
    Reservoir& best = Scratch::of_this_thread().lists;
    best.reset(std::min(k, size_t(ntotal)));
    scan(*kernel, aligned_query, size_t(d), centroids, cfaiss_filter{}, best);
    return best.finish();
}

void FlatQuantizer::search(
        idx_t n, const float* x, idx_t k, float* distances, idx_t* labels, const faiss::SearchParameters*) const {
    parallel_for(size_t(n), threads, [&](size_t i) {
        AlignedQuery& query = Scratch::of_this_thread().query;
        query.assign(x + i * size_t(d), size_t(d));
        const std::vector<Candidate>& best = nearest(query.data(), size_t(k));
        for (size_t j = 0; j < size_t(k); j++) {
            distances[i * k + j] = j < best.size() ? best[j].score : -std::numeric_limits<float>::infinity();
            labels[i * k + j] = j < best.size() ? best[j].id : -1;
        }
    });
}

}  // namespace cfaiss
