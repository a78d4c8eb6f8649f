#include "flat_quantizer.hpp"

#include "coded_scan.hpp"
#include "parallel.hpp"

namespace cfaiss {

List FlatQuantizer::centroids() const {
    return {codes.data(), nullptr, size_t(ntotal), 0};
}

void FlatQuantizer::encode() {
    codes_of_centroids_ = Codes({centroids()}, size_t(d), 1);
}

const std::vector<Candidate>& FlatQuantizer::nearest(const float* aligned_query, size_t k) const {
    const size_t kept = std::min(k, size_t(ntotal));
    Reservoir& best = Scratch::of_this_thread().lists;
    best.reset(kept);
    CodedScan& coded = CodedScan::of_this_thread();
    if (coded.begin(*kernel, codes_of_centroids_, aligned_query, size_t(d), k, cfaiss_filter{})) {
        coded.add(0);
        coded.finish(kept, best);
    } else {
        scan(*kernel, aligned_query, size_t(d), centroids(), cfaiss_filter{}, best);
    }
    return best.finish();
}

void FlatQuantizer::assign(size_t n, const float* vectors, uint32_t* numbers) const {
    constexpr size_t kRows = 96;
    const size_t dimension = size_t(d);
    const size_t width = kernel->panel_width;
    const size_t panel_count = (size_t(ntotal) + width - 1) / width;
    LargeBuffer buffer(panel_count * width * dimension * sizeof(float));
    float* const panels = reinterpret_cast<float*>(buffer.data());
    for (size_t column = 0; column < panel_count * width; column++) {
        // The last panel is filled up with the last centroid, which is then not the lowest of its equals.
        const float* centroid = get_xb() + std::min(column, size_t(ntotal) - 1) * dimension;
        float* const first = panels + column / width * width * dimension + column % width;
        for (size_t i = 0; i < dimension; i++) {
            first[i * width] = centroid[i];
        }
    }
    parallel_for((n + kRows - 1) / kRows, threads, [&](size_t tile) {
        const size_t first = tile * kRows;
        const size_t count = std::min(kRows, n - first);
        kernel->nearest(vectors + first * dimension, count, dimension, panels, panel_count, numbers + first);
    });
}

void FlatQuantizer::search(
        idx_t n, const float* x, idx_t k, float* distances, idx_t* labels, const faiss::SearchParameters*) const {
    if (k == 1 && ntotal > 0) {
        std::vector<uint32_t> numbers(n);
        assign(size_t(n), x, numbers.data());
        parallel_for(size_t(n), threads, [&](size_t i) {
            AlignedQuery& query = Scratch::of_this_thread().query;
            query.assign(x + i * size_t(d), size_t(d));
            labels[i] = idx_t(numbers[i]);
            const auto* centroid = reinterpret_cast<const uint8_t*>(get_xb() + numbers[i] * size_t(d));
            kernel->contiguous(query.data(), centroid, 1, size_t(d), distances + i);
        });
        return;
    }
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
