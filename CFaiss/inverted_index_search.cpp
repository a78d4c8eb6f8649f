#include "inverted_index.hpp"

#include "coded_scan.hpp"
#include "parallel.hpp"
#include "status.hpp"

#include <limits>
#include <numeric>

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

const std::vector<uint32_t>& InvertedIndex::probes(const float* aligned_query, size_t nprobe) const {
    std::vector<uint32_t>& numbers = Scratch::of_this_thread().probes;
    if (nprobe >= nlist) {
        numbers.resize(nlist);
        std::iota(numbers.begin(), numbers.end(), 0);
    } else {
        numbers.clear();
        for (const Candidate& nearest : centroids().nearest(aligned_query, nprobe)) {
            numbers.push_back(uint32_t(nearest.id));
        }
    }
    return numbers;
}

InvertedIndex::Account InvertedIndex::search_one(
        const float* query, const cfaiss_search_options& options, Passes passes, size_t kept,
        cfaiss_neighbor* neighbors) const {
    Scratch& scratch = Scratch::of_this_thread();
    scratch.query.assign(query, dimension());
    const float* aligned = scratch.query.data();
    scratch.found.reset(kept);
    CodedScan& coded = CodedScan::of_this_thread();
    Account account;
    // The quantizer goes through a coded scan of its own first, so that the lists are known before this one begins.
    const std::vector<uint32_t>& probes = this->probes(aligned, options.nprobe);
    if (passes == Passes::two && coded.begin(*kernel_, codes_, aligned, dimension(), kept, options.filter)) {
        for (size_t i = 0; i < probes.size(); i++) {
            if (options.filter.enabled && i + 1 < probes.size()) {
                coded.expect(probes[i + 1]);
            }
            account.compared += coded.add(probes[i]);
        }
        if (options.coarse) {
            account.error = coded.finish_coarsely(kept, scratch.found);
        } else {
            coded.finish(kept, scratch.found);
        }
    } else {
        for (const uint32_t number : probes) {
            account.compared += scan(*kernel_, aligned, dimension(), list(number), options.filter, scratch.found);
        }
    }
    store(options.unordered ? scratch.found.select() : scratch.found.finish(), options.k, neighbors);
    return account;
}

void InvertedIndex::search_queries(
        size_t n, const float* queries, const cfaiss_search_options& options, Passes passes,
        cfaiss_neighbor* neighbors, uint64_t* compared, float* errors) const {
    if (options.k == 0 || options.nprobe == 0 || options.threads == 0) {
        refuse("a search needs at least one neighbour, one probe and one thread");
    }
    require_finite(queries, n, dimension(), "query");
    // Never more candidates than vectors: k comes from outside, the memory for it must not.
    const size_t kept = std::max<size_t>(1, std::min(options.k, size_t(ntotal)));
    parallel_for(n, options.threads, [&](size_t i) {
        const Account account =
                search_one(queries + i * dimension(), options, passes, kept, neighbors + i * options.k);
        compared[i] = account.compared;
        if (errors) {
            errors[i] = account.error;
        }
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
