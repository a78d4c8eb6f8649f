#include "flat_quantizer.hpp"

#include "coded_scan.hpp"
#include "parallel.hpp"

namespace cfaiss {

List FlatQuantizer::centroids() const {
    return {codes.data(), nullptr, size_t(ntotal), 0};
}

void FlatQuantizer::encode() {
    codes_of_centroids_ = Codes({centroids()}, size_t(d));
}

const std::vector<Candidate>& FlatQuantizer::nearest(const float* aligned_query, size_t k) const {
    const size_t kept = std::min(k, size_t(ntotal));
    Reservoir& best = Scratch::of_this_thread().lists;
    best.reset(kept);
    CodedScan& coded = CodedScan::of_this_thread();
    if (coded.begin(*kernel, codes_of_centroids_, aligned_query, size_t(d))) {
        coded.add(0, cfaiss_filter{});
        coded.finish(kept, best);
    } else {
        scan(*kernel, aligned_query, size_t(d), centroids(), cfaiss_filter{}, best);
    }
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
