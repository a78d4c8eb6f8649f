#include "inverted_index.hpp"

#include "parallel.hpp"
#include "status.hpp"

#include <limits>

namespace cfaiss {

namespace {

void store(const std::vector<Candidate>& best, size_t k, cfaiss_neighbor* neighbors) {
    for (size_t i = 0; i < best.size(); i++) {
        neighbors[i] = {best[i].id, best[i].location, best[i].score};
    }
    const cfaiss_neighbor missing = {-1, ~uint64_t(0), -std::numeric_limits<float>::infinity()};
    std::fill(neighbors + best.size(), neighbors + k, missing);
}

}  // namespace

uint64_t InvertedIndex::search_one(
        const float* query, const cfaiss_search_options& options, size_t kept, cfaiss_neighbor* neighbors) const {
    Scratch& scratch = Scratch::of_this_thread();
    scratch.query.assign(query, dimension());
    scratch.found.reset(kept);
    uint64_t compared = 0;
    const auto visit = [&](const List& list) {
        compared += scan(*kernel_, scratch.query.data(), dimension(), list, options.filter, scratch.found);
    };
    if (options.nprobe >= nlist) {
        for (size_t number = 0; number < nlist; number++) {
            visit(list(number));
        }
    } else {
        const std::vector<Candidate>& probes = centroids().nearest(scratch.query.data(), options.nprobe);
        for (size_t i = 0; i < probes.size(); i++) {
            if (i + 1 < probes.size()) {
                // The first bytes of a list reach the cache while the list before it is compared.
                prefetch(list(size_t(probes[i + 1].id)).vectors, 0, kPrefetchDistance);
            }
            visit(list(size_t(probes[i].id)));
        }
    }
    store(scratch.found.finish(), options.k, neighbors);
    return compared;
}

void InvertedIndex::search_queries(
        size_t n, const float* queries, const cfaiss_search_options& options, cfaiss_neighbor* neighbors,
        uint64_t* compared) const {
    if (options.k == 0 || options.nprobe == 0 || options.threads == 0) {
        refuse("a search needs at least one neighbour, one probe and one thread");
    }
    require_finite(queries, n, dimension(), "query");
    // Never more candidates than vectors: k comes from outside, the memory for it must not.
    const size_t kept = std::max<size_t>(1, std::min(options.k, size_t(ntotal)));
    parallel_for(n, options.threads, [&](size_t i) {
        compared[i] = search_one(queries + i * dimension(), options, kept, neighbors + i * options.k);
    });
}

void InvertedIndex::score_locations(
        const float* query, size_t n, const uint64_t* locations, float* scores) const {
    require_finite(query, 1, dimension(), "query");
    AlignedQuery& aligned = Scratch::of_this_thread().query;
    aligned.assign(query, dimension());
    std::vector<const uint8_t*> rows(n);
    for (size_t i = 0; i < n; i++) {
        rows[i] = vector_at(locations[i]);
    }
    kernel_->scattered(aligned.data(), rows.data(), n, dimension(), scores);
}

}  // namespace cfaiss
